"""Quotations and proforma invoices on paper."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from credit.documents import PrintedDocument, to_pdf
from credit.documents.parties import party_of, seller_of
from credit.documents.printed import Fact
from credit.documents.table import printed_table
from credit.documents.wording import amount, isolated
from orders.models import Quotation

FIGURES = ("unit_price", "discount", "tax_rate", "net", "tax", "gross")


def of_quotation(quotation: Quotation) -> PrintedDocument:
    """What was told, from the frozen words alone."""
    with translation.override(quotation.language):
        seller = seller_of(quotation.seller)
        until = date_format(quotation.valid_until, "DATE_FORMAT")
        facts = [
            Fact(pgettext("credit note", "Date"), date_format(quotation.issued_on, "DATE_FORMAT")),
            Fact(_("Valid until"), until),
            Fact(_("Payment terms"), isolated(quotation.terms)),
            Fact(_("Order number"), isolated(quotation.order.code)),
        ]
        is_proforma = quotation.kind == Quotation.Kind.PROFORMA
        return PrintedDocument(
            title=_("Proforma invoice") if is_proforma else _("Quotation"),
            number=quotation.number,
            language=quotation.language,
            seller=seller,
            customer=party_of(quotation.bill_to),
            facts=[fact for fact in facts if fact.value],
            headline=amount(quotation.total, quotation.currency, mark=True),
            headline_note=_("valid until %(day)s") % {"day": until},
            table=printed_table([_line(line) for line in quotation.lines], quotation.currency),
            rounding="",
            total=amount(quotation.total, quotation.currency, mark=True),
            bank_details=seller.bank_details if is_proforma else "",
            terms=seller.invoice_terms,
            reason=quotation.note,
        )


def quotation_pdf(quotation: Quotation) -> bytes:
    """The same as PDF."""
    return to_pdf(of_quotation(quotation))


def _line(told: dict[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(**told | {name: Decimal(told[name]) for name in FIGURES})
