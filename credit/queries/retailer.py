"""What a retailer sees behind a link: one account, its invoice, what else is open. Never anything of another."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings

from core.money import ZERO
from credit.documents.payment_code import address_code, upi_address
from credit.models import CreditAccount, CreditNote, Invoice, InvoiceLine, Payment, RetailerLink

from .paid import Share, shares_of_invoice

SHOWN_OPEN = 50
SHOWN_PAID = 5


class Paid(NamedTuple):
    """Something that was paid or credited: the number of its receipt or note, the day, how much of it."""

    number: str
    on: dt.date
    amount: Decimal
    is_credit: bool = False


class RetailerPage(NamedTuple):
    """The page behind a link. `others` are open invoices but the one shown, the longest due first. `paid` is what
    stands on the invoice, or the newest payments of the account. `upi_*` is "" where there is nothing to pay so.
    """

    shop: str
    currency: str
    invoice: Invoice | None
    lines: list[InvoiceLine]
    pieces: int
    others: list[Invoice]
    more_open: bool
    balance: Decimal
    ahead: Decimal
    paid: list[Paid]
    upi_id: str
    upi_url: str
    upi_all_url: str
    code_svg: str
    bank_details: list[str]


def retailer_page(link: RetailerLink, *, on: dt.date, number: str = "") -> RetailerPage | None:
    """The page of a link, at its own invoice or at another one of the same account; None when that is not there."""
    account = link.account
    invoice = find_invoice(account, number) if number else link.invoice
    if number and invoice is None:
        return None
    found = list(account.invoices.longest_due()[: SHOWN_OPEN + 1])
    others = [i for i in found[:SHOWN_OPEN] if invoice is None or i.pk != invoice.pk]
    lines = list(invoice.lines.all()) if invoice else []
    upi_url = _upi(account, invoice)
    asks = invoice.outstanding if invoice else account.balance
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
        paid=_paid(account, invoice),
        upi_id=settings.COMPANY["upi_id"] if upi_url else "",
        upi_url=upi_url,
        upi_all_url=_upi(account, None) if upi_url and invoice and account.balance > asks else "",
        code_svg=address_code(upi_url) if upi_url else "",
        bank_details=_bank_details() if asks > 0 else [],
    )


def _paid(account: CreditAccount, invoice: Invoice | None) -> list[Paid]:
    if invoice is None:
        payments = account.payments.filter(reversed_at=None, amount__gt=0).order_by("-received_on", "-pk")
        return [Paid(each.number, each.received_on, each.amount) for each in payments[:SHOWN_PAID]]
    if invoice.outstanding == invoice.total:
        return []
    return [_told(share) for share in shares_of_invoice(invoice) if share.amount > 0]


def _told(share: Share) -> Paid:
    on = share.source.received_on if isinstance(share.source, Payment) else share.on
    return Paid(share.source.number, on, share.amount, isinstance(share.source, CreditNote))


def _bank_details() -> list[str]:
    """Lines of the setting; an environment file writes a new line as \\n."""
    return [
        line for line in settings.COMPANY["bank_details"].replace("\\n", "\n").splitlines() if line.strip()
    ]


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
