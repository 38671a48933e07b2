"""What came in, what is late, what is not used yet. Base currency only; other currencies are never added to it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Min, Q, Sum

from core.money import ZERO
from credit.models import CreditNote, Invoice, OpenPart, Payment

from .sight import in_sight

BASE = Q(currency=settings.CURRENCY)
CUSTOMER = "account__customer"
LONG = 30
"""Days late after which a shop is worth a visit."""


class Overdue(NamedTuple):
    """What is past its due date, of how many shops, and how many of them for more than a month."""

    amount: Decimal
    shops: int
    long: int


def collected_by_day(user: Any, since: dt.date, before: dt.date | None = None) -> dict[dt.date, Decimal]:
    """Payments by the day they were received, reversals taken off on the day of the reversal."""
    payments = in_sight(Payment.objects.filter(BASE, received_on__gte=since), user, CUSTOMER)
    if before:
        payments = payments.filter(received_on__lt=before)
    rows = payments.order_by().values("received_on").annotate(amount=Sum("amount"))
    return {row["received_on"]: row["amount"] for row in rows}


def overdue(user: Any, *, today: dt.date) -> Overdue:
    """What is open past its day: invoices, or parts of them."""
    late = in_sight(OpenPart.objects.filter(BASE, due_on__lt=today), user, CUSTOMER)
    shops = late.order_by().values("account").annotate(late=Sum("outstanding"), first=Min("due_on"))
    found = shops.aggregate(
        amount=Sum("late"),
        shops=Count("account"),
        long=Count("account", filter=Q(first__lt=today - dt.timedelta(days=LONG))),
    )
    return Overdue(found["amount"] or ZERO, found["shops"], found["long"])


def invoiced_since(user: Any, *, since: dt.date) -> tuple[int, Decimal]:
    """Invoices issued since a day: how many, and their total."""
    found = (
        in_sight(Invoice.objects.filter(BASE, issued_on__gte=since), user, CUSTOMER)
        .order_by()
        .aggregate(number=Count("pk"), amount=Sum("total"))
    )
    return found["number"], found["amount"] or ZERO


def unallocated(user: Any) -> Decimal:
    """Money and credit notes that no invoice has used yet. One statement for both."""
    rest = [
        in_sight(kind._default_manager.filter(BASE, unallocated_amount__gt=0), user, CUSTOMER)
        .order_by()
        .values_list("unallocated_amount", flat=True)
        for kind in (Payment, CreditNote)
    ]
    return sum(rest[0].union(rest[1], all=True), ZERO)
