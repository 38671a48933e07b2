"""The rows of one sale and of one payment, as the operations would have written them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.formats import date_format

from core.dates import local_date
from core.money import ZERO, format_money, round_to
from credit.models import (
    Allocation,
    CreditDecision,
    Invoice,
    InvoiceLine,
    OrderCommitment,
    Payment,
    ReceivableEntry,
    RetailerLink,
)
from credit.operations.links import url_of
from credit.rules import RULE, CreditInputs, Judgement
from customers.models import TimelineEntry
from inventory.models import Reservation, StockMove
from messaging.models import OutboundMessage
from messaging.wording import fill
from orders.models import Order, OrderLine
from pricing.rules import Resolution

from .buyers import Bill, Buyer, Money
from .copying import as_json
from .goods import Piece
from .plan import ORDER, PAYMENT, dice_for

if TYPE_CHECKING:
    from .trade import Trade


@dataclass(slots=True)
class Line:
    """A priced line. `here` False: no piece of it is on the shelf, all of them wait."""

    piece: Piece
    quantity: int
    found: Resolution
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    here: bool = True


@dataclass(slots=True)
class Sale:
    """An order on its way onto paper. `outcome`: draft, cancelled or credit_hold; "" when it was confirmed."""

    number: int
    pk: int
    buyer: Buyer
    at: dt.datetime
    location: int
    lines: list[Line] = field(default_factory=list)
    total: Decimal = ZERO
    inputs: CreditInputs | None = None
    judged: Judgement | None = None
    outcome: str = ""
    delivered_at: dt.datetime | None = None

    @property
    def is_here(self) -> bool:
        return all(line.here for line in self.lines)

    @property
    def code(self) -> str:
        return f"SO-{self.pk:05}"

    @property
    def status(self) -> str:
        if self.outcome:
            return self.outcome
        if self.delivered_at:
            return "invoiced"
        return "confirmed" if self.is_here else "backordered"


def write_sale(trade: Trade, sale: Sale) -> Bill | None:
    """The order with its lines and what happened; for a confirmed one also reservations, goods and the invoice."""
    rows, buyer, confirmed = trade.rows, sale.buyer, not sale.outcome
    net = sum((line.net for line in sale.lines), ZERO)
    decision = _write_decision(trade, sale)
    order_row = rows.add(
        Order,
        id=sale.pk,
        customer_id=buyer.customer,
        status=sale.status,
        currency=settings.CURRENCY,
        location_id=sale.location,
        delivery_method="pickup",
        net=net,
        tax=sale.total - net,
        total=sale.total,
        idempotency_key=f"{ORDER}{sale.number}",
        confirmations=int(confirmed),
        credit_decision_id=decision,
        created_by_id=buyer.representative,
        created_at=sale.at,
        confirmed_by_id=buyer.representative if decision else None,
        confirmed_at=sale.at if confirmed else None,
        delivered_at=sale.delivered_at,
        cancelled_at=sale.at if sale.outcome == "cancelled" else None,
    )
    for position, line in enumerate(sale.lines, start=1):
        _write_line(trade, sale, line, position)
    _tell(trade, sale, "order.created", f"Order {sale.code} drafted", sale.at)
    if not confirmed:
        if sale.outcome == "credit_hold" and sale.judged:
            _tell(trade, sale, "order.held", f"Order {sale.code} on credit hold: {sale.judged.text}", sale.at)
        return None
    said = format_money(sale.total, settings.CURRENCY)
    _tell(trade, sale, "order.confirmed", f"Order {sale.code} confirmed, {said}", sale.at)
    if sale.delivered_at:
        pieces = sum(line.quantity for line in sale.lines)
        _tell(
            trade,
            sale,
            "order.delivered",
            f"{pieces} pieces of order {sale.code} delivered",
            sale.delivered_at,
        )
    trade.changes.purchase(buyer, sale.total, local_date(sale.at))
    waits = sum((line.gross for line in sale.lines if not line.here), ZERO)
    if waits:
        rows.add(OrderCommitment, account_id=buyer.account, reference=f"order:{sale.pk}", amount=waits)
        buyer.open_orders += waits
        trade.changes.account(buyer, open_orders=waits)
    return _write_invoice(trade, sale, order_row)


def _write_decision(trade: Trade, sale: Sale) -> int | None:
    if sale.inputs is None or sale.judged is None:
        return None
    key = trade.rows.key(CreditDecision)
    trade.rows.add(
        CreditDecision,
        id=key,
        account_id=sale.buyer.account,
        reference=f"order:{sale.pk}",
        verdict="approved" if sale.judged.approved else "refused",
        amount=sale.total,
        inputs=as_json(sale.inputs.as_json()),
        reasons=as_json(list(sale.judged.reasons)),
        to_release=sale.judged.to_release or ZERO,
        rule=RULE,
        by_id=sale.buyer.representative,
        at=sale.at,
    )
    return key


def _write_line(trade: Trade, sale: Sale, line: Line, position: int) -> None:
    taken = line.quantity if line.here and not sale.outcome else 0
    delivered = taken if sale.delivered_at else 0
    trade.rows.add(
        OrderLine,
        order_id=sale.pk,
        position=position,
        product_id=line.piece.pk,
        quantity=line.quantity,
        unit_price=line.found.unit_price,
        price_includes_tax=bool(line.found.includes_tax),
        price_why=as_json(line.found.why),
        tax_rate=line.tax_rate,
        net=line.net,
        tax=line.tax,
        gross=line.gross,
        unit_cost=line.piece.cost,
        reserved=taken - delivered,
        backordered=0 if sale.outcome else line.quantity - taken,
        delivered=delivered,
        invoiced=taken,
    )
    if not taken:
        return
    reference = f"order:{sale.pk}:1:line:{position}"
    trade.taken[sale.location, line.piece.pk] += taken
    trade.changes.level(sale.location, line.piece.pk, on_hand=taken - delivered, reserved=taken - delivered)
    trade.rows.add(
        Reservation,
        product_id=line.piece.pk,
        location_id=sale.location,
        quantity=taken,
        state="shipped" if delivered else "open",
        reference=reference,
        at=sale.at,
        closed_at=sale.delivered_at,
    )
    if delivered:
        trade.rows.add(
            StockMove,
            id=trade.rows.key(StockMove),
            product_id=line.piece.pk,
            location_id=sale.location,
            kind=StockMove.Kind.SALE,
            quantity=-delivered,
            unit_cost=line.piece.cost,
            reference=f"sale:{reference}",
            document=sale.code,
            by_id=trade.ground.storekeeper,
            at=sale.delivered_at,
        )


def _write_invoice(trade: Trade, sale: Sale, order_row: dict[str, Any]) -> Bill:
    buyer, rows, day = sale.buyer, trade.rows, local_date(sale.at)
    billed = [line for line in sale.lines if line.here]
    net, tax = (sum((getattr(line, name) for line in billed), ZERO) for name in ("net", "tax"))
    total = round_to(net + tax, Decimal(settings.INVOICE_ROUND_TO))
    key = rows.key(Invoice)
    number = trade.numbers.take("INV", sale.at)
    due_on = buyer.terms.due_on(day)
    row = rows.add(
        Invoice,
        id=key,
        number=number,
        account_id=buyer.account,
        currency=settings.CURRENCY,
        issued_on=day,
        due_on=due_on,
        terms=buyer.terms.name,
        order_number=sale.code,
        reference=f"order:{sale.pk}:1:pieces:{sum(line.quantity for line in billed)}",
        net=net,
        tax=tax,
        rounding=total - net - tax,
        total=total,
        outstanding=total,
        bill_to=as_json(buyer.bill_to),
        seller=as_json(settings.COMPANY),
        issued_by_id=buyer.representative,
        issued_at=sale.at,
    )
    for position, line in enumerate(sale.lines, start=1):
        if line.here:
            rows.add(
                InvoiceLine,
                invoice_id=key,
                position=billed.index(line) + 1,
                order_line=position,
                sku=line.piece.sku,
                description=line.piece.name,
                quantity=line.quantity,
                unit_price=line.found.unit_price,
                price_includes_tax=bool(line.found.includes_tax),
                tax_rate=line.tax_rate,
                net=line.net,
                tax=line.tax,
                gross=line.gross,
            )
    _enter(trade, buyer, "invoice", total, number, day, buyer.representative, sale.at)
    buyer.balance += total
    trade.changes.account(buyer, balance=total)
    link = link_of(sale.number, sale.at)
    rows.add(
        RetailerLink,
        uid=link.uid,
        account_id=buyer.account,
        invoice_id=key,
        created_at=link.created_at,
        expires_at=link.expires_at,
    )
    said = format_money(total, settings.CURRENCY)
    words = {
        "number": number,
        "total": said,
        "outstanding": said,
        "due_on": date_format(due_on, "j F Y"),
        "link": url_of(link),
    }
    _write_message(
        trade, buyer, "invoice_issued", words, f"invoice:{number}", f"credit.invoice:{key}", sale.at
    )
    bill = Bill(
        key, number, sale.number, sale.pk, bool(sale.delivered_at), due_on, sale.at, total, row, order_row
    )
    buyer.bills.append(bill)
    return bill


def write_payment(trade: Trade, buyer: Buyer, name: str, amount: Decimal, at: dt.datetime) -> Money:
    """A payment with its receipt number, its place in the ledger, and the message about it."""
    key = trade.rows.key(Payment)
    number, day, by = trade.numbers.take("RCT", at), local_date(at), trade.ground.accountant
    method = ("mobile_money", "bank", "mobile_money", "cash")[key % 4]
    row = trade.rows.add(
        Payment,
        id=key,
        number=number,
        account_id=buyer.account,
        currency=settings.CURRENCY,
        method=method,
        amount=amount,
        unallocated_amount=amount,
        received_on=day,
        method_reference="" if method == "cash" else f"UTR{key:012}",
        reference=f"{PAYMENT}{name}",
        recorded_by_id=by,
        recorded_at=at,
    )
    _enter(trade, buyer, "payment", -amount, number, day, by, at)
    said = format_money(amount, settings.CURRENCY)
    trade.rows.add(
        TimelineEntry,
        customer_id=buyer.customer,
        event="payment.recorded",
        text=f"Paid {said}, {Payment.Method(method).label.lower()}, receipt {number}",
        about=f"credit.payment:{key}",
        url=f"/receivables/payments/{key}/",
        by_id=by,
        at=at,
    )
    words = {
        "number": number,
        "amount": said,
        "balance": format_money(buyer.balance, settings.CURRENCY),
        "link": url_of(link_of(int(name.partition(":")[0]), at)),
    }
    _write_message(trade, buyer, "payment_received", words, f"payment:{number}", f"credit.payment:{key}", at)
    return Money(key, number, amount, day, row)


def write_share(trade: Trade, money: Money, bill: Bill, share: Decimal, at: dt.datetime) -> None:
    """So much of a payment for this invoice."""
    trade.rows.add(
        Allocation,
        payment_id=money.pk,
        invoice_id=bill.pk,
        amount=share,
        allocated_on=max(local_date(at), money.received_on),
        reference=f"{money.number}>{bill.number}:1",
        by_id=trade.ground.accountant,
        at=at,
    )


def link_of(order: int, at: dt.datetime) -> RetailerLink:
    """The link of the invoice of this order: found again without reading it."""
    uid = uuid.UUID(int=dice_for("order", order).getrandbits(128), version=4)
    ends = at + dt.timedelta(days=settings.RETAILER_LINK_DAYS)
    return RetailerLink(uid=uid, created_at=at, expires_at=ends)


def _enter(
    trade: Trade,
    buyer: Buyer,
    kind: str,
    amount: Decimal,
    number: str,
    day: dt.date,
    by: int | None,
    at: dt.datetime,
) -> None:
    trade.rows.add(
        ReceivableEntry,
        account_id=buyer.account,
        kind=kind,
        amount=amount,
        currency=settings.CURRENCY,
        document=number,
        reference=f"{kind}:{number}",
        posted_on=day,
        by_id=by,
        at=at,
    )


def _tell(trade: Trade, sale: Sale, event: str, text: str, at: dt.datetime) -> None:
    trade.rows.add(
        TimelineEntry,
        customer_id=sale.buyer.customer,
        event=event,
        text=text[:300],
        about=f"orders.order:{sale.pk}",
        url=f"/orders/{sale.pk}/",
        by_id=sale.buyer.representative,
        at=at,
    )


def _write_message(
    trade: Trade, buyer: Buyer, event: str, words: dict[str, str], key: str, about: str, at: dt.datetime
) -> None:
    """A WhatsApp message as it stands days later: nearly all arrived, most were read."""
    uid = uuid.uuid4()
    fate = int(uid) % 100
    state = "failed" if fate < 2 else "delivered" if fate < 30 else "read"
    words = {"customer": buyer.name, "company": settings.COMPANY["name"], **words}
    later = [min(at + dt.timedelta(minutes=minutes), trade.now) for minutes in (1, 2 + fate)]
    trade.rows.add(
        OutboundMessage,
        uid=uid,
        key=key,
        event=event,
        customer_id=buyer.customer,
        channel="whatsapp",
        recipient=buyer.phone,
        body=fill(trade.ground.words[event], words),
        variables=as_json(words),
        about=about,
        state=state,
        not_before=at,
        attempts=1,
        claimed_at=at,
        posted_at=at,
        provider_id=f"SM{uid.hex}",
        error_code="63024" if state == "failed" else "",
        error_text="This number is not on WhatsApp." if state == "failed" else "",
        queued_at=at,
        sent_at=None if state == "failed" else later[0],
        delivered_at=None if state == "failed" else later[0],
        read_at=later[1] if state == "read" else None,
        by_id=buyer.representative,
    )
