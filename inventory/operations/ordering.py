"""From a shortage to a purchase order: one press."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from inventory.models import PurchaseOrder, PurchaseOrderLine, Supplier
from inventory.models.purchasing import PurchaseStatus
from inventory.queries.shortages import shortages

from .purchasing import PurchaseLine, change_purchase, create_purchase


@transaction.atomic
def order_shortage(product_id: int, *, by: Any, at: dt.datetime) -> PurchaseOrder:
    """Put what is suggested of a short product on this person's draft of the day for its supplier.

    Refuses what is on its way already, what nobody offers, and what stands on a draft: so pressing twice orders once.
    Locks: the supplier, the draft.
    """
    row: Any = shortages().filter(product=product_id).first()
    if row is None or not row.suggested:
        raise Refusal(_("Nothing has to be ordered: it is here, or on its way."), code="not_short")
    if row.supplier_key is None:
        raise Refusal(
            _("Nobody is known to sell %s to us. Add a supplier of it.") % row.product, code="no_supplier"
        )
    supplier = Supplier.objects.select_for_update().get(pk=row.supplier_key)
    drafts = PurchaseOrderLine.objects.filter(product=product_id, order__status=PurchaseStatus.DRAFT)
    if standing := drafts.select_related("order").first():
        raise Refusal(_("It stands on %s already.") % standing.order, code="on_a_draft")
    line = PurchaseLine(product_id, row.suggested)
    day = f"shortages:{supplier.pk}:{by.pk}:{local_date(at):%Y-%m-%d}"
    mine = PurchaseOrder.objects.filter(reference__startswith=day)
    draft = mine.filter(status=PurchaseStatus.DRAFT).first()
    if draft is None:
        return create_purchase(supplier, [line], reference=f"{day}:{mine.count()}", by=by, at=at)
    before = [
        PurchaseLine(each.product_id, each.quantity, each.price, each.expected_on)
        for each in draft.lines.order_by("position")
    ]
    return change_purchase(draft, [*before, line], at=at)
