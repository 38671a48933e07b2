"""Papers of the store: what is carried along with goods."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string

from core.paper import html_to_pdf
from inventory.models import StockTransfer

STYLES = "inventory/slips/slip.css"


def transfer_slip(transfer: StockTransfer) -> bytes:
    """The slip that travels with transferred goods, its lines in the order of the shelves, as PDF."""
    lines = list(transfer.lines.select_related("product").order_by("shelf", "product__name"))
    context = {
        "transfer": transfer,
        "lines": lines,
        "total": sum(line.quantity for line in lines),
        "company": settings.COMPANY,
    }
    return html_to_pdf(render_to_string("inventory/slips/transfer.html", context), STYLES)
