"""Money that was promised, and limits that end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Visibility
from core.dates import local_date
from core.money import format_money
from core.screens import Action
from core.templatetags.figures import day
from credit.models import CreditAccount, DunningLevel, LimitRequest, PromiseToPay
from credit.queries.calls import calls_today
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
REVIEWS = 3


def promises(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Promises that were broken, of shops that still owe and have promised nothing since; and those for today."""
    if not user.has_perm("credit.record_promisetopay"):
        return
    today = local_date(at)
    again = PromiseToPay.objects.filter(account=OuterRef("account"), at__gt=OuterRef("at")).exclude(
        state=PromiseToPay.State.WITHDRAWN
    )
    broken = PromiseToPay.objects.broken().filter(
        ~Exists(again), promised_on__gte=today - FRESH, account__balance__gt=0
    )
    for_today = PromiseToPay.objects.open().filter(promised_on=today)
    some, others = (
        with_times_broken(in_sight(rows, user, "account__customer"))
        .select_related("account__customer")
        .order_by(order)[:EACH]
        for rows, order in ((broken, "-promised_on"), (for_today, "-amount"))
    )
    for promise in some.union(others, all=True):
        if promise.state == PromiseToPay.State.BROKEN:
            yield _broken(promise)
        else:
            came = _("%(received)s came") % _said(promise) if promise.received else _("nothing came yet")
            text = _("%(shop)s promised %(amount)s for today") % _said(promise)
            yield _call(promise, 60, text, came, "warn")


def _broken(promise: Any) -> Need:
    times = promise.times_broken
    parts = [
        _("promised for %(day)s") % _said(promise),
        ngettext("broken %(n)d time", "broken %(n)d times", times) % {"n": times} if times > 1 else "",
        _("%(received)s came") % _said(promise) if promise.received else "",
    ]
    text = _("%(shop)s broke its promise of %(amount)s") % _said(promise)
    return _call(promise, 80, text, " · ".join(filter(None, parts)), "bad")


def calls(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """The call list of today: one need for all of it."""
    if not user.has_perm("credit.record_collectioncall"):
        return
    count, amount, currency = calls_today(user, on=local_date(at))
    if not count:
        return
    yield Need(
        55,
        "calls",
        ngettext(
            "Your calls today: %(n)d, about %(amount)s", "Your calls today: %(n)d, about %(amount)s", count
        )
        % {"n": count, "amount": format_money(amount, currency)},
        _("Whom to ask first stands on top."),
        start_of(local_date(at)),
        reverse("credit:call_list"),
        Action(_("Call"), "credit:call_list"),
        "info",
        "phone",
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


def accounts_due(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Temporary limits that end soon, of shops that use them; and accounts whose day of review has come."""
    if not user.has_perm("credit.change_creditaccount"):
        return
    today = local_date(at)
    seen = in_sight(CreditAccount.objects.select_related("customer"), user, "customer")
    ending = seen.filter(temporary_until__range=(today, today + SOON), balance__gt=0)
    due = seen.filter(review_on__lte=today)
    rows = ending.order_by("temporary_until")[:EACH].union(due.order_by("review_on", "pk")[:REVIEWS])
    for account in rows:
        until = account.temporary_until
        if until is not None and today <= until <= today + SOON and account.balance > 0:
            yield _ending(account)
        if account.review_on is not None and account.review_on <= today:
            yield _review(account)


def _ending(account: CreditAccount) -> Need:
    assert account.temporary_until is not None
    assert account.temporary_limit is not None
    return Need(
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


def _review(account: CreditAccount) -> Need:
    assert account.review_on is not None
    return Need(
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
