"""Orders that stand still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.money import format_money
from core.screens import Action
from orders.models import Order
from orders.operations.asking import PATIENCE
from orders.queries import over_by
from reports.queries.home.sight import in_sight

from .need import EACH, Need


def holds(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Held orders: to decide for whoever may and did not ask, to look at for whoever asked."""
    may_decide = user.has_perm("orders.release_order")
    if not may_decide and not user.has_perm("orders.add_order"):
        return
    held = in_sight(Order.objects.held(), user, "customer")
    rows = held.select_related("customer", "credit_decision", "confirmed_by").order_by(
        "priority", "created_at"
    )
    for order in rows[:EACH]:
        own = order.confirmed_by_id == user.pk
        over = over_by(order)
        text = (
            _("%(code)s held: %(shop)s, %(over)s over") if over else _("%(code)s held: %(shop)s, %(total)s")
        ) % {
            "code": order.code,
            "shop": order.customer.name,
            "over": format_money(over, order.currency) if over else "",
            "total": format_money(order.total, order.currency),
        }
        decide = may_decide and not own
        since = order.credit_decision.at if order.credit_decision else order.created_at
        yield Need(
            90 if decide else 65,
            "hold",
            text,
            (
                _("Asked by %(name)s") % {"name": order.confirmed_by}
                if decide
                else _("Waits for somebody who may approve it, or a payment")
            ),
            since,
            order.get_absolute_url(),
            Action(_("Decide"), "orders:order_release", (order.pk,), ask=True, tone="primary")
            if decide
            else _ask(order, user, waited=at - since),
            "bad" if decide else "warn",
            "hand-raised",
        )


def _ask(order: Order, user: Any, *, waited: dt.timedelta) -> Action:
    """Nobody decided for a while: ask once more. Before that there is only something to look at."""
    if waited >= PATIENCE and user.has_perm("orders.add_order"):
        return Action(_("Ask again"), "orders:order_ask_again", (order.pk,), post=True)
    return Action(_("Open"), "orders:order_detail", (order.pk,))
