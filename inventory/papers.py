"""What suppliers get on paper: purchase orders, and slips of goods that go back."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from core.money import round_money
from core.paper import html_to_pdf
from inventory.models import PurchaseOrder, SupplierReturn

STYLES = "inventory/slips/slip.css"


def purchase_pdf(order: PurchaseOrder) -> bytes:
    """The order in the supplier's language."""
    lines = [
        (line, round_money(line.quantity * line.price))
        for line in order.lines.select_related("product").order_by("position")
    ]
    with translation.override(order.supplier.language):
        html = render_to_string(
            "inventory/slips/purchase.html",
            {"order": order, "lines": lines, "company": settings.COMPANY, "today": order.sent_at},
        )
    return html_to_pdf(html, STYLES)


def return_pdf(going: SupplierReturn) -> bytes:
    """The slip that travels with the goods."""
    lines = [
        (line, round_money(line.quantity * line.price)) for line in going.lines.select_related("product")
    ]
    with translation.override(going.supplier.language):
        html = render_to_string(
            "inventory/slips/supplier_return.html",
            {"going": going, "lines": lines, "company": settings.COMPANY},
        )
    return html_to_pdf(html, STYLES)
