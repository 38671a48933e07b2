"""Papers that go with the goods and bill nothing: return slip, packing slip, pick list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.dates import local_date
from credit.documents import to_pdf
from credit.documents.paper import TEMPLATES
from credit.documents.parties import Party, party_of, seller_of
from credit.documents.printed import Fact
from credit.documents.wording import isolated
from credit.operations.accounts import look_at_account
from customers.models import Address, Customer
from customers.models.choices import AddressKind
from orders.models import Delivery, Order, Return
from orders.queries.picking import ToPick, picks_of, totals


class SlipColumn(NamedTuple):
    """A column: its head, and `n` for figures, `pos` for narrow ones, `box` for a place to tick, `shelf` and `wide`."""

    label: str
    kind: str = ""


class SlipTable(NamedTuple):
    """A table with a head of its own. `breaks`: it begins on a new page."""

    columns: Sequence[SlipColumn]
    rows: Sequence[Sequence[str]]
    title: str = ""
    note: str = ""
    breaks: bool = False

    @property
    def cells(self) -> list[list[tuple[str, SlipColumn]]]:
        """Each cell with the column it stands in."""
        return [list(zip(row, self.columns, strict=True)) for row in self.rows]


class PrintedSlip(NamedTuple):
    """A slip ready to be laid out. `whom`: what stands above the second party; nothing is said of money."""

    title: str
    number: str
    language: str
    seller: Party
    customer: Party
    whom: str
    facts: Sequence[Fact]
    headline: str
    headline_note: str
    tables: Sequence[SlipTable]
    words: str = ""
    sign: str = ""


TEMPLATES[PrintedSlip] = "orders/documents/slip.html"


def slip_pdf(slip: PrintedSlip) -> bytes:
    """A slip as PDF."""
    made: Any = slip
    return to_pdf(made)


def of_return(rma: Return) -> PrintedSlip:
    """What comes back, for the box and for the customer's file, in its language."""
    paper = look_at_account(rma.customer_id, on=local_date(rma.asked_at)).paper
    with translation.override(paper.language):
        lines = list(
            rma.lines.select_related("invoice_line__invoice").prefetch_related("parts").order_by("position")
        )
        came = rma.received_at is not None
        columns = [
            SlipColumn("#", "pos"),
            SlipColumn(_("Item")),
            SlipColumn(_("Invoice"), "wide"),
            SlipColumn(_("Why"), "wide"),
            SlipColumn(_("Quantity"), "n"),
        ]
        if came:
            columns.append(SlipColumn(_("Came"), "n"))
        rows = []
        for line in lines:
            billed = line.invoice_line
            row = [
                str(line.position),
                f"{isolated(billed.description)}\n{isolated(billed.sku)}",
                isolated(billed.invoice.number),
                " · ".join(filter(None, [str(line.get_reason_display()), isolated(line.words)])),
                str(line.quantity),
            ]
            rows.append([*row, str(sum(part.pieces for part in line.parts.all()))] if came else row)
        pieces = sum(line.quantity for line in lines)
        return PrintedSlip(
            title=_("Return slip"),
            number=rma.number,
            language=paper.language,
            seller=seller_of(settings.COMPANY),
            customer=party_of(paper.bill_to),
            whom=_("Returned by"),
            facts=[
                Fact(pgettext("credit note", "Date"), date_format(local_date(rma.asked_at), "DATE_FORMAT")),
                Fact(_("State"), str(rma.step)),
            ],
            headline=ngettext("%(n)d piece", "%(n)d pieces", pieces) % {"n": pieces},
            headline_note=_("Please put this slip into the box."),
            tables=[SlipTable(columns, rows)],
            words=rma.note,
        )


def of_delivery(delivery: Delivery) -> PrintedSlip:
    """What was handed over at one time, without prices, in the customer's language."""
    order = delivery.order
    paper = look_at_account(order.customer_id, on=local_date(delivery.at)).paper
    with translation.override(paper.language):
        lines = list(delivery.lines.select_related("line__product").order_by("line__position"))
        waiting = {each.pk: each.backordered + each.reserved for each in order.lines.all()}
        rows = [
            [
                str(each.line.position),
                f"{isolated(each.line.product.name)}\n{isolated(each.line.product.sku)}",
                str(each.line.quantity),
                str(each.pieces),
                str(waiting.get(each.line_id, 0) or "–"),
            ]
            for each in lines
        ]
        pieces = sum(each.pieces for each in lines)
        return PrintedSlip(
            title=_("Packing slip"),
            number=delivery.number,
            language=paper.language,
            seller=seller_of(settings.COMPANY),
            customer=ship_to(order.customer, paper.bill_to),
            whom=_("Deliver to"),
            facts=_facts(
                (_("Delivered"), date_format(local_date(delivery.at), "DATE_FORMAT")),
                (_("Order number"), isolated(order.code)),
                (_("Your reference"), isolated(order.customer_reference)),
            ),
            headline=ngettext("%(n)d piece", "%(n)d pieces", pieces) % {"n": pieces},
            headline_note="",
            tables=[SlipTable(_packing_columns(), rows)],
            words=delivery.note,
            sign=_("Received in good order (name, date, signature)"),
        )


def _packing_columns() -> list[SlipColumn]:
    return [
        SlipColumn("#", "pos"),
        SlipColumn(_("Item")),
        SlipColumn(_("Ordered"), "n"),
        SlipColumn(_("In this box"), "n"),
        SlipColumn(_("Still to come"), "n"),
    ]


def _facts(*told: tuple[str, str]) -> list[Fact]:
    return [Fact(*each) for each in told if each[1]]


def ship_to(customer: Customer, bill_to: dict[str, Any]) -> Party:
    """The customer at its shipping address, where it has one."""
    rows = Address.objects.filter(customer=customer, kind=AddressKind.SHIPPING)
    place = rows.order_by("-is_default", "pk").first()
    if place is None:
        return party_of(bill_to)
    told = {name: getattr(place, name) for name in ("street", "city", "postal_code", "state")}
    return party_of({**bill_to, "address": "", **told})


def of_packing(order: Order) -> PrintedSlip:
    """What is ready to go with an order, before it is handed over; without prices, in the customer's language."""
    paper = look_at_account(order.customer_id, on=local_date(order.created_at)).paper
    with translation.override(paper.language):
        lines = [line for line in order.lines.select_related("product").order_by("position") if line.reserved]
        rows = [
            [
                str(line.position),
                f"{isolated(line.product.name)}\n{isolated(line.product.sku)}",
                str(line.quantity),
                str(line.reserved),
                str(line.backordered or "–"),
            ]
            for line in lines
        ]
        pieces = sum(line.reserved for line in lines)
        return PrintedSlip(
            title=_("Packing slip"),
            number=order.code,
            language=paper.language,
            seller=seller_of(settings.COMPANY),
            customer=ship_to(order.customer, paper.bill_to),
            whom=_("Deliver to"),
            facts=_facts(
                (_("Order number"), isolated(order.code)),
                (_("Your reference"), isolated(order.customer_reference)),
            ),
            headline=ngettext("%(n)d piece", "%(n)d pieces", pieces) % {"n": pieces},
            headline_note="" if rows else _("Nothing of this order is left to pack."),
            tables=[SlipTable(_packing_columns(), rows)] if rows else [],
            words=order.note,
            sign=_("Received in good order (name, date, signature)"),
        )


def of_pick_list(orders: Sequence[Order]) -> PrintedSlip:
    """What to take off the shelf, shelf by shelf: for several orders the totals first, then each order."""
    by_order = picks_of(orders)
    columns = [
        SlipColumn(_("Shelf"), "shelf"),
        SlipColumn(_("Item")),
        SlipColumn(_("Quantity"), "n"),
        SlipColumn(_("Picked"), "box"),
    ]
    tables = []
    several = len(orders) > 1
    if several:
        together = totals([each for picks in by_order.values() for each in picks])
        title = _("All orders together")
        tables.append(SlipTable(columns, [_pick_row(each) for each in together], title=title))
    for place, order in enumerate(orders):
        rows = [_pick_row(each) for each in by_order.get(order.pk, [])]
        title = f"{order.code} · {order.customer.name}" if several else ""
        note = order.note if several else ""
        tables.append(SlipTable(columns, rows, title=title, note=note, breaks=several and not place))
    pieces = sum(each.pieces for picks in by_order.values() for each in picks)
    first = orders[0]
    return PrintedSlip(
        title=_("Pick list"),
        number=first.code
        if not several
        else ngettext("%(n)d order", "%(n)d orders", len(orders)) % {"n": len(orders)},
        language=translation.get_language() or settings.LANGUAGE_CODE,
        seller=seller_of(settings.COMPANY),
        customer=Party(str(first.location), []) if several else Party(isolated(first.customer.name), []),
        whom=_("From location") if several else _("For"),
        facts=[Fact(pgettext("credit note", "Date"), date_format(timezone.localdate(), "DATE_FORMAT"))],
        headline=ngettext("%(n)d piece", "%(n)d pieces", pieces) % {"n": pieces},
        headline_note="",
        tables=tables,
        words="" if several else first.note,
    )


def _pick_row(each: ToPick) -> list[str]:
    return [
        isolated(each.shelf) or "–",
        f"{isolated(each.name)}\n{isolated(each.sku)}",
        str(each.pieces),
        "☐",
    ]
