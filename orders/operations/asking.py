"""A held order that nobody decides: those who may are asked once more."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.money import format_money
from core.notify import holders, notify
from orders.models import Order, Status

from .drafts import lock_order

PATIENCE = dt.timedelta(minutes=15)
"""How long people get before they are asked once more, and how often at most."""


@transaction.atomic
def ask_again(order: Order, *, by: Any, at: dt.datetime, version: int | None = None) -> list[Any]:
    """Tell those who may approve a held order that it still waits; they are given back. Twice in a quarter is once."""
    order = lock_order(order, version=version)
    if order.status != Status.CREDIT_HOLD:
        raise Refusal(
            _("Order %(code)s is not on credit hold; it is %(now)s.")
            % {"code": order.code, "now": order.get_status_display().lower()},
            code="not_held",
        )
    people = [person for person in holders("orders.release_order", about=order) if person != by]
    if not people:
        raise Refusal(_("Nobody but you may approve it, and you asked for it."), code="nobody_to_ask")
    notify(
        people,
        "order.asked_again",
        format_lazy(
            gettext_lazy("{who} asks again: {code} of {customer}, {total}, waits for a decision."),
            who=by,
            code=order.code,
            customer=order.customer.name,
            total=format_money(order.total, order.currency),
        ),
        key=f"order:{order.pk}:asked:{int(at.timestamp() // PATIENCE.total_seconds())}",
        url=order.get_absolute_url(),
        tone="warn",
        by=by,
        at=at,
    )
    return people
