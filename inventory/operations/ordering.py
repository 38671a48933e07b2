"""From a selection of products to purchase orders: one draft for each supplier."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from core.templatetags.figures import num
from inventory.models import Product, PurchaseOrder, PurchaseOrderLine, Supplier, SupplierProduct
from inventory.models.purchasing import PurchaseStatus
from inventory.queries.figures import figures
from inventory.suggesting import missing, to_order

from .purchasing import PurchaseLine, add_purchase_line, create_purchase


class Ordered(NamedTuple):
    """So many pieces stand on a draft now."""

    pieces: int
    draft: PurchaseOrder


@transaction.atomic
def order_product(product_id: int, *, pieces: int | None = None, by: Any, at: dt.datetime) -> Ordered:
    """Put a product on this person's draft for the supplier it is bought from: what is suggested, or so many pieces.

    Refuses what is here or on its way already unless pieces are named, what nobody offers, and what stands on a draft:
    so pressing twice orders once. Locks: the supplier, the draft.
    """
    product = Product.objects.get(pk=product_id)
    offer = SupplierProduct.objects.filter(product=product_id).offered().first()
    if offer is None:
        raise Refusal(
            _("Nobody is known to sell %s to us. Add a supplier of it.") % product, code="no_supplier"
        )
    supplier = Supplier.objects.select_for_update().get(pk=offer.supplier_id)
    drafts = PurchaseOrderLine.objects.filter(product=product_id, order__status=PurchaseStatus.DRAFT)
    if standing := drafts.select_related("order").first():
        raise Refusal(_("It stands on %s already.") % standing.order, code="on_a_draft")
    projected = figures([product.pk])[product.pk].projected
    wanted = pieces or suggested_pieces(product, offer, projected)
    if not wanted:
        raise Refusal(_not_short(product, projected), code="not_short")
    line = PurchaseLine(product_id, wanted)
    mine = f"selection:{supplier.pk}:{by.pk}:{local_date(at):%Y-%m-%d}:"
    before = PurchaseOrder.objects.filter(reference__startswith=mine)
    draft = before.filter(status=PurchaseStatus.DRAFT).first()
    if draft is None:
        draft = create_purchase(supplier, [line], reference=f"{mine}{before.count()}", by=by, at=at)
    else:
        draft = add_purchase_line(draft, line, at=at)
    return Ordered(wanted, draft)


def suggested_pieces(product: Product, offer: SupplierProduct, projected: int) -> int:
    """As the list of shortages suggests it; 0 when projected is above the reorder point."""
    lacks = missing(projected, product.reorder_point)
    return to_order(
        lacks, reorder_quantity=product.reorder_quantity, least=offer.minimum_quantity, pack=offer.pack_size
    )


def _not_short(product: Product, projected: int) -> str:
    if product.reorder_point is None:
        return _("It has no reorder point, and nobody waits for more of it. Say how many pieces to order.")
    message = _(
        "%(pieces)s are here or on their way, above its reorder point of %(point)s. Say how many to order."
    )
    return message % {"pieces": num(projected), "point": num(product.reorder_point)}
