"""Goods that came, that wait to go, and that are missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import local_date
from core.money import format_money
from core.screens import Action, version_of
from customers.models import TimelineEntry
from orders.models import Order, Status
from reports.queries.home.goods import Short, short_products
from reports.queries.home.sight import in_sight, start_of

from .need import EACH, Need

FRESH = dt.timedelta(days=3)
MISSING = 3
FILLED = "order.backorder_filled"


def arrived(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Orders that waited for goods which have come, until they are handed over. Two statements."""
    if not user.has_perm("orders.view_order") or not (
        user.has_perm("orders.add_order") or user.has_perm("orders.deliver_order")
    ):
        return
    told = in_sight(TimelineEntry.objects.filter(event=FILLED, at__gte=at - FRESH), user, "customer")
    entries = {
        int(pk): entry
        for entry in told.select_related("customer").order_by("at")[:50]
        if (pk := entry.about.rpartition(":")[2]).isdecimal()
    }
    waiting = Order.objects.filter(
        pk__in=list(entries)[-50:], status__in=[Status.CONFIRMED, Status.BACKORDERED], lines__reserved__gt=0
    ).distinct()
    for order in waiting.order_by("priority", "confirmed_at")[:EACH] if entries else ():
        entry = entries[order.pk]
        yield Need(
            55,
            "arrived",
            entry.text,
            _("%(shop)s was waiting") % {"shop": entry.customer.name},
            entry.at,
            order.get_absolute_url(),
            _deliver(order) if user.has_perm("orders.deliver_order") else _open(order),
            "good",
            "truck",
        )


def to_deliver(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Orders of earlier days whose goods lie ready."""
    if not user.has_perm("orders.deliver_order"):
        return
    rows = in_sight(Order.objects.filter(status=Status.CONFIRMED), user, "customer").filter(
        confirmed_at__lt=start_of(local_date(at))
    )
    for order in rows.select_related("customer").order_by("status", "created_at")[:EACH]:
        yield Need(
            50,
            "deliver",
            _("%(code)s for %(shop)s lies ready") % {"code": order.code, "shop": order.customer.name},
            _("%(total)s, confirmed on an earlier day")
            % {"total": format_money(order.total, order.currency)},
            order.confirmed_at or order.created_at,
            order.get_absolute_url(),
            _deliver(order),
            "warn",
            "truck",
        )


def short(user: Any, *, at: dt.datetime, missing: Sequence[Short] | None = None) -> Iterator[Need]:
    """Products to buy, for whoever receives them."""
    if not user.has_perm("inventory.receive_goods"):
        return
    for row in (short_products(user) if missing is None else missing)[:MISSING]:
        yield Need(
            45,
            "short",
            _("%(pieces)d × %(name)s missing") % {"pieces": row.pieces, "name": row.name},
            ngettext("%(n)d shop waits for it", "%(n)d shops wait for it", row.shops) % {"n": row.shops},
            row.since,
            reverse("inventory:product_detail", args=[row.product_id]),
            Action(_("Receive"), "inventory:goods_receive"),
            "warn",
            "cube",
        )


def _deliver(order: Order) -> Action:
    return Action(_("Deliver"), "orders:order_deliver", (order.pk,), post=True, version=version_of(order))


def _open(order: Order) -> Action:
    return Action(_("Open"), "orders:order_detail", (order.pk,))
