"""Codes to scan: pay by UPI, or open the retailer's page."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote, urlencode

import segno
from django.utils.safestring import SafeString

from credit.models import Invoice

from .parties import Party


def upi_address(upi_id: str, payee: str, amount: Decimal, note: str) -> str:
    """The address a UPI app understands (NPCI's deep link). UPI moves rupees only."""
    query = {"pa": upi_id, "pn": payee[:50], "am": f"{amount:.2f}", "cu": "INR", "tn": note}
    return f"upi://pay?{urlencode(query, quote_via=quote, safe='@')}"


def upi_code(seller: Party, invoice: Invoice) -> SafeString:
    """The code a customer scans to pay what is outstanding."""
    return _svg(upi_address(seller.upi_id, seller.name, invoice.outstanding, invoice.number))


def link_code(url: str) -> SafeString:
    """The code that opens the retailer's page."""
    return _svg(url)


def address_code(address: str) -> SafeString:
    """Any address as a code, for a page."""
    return _svg(address)


def _svg(text: str) -> SafeString:
    return SafeString(
        segno.make(text, error="m", micro=False).svg_inline(border=0, omitsize=True, dark="#1b1e27")
    )
