"""What a retailer sees behind a link: one account, its invoice, what else is open. Never anything of another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q, Sum

from core.money import ZERO
from credit.documents.payment_code import address_code, upi_address
from credit.models import (
    CreditAccount,
    Dispute,
    Invoice,
    InvoiceLine,
    Payment,
    PaymentNotice,
    RetailerLink,
)

from .paid import Share, shares_of_invoice

SHOWN_OPEN = 50
SHOWN_PAID = 5
NOT_FOUND_FOR = dt.timedelta(days=14)


class ShopOffer(NamedTuple):
    """Something a shop may do about an invoice (`url`), or has done (`said`). Texts in the language of the page."""

    label: str = ""
    url: str = ""
    said: str = ""


OFFERS: list[Callable[[RetailerLink, Invoice, str], Sequence[ShopOffer]]] = []
"""What higher apps offer on the page of an invoice: of the link, the invoice and the token. They add to it when they
start."""


class Paid(NamedTuple):
    """Something that was paid, credited or given up: the number of its document, the day, how much of it."""

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
    disputes: list[Dispute]
    can_dispute: bool
    notices: list[PaymentNotice]
    may_act: bool


class HowToPay(NamedTuple):
    """Ways to pay an amount beside the gateways; as `RetailerPage` has them."""

    invoice: Invoice | None
    currency: str
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
    disputes = _disputes(invoice)
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
        disputes=disputes[:SHOWN_PAID],
        can_dispute=bool(invoice and may_act_on(link, invoice) and _left_to_dispute(invoice, disputes)),
        notices=_notices(account, on),
        may_act=may_act_on(link, invoice),
    )


def may_act_on(link: RetailerLink, invoice: Invoice | None) -> bool:
    """A link to one invoice acts on that invoice alone, one to the account on all of it."""
    if link.invoice_id is None:
        return True
    return invoice is not None and invoice.pk == link.invoice_id


def chosen_invoices(account: CreditAccount, numbers: Sequence[str]) -> list[Invoice]:
    """The account's open invoices of these numbers, the longest due first. Another account's are as if not there."""
    return list(account.invoices.open().filter(number__in=numbers).order_by("due_on", "pk"))


def how_to_pay(account: CreditAccount, amount: Decimal, note: str) -> HowToPay:
    """UPI and bank for any amount; `note` goes along as its reference, else the customer's code."""
    upi_id = settings.COMPANY["upi_id"]
    url = ""
    if amount > 0 and upi_id and account.currency == "INR":
        url = upi_address(upi_id, settings.COMPANY["name"], amount, note or account.customer.code)
    return HowToPay(
        invoice=None,
        currency=account.currency,
        upi_id=upi_id if url else "",
        upi_url=url,
        upi_all_url="",
        code_svg=address_code(url) if url else "",
        bank_details=_bank_details() if amount > 0 else [],
    )


def _disputes(invoice: Invoice | None) -> list[Dispute]:
    """What was disputed of it, but what was withdrawn; the newest first."""
    if invoice is None:
        return []
    rows = invoice.disputes.exclude(state=Dispute.State.WITHDRAWN)
    return list(rows.select_related("line", "credit_note").order_by("-at"))


def _left_to_dispute(invoice: Invoice, disputes: list[Dispute]) -> bool:
    """Whether anything of it was not taken back yet, and not all of it is disputed already."""
    taken = invoice.credit_notes.aggregate(sum=Sum("total"))["sum"] or ZERO
    said = sum((each.amount for each in disputes if each.state == Dispute.State.OPEN), ZERO)
    return invoice.total - taken - said > 0


def _notices(account: CreditAccount, on: dt.date) -> list[PaymentNotice]:
    """What the retailer said it paid and nobody has checked yet, or was not found within two weeks."""
    shown = Q(state=PaymentNotice.State.WAITING) | Q(
        state=PaymentNotice.State.REJECTED, decided_at__date__gte=on - NOT_FOUND_FOR
    )
    rows = account.notices.filter(shown, source=PaymentNotice.Source.RETAILER)
    return list(rows.order_by("-recorded_at")[:SHOWN_PAID])


def _paid(account: CreditAccount, invoice: Invoice | None) -> list[Paid]:
    if invoice is None:
        payments = account.payments.filter(reversed_at=None, amount__gt=0).order_by("-received_on", "-pk")
        return [Paid(each.number, each.received_on, each.amount) for each in payments[:SHOWN_PAID]]
    if invoice.outstanding == invoice.total:
        return []
    return [_told(share) for share in shares_of_invoice(invoice) if share.amount > 0]


def _told(share: Share) -> Paid:
    on = share.source.received_on if isinstance(share.source, Payment) else share.on
    return Paid(share.source.number or "", on, share.amount, not isinstance(share.source, Payment))


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
