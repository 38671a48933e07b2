"""What time does to limits: temporary ones end, reviews come up (CRD-1, CRD-2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money
from core.notify import holders, in_sight, notify
from core.templatetags.figures import day
from credit.models import CreditAccount
from credit.states import limit_in_words
from customers.operations import record

from .accounts import lock_account
from .assessing import assess
from .changing import own_limit

REMIND = dt.timedelta(days=7)
"""How long before its end people are reminded of a temporary limit."""
BETWEEN_REVIEWS = dt.timedelta(days=182)


def close_temporary_limits(*, at: dt.datetime) -> int:
    """Close the temporary limits whose last day is over, one transaction each; how many. Twice is once."""
    ended = CreditAccount.objects.filter(temporary_until__lt=local_date(at)).order_by("pk")
    return sum(
        close_temporary_limit(customer_id, at=at)
        for customer_id in list(ended.values_list("customer_id", flat=True))
    )


@transaction.atomic
def close_temporary_limit(customer_id: int, *, at: dt.datetime) -> bool:
    """Say that a temporary limit has ended and what that leaves; whether it had.

    It stopped counting with its day; this takes it off the account. Whoever looks after the customer hears it, and when
    more is owed or ordered than the limit allows now, whoever may change credit does too.
    """
    today = local_date(at)
    lock_account(customer_id, on=today)
    account = CreditAccount.objects.select_related("customer__representative", "group").get(
        customer_id=customer_id
    )
    if account.temporary_until is None or account.temporary_until >= today:
        return False
    ended, last = account.temporary_limit or ZERO, account.temporary_until
    account.temporary_limit = account.temporary_until = None
    account.limit_reason, account.limit_request = _("The temporary limit ended."), None
    account.save(update_fields=["temporary_limit", "temporary_until", "limit_reason", "limit_request"])
    live.touch(account)
    limit = own_limit(account)
    over = max(account.exposure - limit, ZERO) if limit is not None else ZERO
    said = {
        "temporary": format_money(ended, account.currency),
        "day": day(last),
        "limit": limit_in_words(account),
        "over": format_money(over, account.currency),
        "customer": account.customer.name,
    }
    text = _("The temporary limit of %(temporary)s ended on %(day)s; the limit is %(limit)s again.") % said
    if over:
        text = f"{text} {_('Exposure is %(over)s above it: new orders wait.') % said}"
    about = {"about": f"credit.creditaccount:{account.pk}", "url": account.get_absolute_url()}
    record(customer_id, "credit.temporary_ended", text=text, by=None, at=at, **about)
    told = gettext_lazy("The temporary limit of {customer} ended.")
    if over:
        told = gettext_lazy("The temporary limit of {customer} ended; exposure is {over} above its limit.")
    people = [account.customer.representative, *(_controllers(account) if over else [])]
    notify(
        in_sight([person for person in people if person], account),
        "limit.temporary_ended",
        format_lazy(told, **said),
        key=f"temporary:{account.pk}:{last}:ended",
        url=account.get_absolute_url(),
        tone="bad" if over else "info",
        at=at,
    )
    return True


def remind_of_temporary_limits(*, at: dt.datetime) -> int:
    """A week before its end: tell whoever looks after the customer, or else who may change credit, once each."""
    today = local_date(at)
    ending = CreditAccount.objects.filter(temporary_until__range=(today, today + REMIND))
    rows = ending.select_related("customer__representative").order_by("temporary_until", "pk")
    told = 0
    for account in rows:
        people = [account.customer.representative] if account.customer.representative else []
        told += notify(
            in_sight(people, account) or _controllers(account),
            "limit.temporary_ends",
            format_lazy(
                gettext_lazy(
                    "The temporary limit of {customer} ends on {day}; {exposure} is owed or ordered."
                ),
                customer=account.customer.name,
                day=day(account.temporary_until),
                exposure=format_money(account.exposure, account.currency),
            ),
            key=f"temporary:{account.pk}:{account.temporary_until}:soon",
            url=account.get_absolute_url(),
            tone="warn",
            at=at,
        )
    return told


@transaction.atomic
def review_account(
    customer_id: int, *, review_on: dt.date, note: str = "", by: Any, at: dt.datetime
) -> CreditAccount:
    """Write down that the account was reviewed today, with what the scorecard says, and when it is looked at again.

    Reviewed twice in a day with the same next day, it was reviewed once.
    """
    today = local_date(at)
    if review_on <= today:
        raise Refusal(_("Choose a day to come."), code="in_the_past", field="review_on")
    lock_account(customer_id, on=today)
    account = CreditAccount.objects.get(customer_id=customer_id)
    if (account.reviewed_on, account.review_on) == (today, review_on):
        return account
    assessment = assess(customer_id, by=by, at=at)
    account.refresh_from_db()
    account.reviewed_on, account.review_on = today, review_on
    account.save(update_fields=["reviewed_on", "review_on"])
    live.touch(account)
    said = {"rating": assessment.rating or _("new"), "day": day(review_on)}
    text = _("Credit reviewed: %(rating)s; again on %(day)s.") % said
    record(
        customer_id,
        "credit.reviewed",
        text=" ".join(filter(None, [text, note.strip()])),
        about=f"credit.creditaccount:{account.pk}",
        url=account.get_absolute_url(),
        by=by,
        at=at,
    )
    return account


def next_review(on: dt.date) -> dt.date:
    """The day a review is due again when nobody says another: half a year later."""
    return on + BETWEEN_REVIEWS


def _controllers(account: CreditAccount) -> list[Any]:
    return holders("credit.change_creditaccount", about=account)
