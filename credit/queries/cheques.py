"""Cheques of an account: in hand, at the bank, bounced."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, DateField, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Greatest

from core.money import ZERO
from credit.cheques import VALID_DAYS
from credit.models import Allocation, Cheque, ChequeStep, CreditAccount
from credit.models.cheque import ChequeQuerySet


class InHand(NamedTuple):
    """How many cheques of a customer lie here, for how much, and the day of the next."""

    cheques: int
    total: Decimal
    next_on: dt.date | None


def in_hand(account: CreditAccount) -> InHand:
    """Cheques taken in and not deposited: promised, not paid."""
    if not account.pk:
        return InHand(0, ZERO, None)
    found = account.cheques.in_hand().aggregate(n=Count("pk"), total=Sum("amount"), first=Min("dated_on"))
    return InHand(found["n"], found["total"] or ZERO, found["first"])


def bounced(account: CreditAccount, since: dt.date) -> int:
    """How often this account's cheques bounced since that day, by the bank's date."""
    if not account.pk:
        return 0
    steps = ChequeStep.objects.filter(cheque__account=account, kind=ChequeStep.Kind.BOUNCED, on__gte=since)
    return steps.count()


def to_deposit(on: dt.date) -> ChequeQuerySet:
    """Cheques in hand whose day has come."""
    rows: ChequeQuerySet = Cheque.objects.in_hand().filter(dated_on__lte=on)
    return rows


def paid_uncleared(account_id: int) -> dict[int, Decimal]:
    """What deposited cheques paid on each invoice, `{invoice key: amount}`: it may still be taken back."""
    rows = (
        Allocation.objects.filter(
            payment__cheque__state=Cheque.State.DEPOSITED, payment__account_id=account_id
        )
        .order_by()
        .values("invoice")
        .annotate(paid=Sum("amount"))
        .filter(~Q(paid=0))
    )
    return {row["invoice"]: row["paid"] for row in rows}


def may_be_deposited(on: dt.date) -> ChequeQuerySet:
    """What a slip of that day may hold: in hand with their day come, the ones waiting longest first, then bounced ones
    that a bank would still take."""
    fresh = on - dt.timedelta(days=VALID_DAYS)
    here = Q(state__in=[Cheque.State.IN_HAND, Cheque.State.BOUNCED], dated_on__lte=on, dated_on__gte=fresh)
    return (
        Cheque.objects.filter(here).select_related("account__customer").order_by("-state", "dated_on", "pk")
    )


class Day(NamedTuple):
    """The cheques in hand of one day, or of all days before the first."""

    on: dt.date
    cheques: int
    total: Decimal
    currency: str


def by_day(rows: QuerySet[Cheque], *, on: dt.date, days: int = 14) -> list[Day]:
    """What is to be deposited: today, with all that lies here from before, and on each of the coming days that has
    any. In the currency of each."""
    until = on + dt.timedelta(days=days)
    sums = (
        rows.filter(state=Cheque.State.IN_HAND, dated_on__lte=until)
        .annotate(goes_on=Greatest("dated_on", Value(on, output_field=DateField())))
        .order_by()
        .values("goes_on", "currency")
        .annotate(n=Count("pk"), total=Sum("amount"))
    )
    found = [Day(row["goes_on"], row["n"], row["total"], row["currency"]) for row in sums]
    return sorted(found, key=lambda each: (each.on, each.currency))
