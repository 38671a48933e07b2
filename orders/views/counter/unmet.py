"""What a counter could not sell is counted, once its answer is sent: nobody waits for that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

from core.afterwards import afterwards
from core.keys import read_key
from inventory.models import UnmetDemand
from inventory.operations import Want, record_demand, record_search
from inventory.queries import availability, unmet_search
from orders import queries
from orders.forms import LineForm
from orders.models import Order

Why = UnmetDemand.Why
LOST = {"remove": Why.DROPPED, "swap": Why.REPLACED, "set": Why.DECLINED}


def count_search(
    response: HttpResponseBase, text: str, offers: Sequence[queries.Offer], *, by: Any, customer: Any
) -> None:
    """What was typed and not found, or is not here; for these pieces and this customer."""
    at = timezone.now()

    def count() -> None:
        asked = queries.read_asked(text)[0]
        words, pieces = asked.words, offers[0].pieces if offers else asked.pieces
        want, why = None, ""
        if not offers:
            unmet = unmet_search(words, [])
            assert unmet
            want, why = Want(None, unmet.device_id, words, pieces), unmet.why
        elif offers[0].here <= 0:
            want, why = Want(offers[0].product.pk, None, words, pieces), Why.OUT_OF_STOCK
        record_search(words, want, why, by=by, at=at, customer=customer)

    afterwards(response, count)


def count_change(
    response: HttpResponseBase,
    lines: Sequence[LineForm],
    verb: str,
    which: str,
    *,
    by: Any,
    customer: Any,
    location: Any,
) -> None:
    """A line that was taken off, made smaller or given to another product because too few were here."""
    first, _colon, second = which.partition(":")
    line = next((line for line in lines if line.product_id == read_key(first)), None)
    if verb not in LOST or line is None or customer is None:
        return
    product, asked, at = line.product_id, line.pieces, timezone.now()
    left = (read_key(second) or 0) if verb == "set" else 0

    def count() -> None:
        here = max(0, availability([product], location())[product].available)
        short = asked - max(here, left)
        if short > 0:
            wants = [Want(product, pieces=short)]
            record_demand(wants, LOST[verb], by=by, at=at, customer=customer)

    afterwards(response, count)


def count_short(response: HttpResponseBase, order: Order, *, by: Any) -> None:
    """Pieces of a confirmed order that have to wait: the customer stays, the shelf was too short."""
    at = timezone.now()

    def count() -> None:
        waiting = order.lines.filter(backordered__gt=0).values_list("product_id", "backordered")
        wants = [Want(product, pieces=pieces) for product, pieces in waiting]
        record_demand(wants, Why.SHORT, by=by, at=at, customer=order.customer_id)

    afterwards(response, count)
