"""A customer's receivables ledger with its running balance, and the documents its lines name."""

from __future__ import annotations

from django.db.models import DecimalField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.money import ZERO
from credit.models import CreditNote, Invoice, Payment, ReceivableEntry, Refund, WriteOff

Document = Invoice | Payment | CreditNote | WriteOff | Refund
MONEY = DecimalField(max_digits=14, decimal_places=2)


def with_running_balance(entries: QuerySet[ReceivableEntry]) -> QuerySet[ReceivableEntry]:
    """Each entry with `balance`: what was owed once it was entered, however the list is narrowed.

    Counted back from the account's balance of now, which is the sum of all its entries: the newest entries, which
    people look at, have little behind them, and nobody has to add up years for each row.
    """
    later = (
        ReceivableEntry.objects.filter(account=OuterRef("account"))
        .filter(
            Q(posted_on__gt=OuterRef("posted_on"))
            | Q(posted_on=OuterRef("posted_on"), pk__gt=OuterRef("pk")),
            posted_on__gte=OuterRef("posted_on"),  # said again for the index
        )
        .order_by()
        .values("account")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    since = Coalesce(Subquery(later), Value(ZERO), output_field=MONEY)
    return entries.annotate(balance=ExpressionWrapper(F("account__balance") - since, output_field=MONEY))


def find_document(number: str) -> QuerySet[Document]:
    """The rows of the kind of document that a number names."""
    for model in (Invoice, Payment, CreditNote, WriteOff, Refund):
        found = model._default_manager.filter(number=number.replace("\x00", ""))
        if found.exists():
            return found
    return Invoice.objects.none()
