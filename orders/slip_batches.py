"""Papers for many orders in one file: runners for bulk actions (`core.jobs`)."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pypdf import PdfWriter

from core.errors import Refusal
from core.jobs import Run, Steps
from orders.models import Order
from orders.slips import of_packing, of_pick_list, slip_pdf

MOST = 200
"""Orders in one file; more nobody picks in one walk."""


def pick_list(run: Run, orders: Iterable[Order]) -> Steps:
    """One pick list: all products together by shelf, then order by order."""
    yield from _gather(run, orders)
    chosen = _chosen(run)
    if not chosen:
        raise Refusal(_("None of these orders has pieces to pick."))
    run.keep(_("pick-list.pdf"), io.BytesIO(slip_pdf(of_pick_list(chosen))))
    return ngettext("%d order to pick.", "%d orders to pick.", len(chosen)) % len(chosen)


def packing_slips(run: Run, orders: Iterable[Order]) -> Steps:
    """A packing slip for each order, one behind the other."""
    yield from _gather(run, orders)
    chosen = _chosen(run)
    if not chosen:
        raise Refusal(_("None of these orders has pieces to pack."))
    with PdfWriter() as book, tempfile.TemporaryFile() as file:
        for order in chosen:
            book.append(io.BytesIO(slip_pdf(of_packing(order))))
        book.write(file)
        file.seek(0)
        run.keep(_("packing-slips.pdf"), file)
    return ngettext("%d packing slip.", "%d packing slips.", len(chosen)) % len(chosen)


def _gather(run: Run, orders: Iterable[Order]) -> Steps:
    for order in orders:
        run.cursor.setdefault("orders", []).append(order.pk)
        run.advance()
        yield
    return ""


def _chosen(run: Run) -> list[Order]:
    """Those with pieces here, in the order they were promised."""
    rows = Order.objects.filter(pk__in=run.cursor.get("orders", []), lines__reserved__gt=0).distinct()
    return list(rows.select_related("customer", "location").order_by("priority", "confirmed_at", "pk"))
