"""What a lost task left undone, found again by looking at the rows themselves."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from credit.models import Invoice
from inventory.models import StockLevel
from orders.models import Order, OrderLine, Status

from .fulfil import close_if_paid, fill_backorders
from .holds import review_held_orders


def sweep(*, at: dt.datetime) -> None:
    """Fill backorders whose goods are here, review held orders, close what is paid. Cheap when nothing was lost."""
    here = StockLevel.objects.filter(
        product=OuterRef("product"), location=OuterRef("order__location"), on_hand__gt=F("reserved")
    )
    waiting = OrderLine.objects.filter(Exists(here), order__status=Status.BACKORDERED, backordered__gt=0)
    if products := list(waiting.values_list("product_id", flat=True).distinct()):
        fill_backorders(products, at=at)
    for customer_id in Order.objects.held().values_list("customer_id", flat=True).order_by().distinct():
        review_held_orders(customer_id, at=at)
    owed = Invoice.objects.open().filter(order_number=OuterRef("code"))
    for pk in Order.objects.filter(~Exists(owed), status=Status.INVOICED).values_list("pk", flat=True):
        with transaction.atomic():
            close_if_paid(Order.objects.locked().get(pk=pk))
