"""What stands on a document, in the words and order of the paper. Everything comes from the frozen document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.money import ZERO
from credit.models import CreditNote, Invoice

from .parties import Party, party_of, seller_of
from .payment_code import link_code, upi_code
from .table import PrintedTable, printed_table
from .wording import amount, isolated


class Fact(NamedTuple):
    """A name and a value: "Due", "6 Dec 2026"."""

    label: str
    value: str


class PrintedDocument(NamedTuple):
    """A document ready to be laid out."""

    title: str
    number: str
    language: str
    seller: Party
    customer: Party
    facts: list[Fact]
    headline: str
    headline_note: str
    table: PrintedTable
    rounding: str
    total: str
    after_total: Sequence[Fact] = ()
    code_svg: str = ""
    code_note: str = ""
    bank_details: str = ""
    terms: str = ""
    reason: str = ""


def of_invoice(invoice: Invoice, *, on: dt.date, link_url: str = "") -> PrintedDocument:
    """An invoice as it is printed `on` a day: what was paid until then is said under its total.

    `link_url` becomes a code to scan when the seller has no UPI address.
    """
    with translation.override(invoice.language):
        seller = seller_of(invoice.seller)
        code, note = _code(invoice, seller, link_url)
        due = _day(invoice.due_on)
        facts = [
            Fact(
                pgettext("credit note", "Date") if invoice.is_charge else _("Invoice date"),
                _day(invoice.issued_on),
            ),
            Fact(_("For invoice"), isolated(invoice.about.number) if invoice.about else ""),
            Fact(_("Due date"), due),
            Fact(_("Payment terms"), isolated(invoice.terms)),
            Fact(_("Order number"), isolated(invoice.order_number)),
        ]
        return PrintedDocument(
            title=title_of(invoice.kind),
            number=invoice.number,
            language=invoice.language,
            seller=seller,
            customer=party_of(invoice.bill_to),
            facts=[fact for fact in facts if fact.value],
            headline=amount(invoice.outstanding, invoice.currency, mark=True),
            headline_note=_("due %(day)s") % {"day": due} if invoice.outstanding else _("paid"),
            table=printed_table(list(invoice.lines.all()), invoice.currency),
            rounding=amount(invoice.rounding, invoice.currency) if invoice.rounding else "",
            total=amount(invoice.total, invoice.currency, mark=True),
            after_total=_paid(invoice, on),
            code_svg=code,
            code_note=note,
            bank_details=seller.bank_details,
            terms=seller.invoice_terms,
            reason=invoice.reason,
        )


def title_of(kind: str) -> str:
    """What stands on top of the paper."""
    return {
        Invoice.Kind.INVOICE: _("Invoice"),
        Invoice.Kind.DEBIT_NOTE: _("Debit note"),
        Invoice.Kind.LATE_FEE: _("Late fee"),
        Invoice.Kind.OPENING: _("Opening balance"),
    }[Invoice.Kind(kind)]


def of_credit_note(note: CreditNote) -> PrintedDocument:
    """A credit note, with the parties of the invoice it takes back."""
    invoice = note.invoice
    with translation.override(invoice.language):
        rows = note.lines.select_related("invoice_line").order_by("invoice_line__position")
        total = amount(note.total, note.currency, mark=True)
        return PrintedDocument(
            title=_("Credit note"),
            number=note.number,
            language=invoice.language,
            seller=seller_of(invoice.seller),
            customer=party_of(invoice.bill_to),
            facts=[
                Fact(pgettext("credit note", "Date"), _day(note.issued_on)),
                Fact(_("For invoice"), isolated(invoice.number)),
                Fact(_("Invoice date"), _day(invoice.issued_on)),
            ],
            headline=total,
            headline_note=_("credited to you"),
            table=printed_table([_Credited(at, row) for at, row in enumerate(rows, 1)], note.currency),
            rounding=amount(note.rounding, note.currency) if note.rounding else "",
            total=total,
            reason=note.reason,
        )


class _Credited:
    """A line taken back, with the words of the invoice line it takes back."""

    def __init__(self, position: int, row: Any) -> None:
        line = row.invoice_line
        self.position, self.quantity = position, row.quantity
        self.net, self.tax, self.gross = row.net, row.tax, row.gross
        self.sku, self.description, self.tax_rate = line.sku, line.description, line.tax_rate
        self.unit_price, self.price_includes_tax = line.unit_price, line.price_includes_tax
        self.discount: Decimal = ZERO


def _paid(invoice: Invoice, on: dt.date) -> list[Fact]:
    """What has been paid or credited so far; nothing is said while nothing has."""
    settled = invoice.total - invoice.outstanding
    if not settled:
        return []
    return [
        Fact(_("Paid or credited by %(day)s") % {"day": _day(on)}, amount(-settled, invoice.currency)),
        Fact(_("Outstanding"), amount(invoice.outstanding, invoice.currency, mark=True)),
    ]


def _code(invoice: Invoice, seller: Party, link_url: str) -> tuple[str, str]:
    if invoice.outstanding and seller.upi_id and invoice.currency == "INR":
        return upi_code(seller, invoice), _("Scan to pay with any UPI app") + f"\n{seller.upi_id}"
    if link_url:
        return link_code(link_url), _("Scan to see this invoice and your balance")
    return "", ""


def _day(on: dt.date) -> str:
    return date_format(on, "DATE_FORMAT")
