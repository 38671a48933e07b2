"""Goods carried from one location to another, with a document of their own."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.numbering import take_number
from inventory.models import Location, StockTransfer, StockTransferLine

from .movements import transfer
from .stock import StockLine, check_quantities, lock_levels, pk_of

TRANSFERS = "TRF"


@transaction.atomic
def transfer_goods(
    lines: Iterable[tuple[int, int]],
    *,
    source: Location | int,
    destination: Location | int,
    reason: str = "",
    reference: str,
    by: Any,
    at: dt.datetime,
) -> StockTransfer:
    """Carry (product, pieces) from one location to another, all or none, under one number.

    Into a damaged or quarantine location it needs a reason. The same `reference` gives the first one back.
    Locks: the levels at both ends, by product; then the number.
    """
    pieces: Counter[int] = Counter()
    for product_id, quantity in lines:
        check_quantities([(product_id, quantity)])
        pieces[product_id] += quantity
    here, there, reason = pk_of(source), pk_of(destination), reason.strip()
    if not pieces:
        raise Refusal(_("Add at least one product."), code="no_lines")
    if here == there:
        raise Refusal(_("Choose two different locations."), code="same_location", field="destination")
    to = Location.objects.get(pk=there)
    if to.kind != Location.Kind.SELLABLE and not reason:
        message = _("Say why the goods go to %(location)s.")
        raise Refusal(message % {"location": to}, code="no_reason", field="reason")
    levels = lock_levels((product_id, place) for product_id in pieces for place in (here, there))
    if told := StockTransfer.objects.filter(reference=reference).first():
        return told
    document = StockTransfer.objects.create(
        number=take_number(TRANSFERS, on=local_date(at)),
        source_id=here,
        destination_id=there,
        reason=reason,
        reference=reference,
        by=by,
        at=at,
    )
    StockTransferLine.objects.bulk_create(
        StockTransferLine(
            transfer=document,
            product_id=product_id,
            quantity=quantity,
            shelf=levels[(product_id, here)].shelf,
        )
        for product_id, quantity in pieces.items()
    )
    transfer(
        [StockLine(str(product_id), product_id, quantity) for product_id, quantity in pieces.items()],
        source=here,
        destination=there,
        reference=f"transfer:{document.number}",
        document=document.number,
        reason=reason,
        by=by,
        at=at,
    )
    live.touch(document)
    return document
