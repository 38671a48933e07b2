"""Drafts: an order while it binds nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal, StalePage
from core.live import touch
from core.money import ZERO
from core.once import wait_for_twin
from core.rows import read_pairs
from credit.operations import open_account
from customers.models import Customer
from customers.operations import record
from inventory.models import Location
from orders.models import Order, OrderLine, Status
from orders.queries.quoted import promised_prices
from pricing.queries import PricedLine, quote

MOST_LINES = 500
MOST_PIECES = 100_000
HEAD = frozenset({"customer_reference", "delivery_method", "note", "below_cost_reason"})


class Item(NamedTuple):
    """What is asked for: a product, pieces, a discount off the line in money, and what to do where it is short."""

    product_id: int
    quantity: int
    discount: Decimal = ZERO
    when_short: str = "wait"
    substitute_id: int | None = None


@transaction.atomic
def create_order(
    customer: Customer,
    items: Sequence[Item],
    *,
    by: Any,
    at: dt.datetime,
    idempotency_key: str | None = None,
    location: Location | None = None,
    **fields: Any,
) -> Order:
    """A draft with priced lines. The same `idempotency_key` gives the order it made before."""
    if idempotency_key:
        wait_for_twin(f"order:{idempotency_key}")
    if idempotency_key and (told := Order.objects.filter(idempotency_key=idempotency_key).first()):
        return told
    refuse_if_cannot_order(customer)
    order = Order.objects.create(
        customer=customer,
        currency=open_account(customer.pk).currency,
        location=location or default_location(),
        delivery_method=fields.pop("delivery_method", customer.delivery_method),
        idempotency_key=idempotency_key,
        created_by=by,
        created_at=at,
        **fields,
    )
    if items:
        put_lines(order, items, at=at)
    note(order, "order.created", _("Order %(code)s drafted") % {"code": order.code}, by=by, at=at)
    return order


@transaction.atomic
def change_order(
    order: Order,
    items: Sequence[Item],
    *,
    by: Any,
    at: dt.datetime,
    version: int | None = None,
    **fields: Any,
) -> Order:
    """Replace a draft's lines and fields. Refuses when somebody changed it since `version` was read."""
    order = lock_order(order, version=version)
    if order.status != Status.DRAFT:
        raise _not_a_draft(order)
    if order.replaces_id:
        raise Refusal(
            _("Order %s replaces returned goods; its lines were agreed. Cancel it, and write a new order.")
            % order.code,
            code="agreed",
        )
    refuse_if_cannot_order(order.customer)
    for name, value in fields.items():
        setattr(order, name, value)
    order.lines.all().delete()
    put_lines(order, items, at=at)
    return order


@transaction.atomic
def describe_order(order: Order, *, by: Any, at: dt.datetime, **fields: Any) -> Order:
    """Change what a draft says besides its lines: the customer's reference, the delivery, a note.

    Its lines and prices stay. Refuses when the order is no draft any more, and fields that are not of its head.
    """
    unknown = fields.keys() - HEAD
    if unknown:
        raise TypeError(f"not of an order's head: {', '.join(sorted(unknown))}")
    order = lock_order(order)
    if order.status != Status.DRAFT:
        raise _not_a_draft(order)
    for name, value in fields.items():
        setattr(order, name, value.replace("\x00", "").strip())
    order.version += 1
    order.save(update_fields=[*fields, "version"])
    touch(order)
    return order


def _not_a_draft(order: Order) -> Refusal:
    return Refusal(
        _("Order %(code)s is %(now)s. Return it to draft to change it.")
        % {"code": order.code, "now": order.get_status_display().lower()},
        code="not_a_draft",
    )


def put_lines(order: Order, items: Sequence[Item], *, at: dt.datetime) -> None:
    """Price the items and write them as the order's lines, with the order's totals."""
    priced = quote(
        order.customer,
        [(item.product_id, item.quantity) for item in checked(items)],
        on=local_date(at),
        currency=order.currency,
        discounts={item.product_id: item.discount for item in items if item.discount},
        promised=promised_prices(order),
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            product_id=line.product_id,
            quantity=line.quantity,
            discount=line.discount,
            when_short=item.when_short,
            substitute_id=item.substitute_id,
            **priced_fields(line),
        )
        for position, (item, line) in enumerate(zip(items, priced, strict=True), start=1)
    )
    order.net = sum((line.net for line in priced), ZERO)
    order.tax = sum((line.tax for line in priced), ZERO)
    order.total = order.net + order.tax
    order.version += 1
    order.save()
    live.touch(order)


def priced_fields(line: PricedLine) -> dict[str, Any]:
    """The columns of an order line that pricing decides."""
    return {
        "unit_price": line.unit_price,
        "price_includes_tax": line.price_includes_tax,
        "price_why": line.why,
        "tax_rate": line.tax_rate,
        "net": line.net,
        "tax": line.tax,
        "gross": line.gross,
        "unit_cost": line.unit_cost,
    }


def checked(items: Sequence[Item]) -> Sequence[Item]:
    """Refuse no lines, too many, a product twice, and quantities that can't be."""
    if not items:
        raise Refusal(_("Add at least one product."), code="no_lines")
    if len(items) > MOST_LINES:
        raise Refusal(_("An order has at most %d lines.") % MOST_LINES, code="too_many_lines")
    if len({item.product_id for item in items}) < len(items):
        raise Refusal(_("A product stands on two lines. Put its pieces on one."), code="product_twice")
    for item in items:
        if not 1 <= item.quantity <= MOST_PIECES:
            raise Refusal(
                _("A line has 1 to %(most)s pieces, not %(asked)s.")
                % {"most": MOST_PIECES, "asked": item.quantity},
                code="bad_quantity",
            )
        if item.discount < 0:
            raise Refusal(_("A discount can't be negative."), code="bad_discount")
    return items


def lock_order(order: Order, *, version: int | None = None) -> Order:
    """The order under its lock, with its customer. Refuses when it changed since `version`."""
    found = read_pairs(Order, Customer, LOCK, [order.pk])
    if not found:
        raise Order.DoesNotExist(order.pk)
    locked, customer = found[0]
    locked.customer = customer
    locked.status_read = locked.status
    if version is not None and locked.version != version:
        raise StalePage(
            _("Somebody changed order %s while this page was open. Look at it again.") % locked.code,
            code="stale",
        )
    return locked


# With what pricing, credit and messages ask of a customer; the rest of the profile is read only when somebody wants it.
LOCK = """
SELECT o.*, c.id, c.code, c.name, c.status, c.tax_treatment, c.currency, c.delivery_method, c.language,
       c.communication_language, c.channels, c.phone, c.second_phone, c.whatsapp, c.email, c.second_email,
       c.representative_id
FROM orders_order o JOIN customers_customer c ON c.id = o.customer_id
WHERE o.id = %s
FOR UPDATE OF o
"""


def refuse_if_cannot_order(customer: Customer) -> None:
    """Blocked and blacklisted customers can't order."""
    if not customer.can_order:
        raise Refusal(
            _("%(name)s is %(status)s and can't order.")
            % {"name": customer.name, "status": customer.get_status_display().lower()},
            code="customer_cannot_order",
        )


def note(order: Order, event: str, text: str, *, by: Any, at: dt.datetime) -> None:
    """Say on the customer's timeline what happened to the order."""
    about = {"about": f"orders.order:{order.pk}", "url": f"/orders/{order.pk}/"}
    record(order.customer_id, event, text=text, by=by, at=at, **about)


def default_location() -> Location:
    """Where goods are sold from unless an order says otherwise."""
    location = Location.objects.filter(is_default=True).first()
    if location is None:
        raise Refusal(_("Set up a default stock location first."), code="no_location")
    return location
