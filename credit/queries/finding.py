"""The few documents somebody means who types a number, an amount, a reference or a name into the palette."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Collate, Upper

from core.numbering import LAST, ending, number_typed
from core.phones import plain_digits
from credit.models import CreditNote, Invoice, Payment

BILLED = ("INV", "DBN", "FEE", "OPN")
"""The series of what is billed."""
SHORTEST_REFERENCE = 4
WRITTEN = re.compile(r"[0-9]+(\.[0-9]*)?")
"""An amount as figures alone: no exponent, which would make a number that no column holds."""


def invoices_meant(text: str, customers: Sequence[int], *, user: Any, limit: int) -> list[Invoice]:
    """By the end of their number, else the latest of the customers that were found."""
    rows = Invoice.objects.visible_to(user).select_related("account__customer")
    series = next((each for each in BILLED if number_typed(text, each)), BILLED[0])
    return _by_number_or_customer(rows, text, series, customers, "-issued_on", limit)


def credit_notes_meant(text: str, customers: Sequence[int], *, user: Any, limit: int) -> list[CreditNote]:
    """The same for credit notes."""
    rows = CreditNote.objects.visible_to(user).select_related("account__customer")
    return _by_number_or_customer(rows, text, "CRN", customers, "-issued_on", limit)


def payments_meant(text: str, customers: Sequence[int], *, user: Any, limit: int) -> list[Payment]:
    """By the end of the receipt's number, the bank's reference, the amount; else the latest of the customers."""
    rows = Payment.objects.visible_to(user).select_related("account__customer")
    found = _by_number_or_customer(rows, text, "RCT", customers, "-received_on", limit)
    reference = text.strip().upper()
    if len(reference) >= SHORTEST_REFERENCE and any(c.isdigit() for c in reference):
        begins = rows.annotate(said=Collate(Upper(F("method_reference")), "C")).exclude(method_reference="")
        found += begins.filter(said__gte=reference, said__lt=reference + LAST).order_by("said")[:limit]
    amount = _amount(text)
    if amount is not None:
        found += rows.filter(amount=amount).order_by("-received_on", "-pk")[:limit]
    return list({payment.pk: payment for payment in found}.values())[:limit]


def _by_number_or_customer(
    rows: QuerySet[Any], text: str, series: str, customers: Sequence[int], newest: str, limit: int
) -> list[Any]:
    digits = number_typed(text, series)
    if digits:
        return list(ending(rows, digits)[:limit])
    if not customers or _amount(text) is not None:
        return []
    return list(rows.filter(account__customer__in=customers).order_by(newest, "-pk")[:limit])


def _amount(text: str) -> Decimal | None:
    """What was typed as an amount: digits, with separators of thousands and at most two decimals."""
    plain = plain_digits(text).replace(",", "").replace(" ", "").lstrip("₹$€£")
    if len(plain) > 15 or not WRITTEN.fullmatch(plain):
        return None
    amount = Decimal(plain)
    return amount if amount > 0 and amount == round(amount, 2) else None
