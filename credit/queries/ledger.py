"""A customer's receivables ledger with its running balance, and the documents its lines name."""

from __future__ import annotations

from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.money import ZERO
from credit.models import CreditNote, Invoice, Payment, ReceivableEntry

Document = Invoice | Payment | CreditNote
MONEY = DecimalField(max_digits=14, decimal_places=2)


def with_running_balance(entries: QuerySet[ReceivableEntry]) -> QuerySet[ReceivableEntry]:
    """Each entry with `balance`: the sum of its account's entries up to it, however the list is narrowed."""
    upto = (
        ReceivableEntry.objects.filter(account=OuterRef("account"))
        .filter(
            Q(posted_on__lt=OuterRef("posted_on"))
            | Q(posted_on=OuterRef("posted_on"), pk__lte=OuterRef("pk"))
        )
        .order_by()
        .values("account")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    return entries.annotate(balance=Coalesce(Subquery(upto), Value(ZERO), output_field=MONEY))


def find_document(number: str) -> QuerySet[Document]:
    """The rows of the kind of document that a number names."""
    for model in (Invoice, Payment, CreditNote):
        found = model._default_manager.filter(number=number.replace("\x00", ""))
        if found.exists():
            return found
    return Invoice.objects.none()
