"""What the pages of orders show."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Collate, Upper

from core.keys import read_key
from credit.models import CreditDecision, Invoice
from credit.rules import CreditInputs, Judgement, judge
from customers.models import Customer, TimelineEntry
from customers.queries.timeline import icon_of
from inventory.queries import Availability, availability
from messaging.models import OutboundMessage
from orders.models import Order, OrderLine

from .backorders import expected_in_words
from .counter import devices_of
from .margins import LineMargin, line_margins

FEW_SHOPS = 2000


class ShownLine(NamedTuple):
    """An order line with what is on its shelf now, and its margin (None when the cost is not known, or not asked)."""

    line: OrderLine
    shelf: Availability
    margin: LineMargin | None
    devices: Sequence[str] = ()

    @property
    def expected(self) -> str:
        """When the pieces that wait should be here, as far as anybody knows."""
        return expected_in_words(self.line)


def shown_lines(order: Order, *, costs: bool = False) -> list[ShownLine]:
    """The lines in their order, in three queries; in five with `costs`."""
    lines = list(order.lines.select_related("product", "substitute", "backorder").order_by("position"))
    shelf = availability([line.product_id for line in lines], order.location_id)
    devices = devices_of([line.product_id for line in lines])
    margins = line_margins(order, lines) if costs and lines else {}
    return [
        ShownLine(line, shelf[line.product_id], margins.get(line.pk), devices.get(line.product_id, ()))
        for line in lines
    ]


def margin_of(lines: Sequence[ShownLine]) -> LineMargin | None:
    """All lines together; None where the cost of one is not known."""
    told = [each.margin for each in lines if each.margin]
    if not told or len(told) < len(lines):
        return None
    columns = zip(*told, strict=True)
    return LineMargin(*(sum(column) for column in columns))


def judged(decision: CreditDecision) -> Judgement:
    """A stored decision judged again from its own inputs: the same verdict, with the excess it was about."""
    return judge(CreditInputs.from_json(decision.inputs))


def over_by(order: Order) -> Decimal | None:
    """How far a held order went over the limit; None when it was held for other reasons only."""
    return (judged(order.credit_decision).excess or None) if order.credit_decision else None


def to_pay(order: Order) -> Decimal | None:
    """The payment after which a held order goes through; None when none would help."""
    return judged(order.credit_decision).to_release if order.credit_decision else None


def why_held(order: Order) -> str:
    """The reasons of the last decision, in words."""
    return judged(order.credit_decision).text if order.credit_decision else ""


class Promised(NamedTuple):
    """Lines that hold or wait for pieces of a product. `others`: pieces of customers this person doesn't see."""

    lines: list[OrderLine]
    others: int
    more: int


def promised(product_id: int, user: Any, *, most: int = 10) -> Promised:
    """To whom pieces of a product are promised: reserved ones first, then those that wait, the oldest first."""
    held = OrderLine.objects.filter(product_id=product_id).filter(Q(reserved__gt=0) | Q(backordered__gt=0))
    seen = held.filter(order__in=Order.objects.visible_to(user))
    rows = seen.select_related("order__customer").order_by("-reserved", "order__confirmed_at", "pk")
    lines = list(rows[: most + 1])
    pieces = Sum(F("reserved") + F("backordered"))
    every = held.aggregate(n=pieces)["n"] or 0
    if len(lines) <= most:  # all of them are here: no second walk through the orders this person sees
        mine = sum(line.reserved + line.backordered for line in lines)
    else:
        mine = seen.aggregate(n=pieces)["n"] or 0
    return Promised(lines[:most], every - mine, max(0, len(lines) - most))


def invoices_of(order: Order) -> QuerySet[Invoice]:
    """The invoices that bill this order, oldest first."""
    return Invoice.objects.filter(order_number=order.code).order_by("pk")


def messages_about(order: Order, invoices: list[Invoice]) -> QuerySet[OutboundMessage]:
    """What was written to the customer about the order and its invoices, newest first."""
    about = [f"orders.order:{order.pk}", *(f"credit.invoice:{invoice.pk}" for invoice in invoices)]
    return OutboundMessage.objects.filter(customer_id=order.customer_id, about__in=about).order_by(
        "-queued_at", "-pk"
    )


class Event(NamedTuple):
    """One entry of the order's timeline, as the component shows it."""

    icon: str
    text: str
    at: Any
    by: Any
    url: str = ""


def events_of(order: Order) -> list[Event]:
    """What happened with this order, newest first."""
    entries = TimelineEntry.objects.filter(customer_id=order.customer_id, about=f"orders.order:{order.pk}")
    return [Event(icon_of(e.event), e.text, e.at, e.by) for e in entries.select_related("by")]


def search_orders(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By order number (`SO-00012`, `12`), the customer's own reference, or anything that finds the customer.

    Shops that are not too many are looked up first: then their orders are found by index, whatever the planner expects.
    """
    number = text.upper().removeprefix("SO-")
    shops = Customer.objects.search(text).order_by().values_list("pk", flat=True)
    few = list(shops[: FEW_SHOPS + 1])
    found = Q(customer__in=few if len(few) <= FEW_SHOPS else shops)
    found |= Q(said=text.upper()) & ~Q(customer_reference="")
    if pk := read_key(number):
        found |= Q(pk=pk)
    return rows.alias(said=Collate(Upper("customer_reference"), "C")).filter(found)
