"""Money that was promised, and limits that end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Visibility
from core.dates import local_date
from core.money import format_money
from core.screens import Action
from core.templatetags.figures import day
from credit.models import CreditAccount, DunningLevel, LimitRequest, PromiseToPay
from credit.queries.dunning import candidates
from credit.queries.promises import with_times_broken
from credit.states import wanted_in_words
from customers.models import Customer
from customers.models.customer import e164
from reports.queries.home.sight import in_sight, start_of

from .need import EACH, Need

FRESH = dt.timedelta(days=21)
"""How long after its day a broken promise is still worth a call."""
SOON = dt.timedelta(days=2)


def broken_promises(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Promises that were broken, of shops that still owe and have promised nothing since."""
    if not user.has_perm("credit.record_promisetopay"):
        return
    again = PromiseToPay.objects.filter(account=OuterRef("account"), at__gt=OuterRef("at")).exclude(
        state=PromiseToPay.State.WITHDRAWN
    )
    rows = in_sight(
        PromiseToPay.objects.broken().filter(
            ~Exists(again), promised_on__gte=local_date(at) - FRESH, account__balance__gt=0
        ),
        user,
        "account__customer",
    )
    for promise in (
        with_times_broken(rows).select_related("account__customer").order_by("-promised_on")[:EACH]
    ):
        times = promise.times_broken
        yield _call(
            promise,
            80,
            _("%(shop)s broke its promise of %(amount)s") % _said(promise),
            " · ".join(
                filter(
                    None,
                    [
                        _("promised for %(day)s") % _said(promise),
                        ngettext("broken %(n)d time", "broken %(n)d times", times) % {"n": times}
                        if times > 1
                        else "",
                        _("%(received)s came") % _said(promise) if promise.received else "",
                    ],
                )
            ),
            "bad",
        )


def promises_today(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Promises that end today."""
    if not user.has_perm("credit.record_promisetopay"):
        return
    rows = in_sight(PromiseToPay.objects.open().filter(promised_on=local_date(at)), user, "account__customer")
    for promise in rows.select_related("account__customer").order_by("-amount")[:EACH]:
        yield _call(
            promise,
            60,
            _("%(shop)s promised %(amount)s for today") % _said(promise),
            _("%(received)s came") % _said(promise) if promise.received else _("nothing came yet"),
            "warn",
        )


def last_notices(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """How many customers reach the highest level of reminding today, before the run."""
    if not user.has_perm("credit.run_dunning"):
        return
    level = DunningLevel.objects.in_force().last()
    if level is None:
        return
    accounts = None
    if user.sees != Visibility.ALL:
        seen = CreditAccount.objects.filter(customer__in=Customer.objects.visible_to(user), balance__gt=0)
        accounts = list(seen.values_list("pk", flat=True))
    count = len(candidates(on=local_date(at), level=level.pk, accounts=accounts, most=1000))
    if count:
        yield Need(
            70,
            "dunning",
            ngettext(
                "%(n)d customer reaches “%(level)s” today", "%(n)d customers reach “%(level)s” today", count
            )
            % {"n": count, "level": level},
            _("Look at the preview, then send the reminders."),
            start_of(local_date(at)),
            "/receivables/dunning/",
            Action(_("Preview"), "credit:dunning_run_add"),
            "warn",
            "bell-alert",
        )


def ending_limits(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Temporary limits that end today or tomorrow, of shops that use them."""
    if not user.has_perm("credit.change_creditaccount"):
        return
    today = local_date(at)
    rows = in_sight(
        CreditAccount.objects.filter(temporary_until__range=(today, today + SOON), balance__gt=0),
        user,
        "customer",
    )
    for account in rows.select_related("customer").order_by("temporary_until")[:EACH]:
        assert account.temporary_until is not None
        assert account.temporary_limit is not None
        yield Need(
            40,
            "limit",
            _("The temporary limit of %(shop)s ends: %(day)s")
            % {"shop": account.customer.name, "day": day(account.temporary_until)},
            _("%(limit)s for a time; it owes %(balance)s")
            % {
                "limit": format_money(account.temporary_limit, account.currency),
                "balance": format_money(account.balance, account.currency),
            },
            start_of(account.temporary_until),
            account.customer.get_absolute_url(),
            Action(_("Change credit"), "credit:account_change", (account.customer_id,)),
            "warn",
            "clock",
        )


def limit_requests(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Limits that wait for this person's decision."""
    if not user.has_perm("credit.approve_limitrequest"):
        return
    rows = in_sight(LimitRequest.objects.open().exclude(by=user), user, "account__customer")
    for request in rows.select_related("account__customer", "by").order_by("at")[:EACH]:
        yield Need(
            75,
            "limit_request",
            _("%(shop)s: a limit of %(limit)s is asked for")
            % {"shop": request.account.customer.name, "limit": wanted_in_words(request)},
            " · ".join(filter(None, [str(request.by or ""), request.reason])),
            request.at,
            request.get_absolute_url(),
            Action(_("Decide"), "credit:limit_request_detail", (request.pk,)),
            "warn",
            "scale",
        )


def reviews_due(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Accounts whose day of review has come."""
    if not user.has_perm("credit.change_creditaccount"):
        return
    rows = in_sight(CreditAccount.objects.filter(review_on__lte=local_date(at)), user, "customer")
    for account in rows.select_related("customer").order_by("review_on", "pk")[:3]:
        assert account.review_on is not None
        yield Need(
            35,
            "review",
            _("The credit of %(shop)s is to be reviewed") % {"shop": account.customer.name},
            _("since %(day)s") % {"day": day(account.review_on)},
            start_of(account.review_on),
            account.get_absolute_url(),
            Action(_("Review"), "credit:account_review", (account.pk,), ask=True),
            "",
            "clipboard-document-check",
        )


def _said(promise: PromiseToPay) -> dict[str, str]:
    return {
        "shop": promise.account.customer.name,
        "amount": format_money(promise.amount, promise.currency),
        "received": format_money(promise.received, promise.currency),
        "day": day(promise.promised_on),
    }


def _call(promise: PromiseToPay, rank: int, text: str, sub: str, tone: str) -> Need:
    customer: Customer = promise.account.customer
    number = e164(customer.phone)
    call = (
        Action(_("Call"), href=f"tel:{number}", icon="phone")
        if number
        else Action(_("Open"), "customers:customer_detail", (customer.pk,))
    )
    return Need(
        rank,
        "promise",
        text,
        sub,
        start_of(promise.promised_on),
        promise.get_absolute_url(),
        call,
        tone,
        "banknotes",
    )
