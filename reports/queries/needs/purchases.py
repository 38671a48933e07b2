"""Goods that suppliers promised and that have not come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import F, Min, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import local_date
from core.screens import Action
from core.templatetags.figures import day as day_of
from core.templatetags.figures import num
from inventory.models import PurchaseOrder
from reports.queries.home.sight import start_of

from .need import EACH, Need


def late_purchases(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Purchase orders with pieces that should be here by now: the buyer asks for them, the store receives them."""
    buys = user.has_perm("inventory.change_purchaseorder")
    if not user.has_perm("inventory.view_purchaseorder") or not (
        buys or user.has_perm("inventory.receive_goods")
    ):
        return
    today = local_date(at)
    late = Q(lines__outstanding__gt=0, lines__expected_on__lt=today)
    rows = PurchaseOrder.objects.open().filter(late).select_related("supplier")
    rows = rows.annotate(due=Min("lines__expected_on"), pieces=Sum("lines__outstanding"))
    for order in rows.order_by(F("due"), "pk")[:EACH]:
        days = (today - order.due).days
        said = {"order": order.number, "supplier": order.supplier.name, "n": num(days)}
        pieces = ngettext("%(n)s piece was due on %(day)s", "%(n)s pieces were due on %(day)s", order.pieces)
        yield Need(
            52,
            "late_purchase",
            ngettext(
                "%(order)s of %(supplier)s is %(n)s day late",
                "%(order)s of %(supplier)s is %(n)s days late",
                days,
            )
            % said,
            pieces % {"n": num(order.pieces), "day": day_of(order.due)},
            start_of(order.due),
            order.get_absolute_url(),
            Action(_("Other day"), "inventory:purchase_expect", (order.pk,), ask=True)
            if buys
            else Action(_("Receive"), "inventory:purchase_receive", (order.pk,)),
            "warn",
            "shopping-bag",
        )
