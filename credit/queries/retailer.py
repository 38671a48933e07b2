"""What a retailer sees behind a link: one account, its invoice, what else is open. Never anything of another."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings

from core.money import ZERO
from credit.documents.payment_code import upi_address
from credit.models import CreditAccount, Invoice, InvoiceLine, RetailerLink

SHOWN_OPEN = 50


class RetailerPage(NamedTuple):
    """The page behind a link. `others` are open invoices but the one shown, the longest due first."""

    shop: str
    currency: str
    invoice: Invoice | None
    lines: list[InvoiceLine]
    pieces: int
    others: list[Invoice]
    more_open: bool
    balance: Decimal
    ahead: Decimal
    upi_url: str


def retailer_page(link: RetailerLink, *, on: dt.date, number: str = "") -> RetailerPage | None:
    """The page of a link, at its own invoice or at another one of the same account; None when that is not there."""
    account = link.account
    invoice = find_invoice(account, number) if number else link.invoice
    if number and invoice is None:
        return None
    found = list(account.invoices.open().order_by("due_on", "pk")[: SHOWN_OPEN + 1])
    others = [i for i in found[:SHOWN_OPEN] if invoice is None or i.pk != invoice.pk]
    lines = list(invoice.lines.all()) if invoice else []
    return RetailerPage(
        shop=account.customer.name,
        currency=account.currency,
        invoice=invoice,
        lines=lines,
        pieces=sum(line.quantity for line in lines),
        others=others,
        more_open=len(found) > SHOWN_OPEN,
        balance=max(account.balance, ZERO),
        ahead=max(-account.balance, ZERO),
        upi_url=_upi(account, invoice),
    )


def find_invoice(account: CreditAccount, number: str) -> Invoice | None:
    """The account's invoice of that number. Another account's is as if it did not exist."""
    return account.invoices.filter(number=number).first() if "\x00" not in number else None


def _upi(account: CreditAccount, invoice: Invoice | None) -> str:
    """Where a UPI app pays what this page asks for; "" when there is nothing to pay or no UPI address."""
    amount = invoice.outstanding if invoice else account.balance
    upi_id = settings.COMPANY["upi_id"]
    if amount <= 0 or not upi_id or account.currency != "INR":
        return ""
    note = invoice.number if invoice else account.customer.code
    return upi_address(upi_id, settings.COMPANY["name"], amount, note)
