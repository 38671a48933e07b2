"""Goods that come back: asked, accepted or rejected, received piece by piece into the right place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import live
from core.attachments import attach
from core.dates import local_date
from core.errors import Refusal, StalePage
from core.notify import holders, in_sight, notify
from core.numbering import take_number
from core.tasks import after_commit
from credit import operations as credit
from credit.models import RetailerLink
from customers import operations as customers
from customers.models import Customer
from inventory import operations as inventory
from inventory.models import Location, StockMove
from messaging import operations as messaging
from orders.models import Disposition, Return, ReturnLine, ReturnPart
from orders.queries.returns import left_by, returnable

from .drafts import default_location

SERIES = "RMA"
State = Return.State


class ReturnItem(NamedTuple):
    """Pieces of an invoice line that are to come back."""

    invoice_line_id: int
    pieces: int
    reason: str = ReturnLine.Reason.OTHER
    words: str = ""
    condition: str = ""


@transaction.atomic
def request_return(
    customer: Customer,
    items: Sequence[ReturnItem],
    *,
    reference: str,
    by: Any,
    at: dt.datetime,
    note: str = "",
    from_shop: bool = False,
    link: RetailerLink | None = None,
    photo: Any = None,
) -> Return:
    """Note that pieces of a customer's invoices are to come back, under a number of its own.

    Asked by our own people it is accepted at once; asked by the shop (`from_shop`) somebody decides. Refuses another
    customer's lines, and more pieces than were billed, delivered and not returned yet. The same `reference` gives the
    first one back. Locks: credit account, so that two returns of one line are one after the other; then the number.
    """
    today = local_date(at)
    account = credit.lock_account(customer.pk, on=today)
    if told := Return.objects.filter(reference=reference).first():
        return told
    items = [item for item in items if item.pieces]
    if not items:
        raise Refusal(_("Say how many pieces come back."), code="nothing_to_return")
    known = {line.line_id: line for line in returnable(customer.pk, lines=[i.invoice_line_id for i in items])}
    for item in items:
        _check(item, known.get(item.invoice_line_id))
    if len(known) < len(items):
        raise Refusal(_("A line stands on the return twice. Put its pieces on one."), code="line_twice")
    row = Return.objects.create(
        number=take_number(SERIES, on=today),
        customer=customer,
        currency=account.currency,
        from_shop=from_shop,
        link=link,
        note=_plain(note, 500),
        reference=reference,
        asked_at=at,
        asked_by=by,
        accepted_at=None if from_shop else at,
        accepted_by=None if from_shop else by,
    )
    products: dict[int, Any] = {pk: each.product_id for pk, each in known.items()}
    ReturnLine.objects.bulk_create(
        ReturnLine(
            rma=row,
            position=position,
            invoice_line_id=item.invoice_line_id,
            product_id=products[item.invoice_line_id],
            quantity=item.pieces,
            reason=item.reason,
            words=_plain(item.words, 300),
            condition=item.condition,
        )
        for position, item in enumerate(items, start=1)
    )
    if photo is not None:
        attach(row, photo, note=_("From the shop"), by=by, at=at)
    pieces = sum(item.pieces for item in items)
    said = ngettext(
        "%(n)d piece is to come back: %(number)s", "%(n)d pieces are to come back: %(number)s", pieces
    )
    tell(row, "return.asked", said % {"n": pieces, "number": row.number}, by=by, at=at)
    write(row, "return_asked", by=by, at=at, pieces=str(pieces), link=_slip_address(row, at))
    if from_shop:
        _ask_staff(row, pieces, at=at)
    live.touch(row)
    return row


def _check(item: ReturnItem, line: Any) -> None:
    if line is None:
        raise Refusal(_("This line is not on an invoice of this customer."), code="no_such_line")
    if line.product_id is None:
        raise Refusal(
            _("%(item)s is no product of ours. Credit it on its invoice.") % {"item": line.description},
            code="no_product",
        )
    if item.pieces < 0 or item.pieces > line.left:
        raise Refusal(
            _("%(item)s: %(left)d of the pieces of %(number)s can still come back, not %(asked)d.")
            % {"item": line.description, "left": line.left, "number": line.number, "asked": item.pieces},
            code="more_than_billed",
            line=item.invoice_line_id,
        )
    if item.reason not in ReturnLine.Reason.values or item.condition not in ReturnLine.Condition.values:
        raise Refusal(_("Choose why it comes back."), code="unknown_reason")


@transaction.atomic
def accept_return(rma: Return, *, by: Any, at: dt.datetime, version: int | None = None) -> Return:
    """Let a shop send back what it asked for. Twice is once."""
    rma = lock_return(rma, version=version)
    if rma.accepted_at and rma.state == State.ASKED:
        return rma
    _must_be(rma, State.ASKED)
    rma.accepted_at, rma.accepted_by = at, by
    _save(rma, "accepted_at", "accepted_by")
    tell(rma, "return.accepted", _("Return %s accepted; the goods may come") % rma.number, by=by, at=at)
    write(rma, "return_accepted", by=by, at=at, link=_slip_address(rma, at))
    return rma


@transaction.atomic
def reject_return(
    rma: Return, *, reason: str, by: Any, at: dt.datetime, version: int | None = None
) -> Return:
    """Say no to a return before its goods came; the customer reads why."""
    rma = _end(rma, State.REJECTED, reason, by=by, at=at, version=version)
    tell(rma, "return.rejected", _("Return %s rejected: ") % rma.number + rma.ended_reason, by=by, at=at)
    write(rma, "return_rejected", by=by, at=at, reason=rma.ended_reason)
    return rma


@transaction.atomic
def cancel_return(
    rma: Return, *, reason: str, by: Any, at: dt.datetime, version: int | None = None
) -> Return:
    """End a return that will not happen; its pieces may come back with another one."""
    rma = _end(rma, State.CANCELLED, reason, by=by, at=at, version=version)
    tell(rma, "return.cancelled", _("Return %s cancelled: ") % rma.number + rma.ended_reason, by=by, at=at)
    return rma


def _end(rma: Return, state: str, reason: str, *, by: Any, at: dt.datetime, version: int | None) -> Return:
    rma = lock_return(rma, version=version)
    _must_be(rma, State.ASKED)
    if not reason.strip():
        raise Refusal(_("Say why."), code="no_reason", field="reason")
    rma.state = state
    rma.ended_at, rma.ended_by, rma.ended_reason = at, by, _plain(reason, 300)
    _save(rma, "state", "ended_at", "ended_by", "ended_reason")
    return rma


Came = Mapping[int, Mapping[str, int]]
"""`{line_pk: {disposition: pieces}}`."""


@transaction.atomic
def receive_return(
    rma: Return,
    came: Came,
    *,
    by: Any,
    at: dt.datetime,
    conditions: Mapping[int, str] | None = None,
    shelf: Location | None = None,
    version: int | None = None,
) -> Return:
    """Book what came, each piece to where it goes: the shelf it is sold from (`shelf`, else the default one), damaged,
    quarantine (also what goes to the supplier), or scrapped. What goes back to the customer is booked nowhere.

    Fewer pieces than were asked for may come; more only while they may come back too. Received once: a second press
    gives the same. What goes to the supplier is put on the draft of a return to it.
    Locks: the return, credit account, stock, suppliers, then the number.
    """
    rma = lock_return(rma, version=version)
    if rma.state in {State.RECEIVED, State.SETTLED}:
        return rma
    _must_be(rma, State.ASKED)
    credit.lock_account(rma.customer_id, on=local_date(at))
    lines = {line.pk: line for line in rma.lines.select_related("product", "invoice_line__invoice")}
    _check_came(rma, lines, came)
    places = _places(came, shelf)
    parts = [
        ReturnPart(line=lines[pk], disposition=kind, pieces=pieces, location=places.get(kind))
        for pk, kinds in came.items()
        for kind, pieces in kinds.items()
        if pieces
    ]
    if rma.accepted_at is None:
        rma.accepted_at, rma.accepted_by = at, by
    rma.state, rma.received_at, rma.received_by = State.RECEIVED, at, by
    _save(rma, "state", "accepted_at", "accepted_by", "received_at", "received_by")
    for pk, line in lines.items():
        total = sum(part.pieces for part in parts if part.line_id == pk)
        line.quantity = max(line.quantity, total)
        line.condition = (conditions or {}).get(pk, line.condition)
    ReturnLine.objects.bulk_update(lines.values(), ["quantity", "condition"])
    ReturnPart.objects.bulk_create(parts)
    _book(rma, parts, by=by, at=at)
    put_on_supplier_return(rma, by=by, at=at)
    pieces = sum(part.pieces for part in parts)
    if any(part.disposition != Disposition.BACK for part in parts):
        customers.record_return(rma.customer_id)
    said = ngettext("%(n)d piece of %(number)s came back", "%(n)d pieces of %(number)s came back", pieces)
    tell(rma, "return.received", said % {"n": pieces, "number": rma.number}, by=by, at=at)
    write(rma, "return_received", by=by, at=at, pieces=str(pieces))
    if on_shelf := {part.line.product_id for part in parts if part.disposition == Disposition.SHELF}:
        after_commit("orders.fill_backorders", product_ids=sorted(on_shelf))
    _tell_settlers(rma, by=by, at=at)
    return rma


def _check_came(rma: Return, lines: Mapping[int, ReturnLine], came: Came) -> None:
    unknown = came.keys() - lines.keys()
    if unknown:
        raise Refusal(_("This line is not on return %s.") % rma.number, code="no_such_line")
    if not any(pieces for kinds in came.values() for pieces in kinds.values()):
        raise Refusal(_("Count what came, or cancel the return."), code="nothing_came")
    left = {
        line.line_id: line.left
        for line in returnable(rma.customer_id, lines=[x.invoice_line_id for x in lines.values()])
    }
    for pk, kinds in came.items():
        line = lines[pk]
        if any(kind not in Disposition.values or pieces < 0 for kind, pieces in kinds.items()):
            raise Refusal(_("Choose where each piece goes."), code="unknown_disposition")
        total, most = sum(kinds.values()), line.quantity + left[line.invoice_line_id]
        if total > most:
            raise Refusal(
                _("%(item)s: at most %(most)d pieces can come back, not %(asked)d.")
                % {"item": line.product.name, "most": most, "asked": total},
                code="more_than_billed",
                line=pk,
            )


def _places(came: Came, shelf: Location | None) -> dict[str, Location]:
    """Where pieces of each disposition lie."""
    kinds = {kind for each in came.values() for kind, pieces in each.items() if pieces}
    wanted = {
        Disposition.SHELF: Location.Kind.SELLABLE,
        Disposition.DAMAGED: Location.Kind.DAMAGED,
        Disposition.SCRAP: Location.Kind.DAMAGED,
        Disposition.QUARANTINE: Location.Kind.QUARANTINE,
        Disposition.SUPPLIER: Location.Kind.QUARANTINE,
    }
    places: dict[str, Location] = {}
    for kind in sorted(kinds - {Disposition.BACK}):
        of_kind = wanted[Disposition(kind)]
        if of_kind == Location.Kind.SELLABLE:
            places[kind] = shelf or default_location()
            continue
        place = Location.objects.filter(kind=of_kind).order_by("pk").first()
        if place is None:
            raise Refusal(
                _("There is no location of the kind “%s” yet. Add one under Locations.") % of_kind.label,
                code="no_location",
            )
        places[kind] = place
    return places


def _book(rma: Return, parts: Sequence[ReturnPart], *, by: Any, at: dt.datetime) -> None:
    """Put the pieces into the stock books at the cost they left with; each part once, by its reference.

    Scrap comes and goes at once.
    """
    gone = left_by([part.line for part in parts])
    lines: dict[Location, list[inventory.StockLine]] = {}
    for part in parts:
        if part.location is not None:
            reference = f"{part.line.position}:{part.disposition}"
            line = inventory.StockLine(reference, part.line.product_id, part.pieces)
            lines.setdefault(part.location, []).append(line)
    sold = {f"{part.line.position}:{part.disposition}": gone.get(part.line_id, []) for part in parts}
    for location in sorted(lines, key=lambda place: place.pk):
        inventory.return_goods(
            lines[location], location=location, reference=rma.number, sold=sold, by=by, at=at
        )
    for part in sorted(parts, key=lambda part: part.line.product_id):
        if part.disposition == Disposition.SCRAP and part.location is not None:
            inventory.adjust(
                part.line.product_id,
                location=part.location,
                difference=-part.pieces,
                kind=StockMove.Kind.SCRAP,
                reason=_("Returned with %s") % rma.number,
                reference=f"scrap:{rma.number}:{part.line.position}",
                by=by,
                at=at,
            )


def put_on_supplier_return(rma: Return, *, by: Any, at: dt.datetime) -> list[int]:
    """Put what goes to the supplier on the draft of a return to it; what stands on one stays.

    Gives the products that nobody is known to sell us: they can be put there once they have a supplier. Locks:
    suppliers, then the number.
    """
    parts = ReturnPart.objects.filter(line__rma=rma, disposition=Disposition.SUPPLIER).select_related("line")
    pieces = [
        inventory.Aside(
            supplier_source(rma, part.line),
            part.line.product_id,
            part.location_id,
            part.pieces,
            REASONS[part.line.reason],
        )
        for part in parts.order_by("line__position")
        if part.location_id is not None
    ]
    return [left.product_id for left in inventory.put_aside(pieces, by=by, at=at)] if pieces else []


REASONS: dict[str, str] = {
    ReturnLine.Reason.FAULTY: "defect",
    ReturnLine.Reason.DAMAGED: "damaged",
    ReturnLine.Reason.WRONG: "wrong",
    ReturnLine.Reason.UNSUITABLE: "surplus",
    ReturnLine.Reason.TOO_MANY: "surplus",
    ReturnLine.Reason.OTHER: "defect",
}
"""Why our customer gives it back, as the supplier reads it."""


def supplier_source(rma: Return, line: ReturnLine) -> str:
    """How the returns to suppliers name the pieces of a line."""
    return f"return:{rma.number}:{line.position}:{Disposition.SUPPLIER}"


def lock_return(rma: Return, *, version: int | None = None) -> Return:
    """The return under its lock, with its customer. Refuses when it changed since `version`."""
    locked = Return.objects.select_for_update(of=("self",)).select_related("customer").get(pk=rma.pk)
    if version is not None and locked.version != version:
        raise StalePage(
            _("Somebody changed return %s while this page was open. Look at it again.") % locked.number,
            code="stale",
        )
    return locked


def _must_be(rma: Return, state: str) -> None:
    if rma.state != state:
        raise Refusal(
            _("Return %(number)s is %(now)s.")
            % {"number": rma.number, "now": rma.get_state_display().lower()},
            code="wrong_state",
        )


def _save(rma: Return, *fields: str) -> None:
    rma.version += 1
    rma.save(update_fields=[*fields, "version"])
    live.touch(rma)


def tell(rma: Return, event: str, text: str, *, by: Any, at: dt.datetime) -> None:
    """Say on the customer's timeline what became of it."""
    about = {"about": f"orders.return:{rma.pk}", "url": rma.get_absolute_url()}
    customers.record(rma.customer_id, event, text=text, by=by, at=at, **about)


def write(rma: Return, event: str, *, by: Any, at: dt.datetime, **context: str) -> None:
    """Write to the customer, once for each event."""
    messaging.queue(
        rma.customer,
        event,
        context={"number": rma.number, **context},
        key=f"return:{rma.pk}:{event}",
        about=f"orders.return:{rma.pk}",
        by=by,
        at=at,
    )


def _slip_address(rma: Return, at: dt.datetime) -> str:
    link = credit.make_link(credit.open_account(rma.customer_id), at=at)
    return f"{link.url}return/{rma.number}/"


def _ask_staff(rma: Return, pieces: int, *, at: dt.datetime) -> None:
    """Who looks after the customer; without one, all who may accept it."""
    representative = rma.customer.representative
    people = in_sight([representative], rma) if representative and representative.is_active else []
    people = [person for person in people if person.has_perm("orders.accept_return")]
    notify(
        people or holders("orders.accept_return", about=rma),
        "return.asked",
        format_lazy(
            gettext_lazy("{customer} asks to return {pieces} pieces: {number}."),
            customer=rma.customer.name,
            pieces=pieces,
            number=rma.number,
        ),
        key=f"return:{rma.pk}:asked",
        url=rma.get_absolute_url(),
        tone="warn",
        at=at,
    )


def _tell_settlers(rma: Return, *, by: Any, at: dt.datetime) -> None:
    notify(
        holders("orders.settle_return", about=rma),
        "return.received",
        format_lazy(
            gettext_lazy("The goods of {number} of {customer} came; it waits to be settled."),
            number=rma.number,
            customer=rma.customer.name,
        ),
        key=f"return:{rma.pk}:received",
        url=rma.get_absolute_url(),
        tone="info",
        by=by,
        at=at,
    )


def _plain(text: str, most: int) -> str:
    return text.replace("\x00", "").strip()[:most]


def in_words_of(rma: Return) -> Any:
    """The customer's language, for what is written to it."""
    return translation.override(rma.customer.message_language or settings.LANGUAGE_CODE)
