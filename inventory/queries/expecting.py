"""When the pieces customers wait for will be here, and from which purchase order."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Sum

from inventory.expecting import Coming, Days, Part, Record, arrival, serve
from inventory.models import SupplierProduct, Waiting

from .purchasing import lead_times, open_purchase_lines, product_lead_times


class Expected(NamedTuple):
    """What one waiting line may expect, in the parts in which it comes."""

    reference: str
    product_id: int
    pieces: int
    parts: list[Part]

    @property
    def days(self) -> Days | None:
        """When the last piece comes; None while that is not known of some of them."""
        known = [part.days for part in self.parts if part.days is not None]
        if len(known) < len(self.parts) or not known:
            return None
        return Days(max(each.expected_on for each in known), max(each.likely_on for each in known))

    @property
    def ordered(self) -> bool:
        """Whether all of it is on its way."""
        return all(part.ordered for part in self.parts)


def expectations(product_ids: Iterable[int] | None = None, *, on: dt.date) -> dict[str, Expected]:
    """For each waiting line of these products (or of all): what comes when, in the order of the queue. Five queries."""
    rows = Waiting.objects.in_turn()
    if product_ids is not None:
        rows = rows.filter(product_id__in=list(product_ids))
    queues: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
    for reference, product, place, pieces in rows.values_list(
        "reference", "product_id", "location_id", "pieces"
    ):
        queues[product, place].append((reference, pieces))
    if not queues:
        return {}
    products = sorted({product for product, _place in queues})
    coming, usual = coming_of(products, on=on), usual_days(products, on=on)
    found = {}
    for (product, place), queue in queues.items():
        served = serve(
            [pieces for _reference, pieces in queue], coming.get((product, place), []), usual.get(product)
        )
        for (reference, pieces), parts in zip(queue, served, strict=True):
            found[reference] = Expected(reference, product, pieces, parts)
    return found


def coming_of(product_ids: Iterable[int], *, on: dt.date) -> dict[tuple[int, int], list[Coming]]:
    """What is on order, per (product, location), each with its days."""
    lines = open_purchase_lines(product_ids)
    records = _records({(line.supplier_id, line.product_id) for line in lines})
    found: dict[tuple[int, int], list[Coming]] = defaultdict(list)
    for line in lines:
        record = records.get((line.supplier_id, line.product_id))
        days = arrival(line.ordered_on, line.expected_on, record, today=on)
        found[line.product_id, line.location_id].append(Coming(line.pieces, days, line.order_id))
    return dict(found)


def next_to_come(product_ids: Iterable[int], location_id: int, *, on: dt.date) -> dict[int, Part]:
    """The next pieces on their way to a location that nobody waits for yet. One query while nothing is on order."""
    coming = coming_of(product_ids, on=on)
    wanted = {product for product, place in coming if place == location_id}
    if not wanted:
        return {}
    waits = Waiting.objects.filter(product__in=wanted, location=location_id)
    ahead = dict(waits.order_by().values_list("product").annotate(Sum("pieces")))
    found = {}
    for product in wanted:
        known = coming[product, location_id]
        every = sum(each.pieces for each in known)
        _theirs, mine = serve([ahead.get(product, 0), every], known, None)
        if mine and mine[0].ordered and mine[0].days is not None:
            found[product] = mine[0]
    return found


def usual_days(product_ids: Iterable[int], *, on: dt.date) -> dict[int, Days]:
    """When pieces would come that the preferred supplier were asked for today; who is unknown is missing."""
    offers: dict[int, tuple[int, int | None]] = {}
    rows = SupplierProduct.objects.filter(product_id__in=list(product_ids), is_gone=False)
    for product, supplier, of_product, of_supplier in rows.order_by(
        "product_id", "-is_preferred", "price", "pk"
    ).values_list("product_id", "supplier_id", "lead_time_days", "supplier__lead_time_days"):
        offers.setdefault(product, (supplier, of_product if of_product is not None else of_supplier))
    records = _records({(supplier, product) for product, (supplier, _days) in offers.items()})
    found = {}
    for product, (supplier, said) in offers.items():
        promised = None if said is None else on + dt.timedelta(days=said)
        record = records.get((supplier, product))
        days = arrival(on, None if record else promised, record, today=on)
        if days is not None:
            found[product] = days
    return found


def _records(pairs: set[tuple[int, int]]) -> dict[tuple[int, int], Record]:
    """The record of a supplier with a product where there is enough of one, else with everything."""
    if not pairs:
        return {}
    own = product_lead_times(pairs)
    of_all = lead_times({supplier for supplier, _product in pairs})
    found = {}
    for supplier, product in pairs:
        if time := own.get((supplier, product)) or of_all.get(supplier):
            found[supplier, product] = Record(time.median_days, time.p80_days)
    return found
