"""Ordering from suppliers: written, sent, changed, closed. What arrives is booked in `arrivals`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, OuterRef, Sum
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import format_money, round_money
from core.numbering import take_number
from inventory.models import (
    GoodsReceiptLine,
    Location,
    Product,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderSending,
    PurchaseStatus,
    Supplier,
    SupplierProduct,
)
from inventory.papers import purchase_pdf
from messaging.operations.letters import Letter, LetterFile, write_letter

from .stock import check_quantities, pk_of
from .watching import incoming_changed

NUMBERS = "PO"


class PurchaseLine(NamedTuple):
    """Pieces to order. Without a price, the supplier's own; without a day, their lead time from now."""

    product_id: int
    quantity: int
    price: Decimal | None = None
    expected_on: dt.date | None = None


@transaction.atomic
def create_purchase(
    supplier: Supplier,
    lines: Sequence[PurchaseLine],
    *,
    location: Location | int | None = None,
    note: str = "",
    reference: str,
    by: Any,
    at: dt.datetime,
) -> PurchaseOrder:
    """Write a draft for a supplier. The same `reference` twice is one draft."""
    Supplier.objects.select_for_update().get(pk=supplier.pk)
    if before := PurchaseOrder.objects.filter(reference=reference).first():
        return before
    if not supplier.is_active:
        raise Refusal(_("We no longer buy from %s.") % supplier, code="supplier_inactive")
    place = pk_of(location) if location else _default_location().pk
    order = PurchaseOrder.objects.create(
        supplier=supplier,
        location_id=place,
        currency=supplier.currency,
        exchange_rate=usual_rate(supplier.currency),
        payment_terms=supplier.payment_terms,
        note=note.strip(),
        reference=reference,
        created_by=by,
        created_at=at,
    )
    _write_lines(order, lines, on=local_date(at))
    live.touch(order)
    return order


@transaction.atomic
def change_purchase(
    order: PurchaseOrder,
    lines: Sequence[PurchaseLine],
    *,
    location: Location | int | None = None,
    payment_terms: str | None = None,
    note: str | None = None,
    exchange_rate: Decimal | None = None,
    at: dt.datetime,
    version: int | None = None,
) -> PurchaseOrder:
    """Write all lines anew. What has come stays: a line can't be dropped or made less than that.

    After sending, the rate stays and a change asks for sending it again. Locks: the order.
    """
    order = lock_purchase(order, version=version)
    if order.status != PurchaseStatus.DRAFT and not order.is_open:
        raise Refusal(_("%s can't be changed any more.") % order, code="status")
    if location is not None:
        order.location_id = pk_of(location)
    if payment_terms is not None:
        order.payment_terms = payment_terms.strip()
    if note is not None:
        order.note = note.strip()
    if exchange_rate is not None and order.status == PurchaseStatus.DRAFT:
        order.exchange_rate = exchange_rate
    order.version += 1
    _write_lines(order, lines, on=local_date(at))
    settle_status(order, at=at)
    order.save()
    incoming_changed(order.lines.values_list("product_id", flat=True))
    live.touch(order)
    return order


@transaction.atomic
def add_purchase_line(order: PurchaseOrder, line: PurchaseLine, *, at: dt.datetime) -> PurchaseOrder:
    """Put one more product on a draft; the other lines are left alone. Locks: the order."""
    order = lock_purchase(order)
    if order.status != PurchaseStatus.DRAFT:
        raise Refusal(_("%s is no draft any more.") % order, code="status")
    check_quantities([(line.product_id, line.quantity)])
    offer = SupplierProduct.objects.filter(supplier=order.supplier_id, product=line.product_id).first()
    last = order.lines.aggregate(last=Max("position"))["last"] or 0
    row = PurchaseOrderLine(order=order, product_id=line.product_id, position=last + 1)
    _write_line(row, line, offer, on=local_date(at))
    order.total += round_money(row.quantity * Decimal(row.price))
    order.version += 1
    order.save(update_fields=["total", "version"])
    live.touch(order)
    return order


def _write_lines(order: PurchaseOrder, lines: Sequence[PurchaseLine], *, on: dt.date) -> None:
    """The order's lines become these."""
    check_quantities((line.product_id, line.quantity) for line in lines)
    wanted: dict[int, PurchaseLine] = {}
    for line in lines:
        before = wanted[line.product_id].quantity if line.product_id in wanted else 0
        wanted[line.product_id] = line._replace(quantity=line.quantity + before)
    names = dict(Product.objects.filter(pk__in=wanted).values_list("pk", "name"))
    if missing := wanted.keys() - names.keys():
        raise Refusal(_("Product #%(number)s does not exist.") % {"number": min(missing)}, code="no_product")
    found = SupplierProduct.objects.filter(supplier=order.supplier_id, product__in=wanted)
    offers = {offer.product_id: offer for offer in found}
    there = {line.product_id: line for line in order.lines.select_related("product")}
    for product_id in there.keys() - wanted.keys():
        _drop_line(there[product_id])
    total = Decimal(0)
    for position, (product_id, asked) in enumerate(wanted.items(), start=1):
        row = there.get(product_id) or PurchaseOrderLine(order=order, product_id=product_id)
        if asked.quantity < row.received:
            message = _("%(product)s: %(pieces)s have come already; order at least as many.")
            raise Refusal(message % {"product": names[product_id], "pieces": row.received}, code="received")
        row.position = position
        _write_line(row, asked, offers.get(product_id), on=on)
        total += round_money(row.quantity * Decimal(row.price))  # a new line without a price has a plain 0
    order.total = total
    order.save(update_fields=["total"])


def _drop_line(line: PurchaseOrderLine) -> None:
    if line.received:
        message = _("%(product)s: %(pieces)s have come; the line stays.")
        raise Refusal(message % {"product": line.product, "pieces": line.received}, code="received")
    line.delete()


def _write_line(
    row: PurchaseOrderLine, asked: PurchaseLine, offer: SupplierProduct | None, *, on: dt.date
) -> None:
    """A line as it was asked for; what nobody said of a new one, the supplier's offer says."""
    price = asked.price
    if price is None and row._state.adding and offer is not None and offer.currency == row.order.currency:
        price = offer.price
    if price is not None:
        row.price = price
    if asked.quantity != row.quantity:
        row.closed = 0
    row.quantity = asked.quantity
    row.supplier_sku = offer.sku if offer else row.supplier_sku
    if asked.expected_on or row.pk is None:
        row.expected_on = asked.expected_on or expected_from(row.order.supplier, offer, on)
    row.save()


@transaction.atomic
def send_purchase(
    order: PurchaseOrder, *, recipient: str = "", by: Any, at: dt.datetime, version: int | None = None
) -> PurchaseOrder:
    """Order the goods: the first time takes a number and fixes the exchange rate. With a `recipient` it goes by
    e-mail, the paper with it; without, somebody hands it over in another way. A version is mailed once to an address.

    Locks: the order, then its number.
    """
    order = lock_purchase(order, version=version)
    lines = list(order.lines.select_related("product"))
    if not lines:
        raise Refusal(_("Add at least one product."), code="no_lines")
    if order.status == PurchaseStatus.DRAFT:
        order.go(PurchaseStatus.SENT)
        order.sent_at = at
        order.number = take_number(NUMBERS, on=local_date(at))
    elif not order.is_open:
        raise Refusal(_("%s is not open any more.") % order, code="status")
    elif order.sendings.filter(version=order.version, recipient=recipient).exists():
        who = recipient or order.supplier.name
        message = _("%(who)s has this version of %(order)s already.")
        raise Refusal(message % {"who": who, "order": order}, code="sent_before")
    again = order.sent_version is not None
    order.sent_version = order.version
    order.save()
    PurchaseOrderSending.objects.create(
        order=order,
        version=order.version,
        recipient=recipient,
        words=_words(order, lines),
        by=by,
        at=at,
    )
    if recipient:
        _mail(order, recipient, again=again, by=by, at=at)
    incoming_changed(order.lines.values_list("product_id", flat=True))
    live.touch(order)
    return order


def _words(order: PurchaseOrder, lines: Iterable[PurchaseOrderLine]) -> dict[str, Any]:
    """What the paper said, kept."""
    return {
        "total": str(order.total),
        "currency": order.currency,
        "lines": [
            [line.product.sku, line.supplier_sku, line.product.name, line.quantity, str(line.price),
             str(line.expected_on or "")]
            for line in lines
        ],
    }  # fmt: skip


def _mail(order: PurchaseOrder, recipient: str, *, again: bool, by: Any, at: dt.datetime) -> None:
    """In the supplier's language."""
    with translation.override(order.supplier.language):
        _write(order, recipient, again=again, by=by, at=at)


def _write(order: PurchaseOrder, recipient: str, *, again: bool, by: Any, at: dt.datetime) -> None:
    company = settings.COMPANY["name"]
    subject = (
        _("Changed purchase order %(number)s of %(company)s")
        if again
        else _("Purchase order %(number)s of %(company)s")
    ) % {"number": order.number, "company": company}
    body = _(
        "Dear %(supplier)s,\n\nplease find our purchase order %(number)s over %(total)s attached. "
        "Kindly confirm it and the days of delivery.\n\n%(company)s"
    ) % {
        "supplier": order.supplier.name,
        "number": order.number,
        "total": format_money(order.total, order.currency),
        "company": company,
    }
    write_letter(
        recipient,
        Letter(
            "purchase_order",
            f"purchase:{order.number}:{order.version}",
            subject,
            body,
            f"inventory.purchaseorder:{order.pk}",
        ),
        files=[LetterFile(f"{order.number}.pdf", "application/pdf", purchase_pdf(order))],
        by=by,
        at=at,
    )


@transaction.atomic
def close_purchase(
    order: PurchaseOrder, *, reason: str = "", by: Any, at: dt.datetime, version: int | None = None
) -> PurchaseOrder:
    """No more pieces will come: what came stays, the rest is closed short. With nothing here yet it is cancelled."""
    order = lock_purchase(order, version=version)
    came = order.lines.filter(received__gt=0).exists()
    order.go(PurchaseStatus.CLOSED if came else PurchaseStatus.CANCELLED)
    if order.number and not reason.strip():
        raise Refusal(_("Say why nothing more will come."), code="no_reason", field="reason")
    order.lines.filter(outstanding__gt=0).update(closed=F("quantity") - F("received"))
    order.closed_at, order.close_reason = at, reason.strip()
    order.save()
    incoming_changed(order.lines.values_list("product_id", flat=True))
    live.touch(order)
    return order


@transaction.atomic
def expect_lines(order: PurchaseOrder, days: Mapping[int, dt.date | None]) -> PurchaseOrder:
    """The supplier named other days: line pk → day. What is on the paper they have stays."""
    order = lock_purchase(order)
    for line in order.lines.filter(pk__in=days):
        line.expected_on = days[line.pk]
        line.save(update_fields=["expected_on"])
        live.touch(f"inventory.product:{line.product_id}")
    incoming_changed(order.lines.values_list("product_id", flat=True))
    live.touch(order)
    return order


def lock_purchase(order: PurchaseOrder, *, version: int | None = None) -> PurchaseOrder:
    """The order as it stands, locked; refuses a page that is older."""
    found = PurchaseOrder.objects.select_for_update(of=("self",)).select_related("supplier").get(pk=order.pk)
    if version is not None and found.version != version:
        raise Refusal(
            _("%s was changed by somebody else in the meantime. Look at it again.") % found, code="stale"
        )
    return found


def settle_status(order: PurchaseOrder, *, at: dt.datetime) -> None:
    """Sent, part received or received, by what its lines say. Not saved."""
    if not order.is_open and order.status != PurchaseStatus.RECEIVED:
        return
    lines = list(order.lines.values_list("received", "outstanding"))
    came = any(got for got, _rest in lines)
    if lines and not any(rest for _got, rest in lines):
        status = PurchaseStatus.RECEIVED
    else:
        status = PurchaseStatus.PART_RECEIVED if came else PurchaseStatus.SENT
    if status != order.status:
        order.go(status)
        order.closed_at = at if status == PurchaseStatus.RECEIVED else None


def count_arrived(order: PurchaseOrder, *, at: dt.datetime) -> None:
    """What came of each line, anew from the receipts: one of them was corrected. The caller has locked the order."""
    came = GoodsReceiptLine.objects.filter(order_line=OuterRef("pk")).order_by().values("order_line")
    order.lines.update(received=Coalesce(came.annotate(pieces=Sum("quantity")).values("pieces"), 0))
    settle_status(order, at=at)
    order.save()
    live.touch(order)


def expected_from(supplier: Supplier, offer: SupplierProduct | None, on: dt.date) -> dt.date | None:
    """The day by the lead time that is promised, None when nobody promised one."""
    days = offer.lead_time_days if offer and offer.lead_time_days is not None else supplier.lead_time_days
    return on + dt.timedelta(days=days) if days is not None else None


def usual_rate(currency: str) -> Decimal:
    """What one unit cost in the base currency on the last order in it; 1 for the base currency and the first time."""
    if currency == settings.CURRENCY:
        return Decimal(1)
    last = PurchaseOrder.objects.filter(currency=currency, sent_at__isnull=False).order_by("-sent_at")
    return last.values_list("exchange_rate", flat=True).first() or Decimal(1)


def _default_location() -> Location:
    place = Location.objects.filter(is_default=True).first()
    if place is None:
        raise Refusal(_("Choose where the goods are to go."), code="no_location", field="location")
    return place
