"""Whom the bell tells what becomes of an order."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.money import format_money
from core.notify import holders, in_sight, notify
from orders.models import Order


def tell_held(order: Order, *, by: Any, at: dt.datetime) -> None:
    """Held: those who may let it go."""
    notify(
        holders("orders.release_order", about=order),
        "order.held",
        format_lazy(
            _("{code} of {customer}, {total}, is on credit hold."),
            code=order.code,
            customer=order.customer.name,
            total=format_money(order.total, order.currency),
        ),
        key=f"order:{order.pk}:held:{order.version}",
        url=order.get_absolute_url(),
        tone="warn",
        by=by,
        at=at,
    )


def tell_seller(
    order: Order, event: str, text: Any, *, tone: str, key: str, by: Any, at: dt.datetime
) -> None:
    """What became of it: who took it, and who looks after the customer."""
    people = {
        person for person in (order.created_by, order.confirmed_by, order.customer.representative) if person
    }
    notify(
        in_sight(people, order),
        event,
        text,
        key=f"order:{order.pk}:{key}",
        url=order.get_absolute_url(),
        tone=tone,
        by=by,
        at=at,
    )


def tell_released(order: Order, *, by: Any, at: dt.datetime) -> None:
    """Approved by somebody, or freed by a payment."""
    text = format_lazy(
        _("{code} of {customer} is off credit hold."), code=order.code, customer=order.customer.name
    )
    tell_seller(
        order, "order.released", text, tone="good", key=f"released:{order.confirmations}", by=by, at=at
    )


def tell_rejected(order: Order, reason: str, *, by: Any, at: dt.datetime) -> None:
    """Somebody said no, and why."""
    text = format_lazy(
        _("{code} of {customer} was rejected: {reason}"),
        code=order.code,
        customer=order.customer.name,
        reason=reason,
    )
    tell_seller(order, "order.rejected", text, tone="bad", key=f"rejected:{order.version}", by=by, at=at)


def tell_ended(order: Order, *, at: dt.datetime) -> None:
    """Its approval ended before it was delivered: it waits again."""
    text = format_lazy(
        _("The approval of {code} of {customer} has ended; it waits again."),
        code=order.code,
        customer=order.customer.name,
    )
    tell_seller(order, "order.approval_ended", text, tone="bad", key=f"ended:{order.version}", by=None, at=at)


def tell_filled(order: Order, pieces: int, *, at: dt.datetime) -> None:
    """Pieces it waited for are here; nobody did it, so everybody hears it."""
    text = format_lazy(
        _("{pieces} pieces that {code} of {customer} waited for are here."),
        pieces=pieces,
        code=order.code,
        customer=order.customer.name,
    )
    tell_seller(
        order, "order.backorder_filled", text, tone="good", key=f"filled:{order.version}", by=None, at=at
    )
