"""Confirming an order: the business process, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money
from core.rows import read
from credit import operations as credit
from credit.models import CreditDecision, Invoice
from credit.rules import CreditInputs, judge
from customers import operations as customers
from inventory import operations as inventory
from messaging import operations as messaging
from orders.amounts import discount_between, unbilled, worth_between
from orders.models import Order, OrderLine, Status
from orders.queries.quoted import promised_prices
from orders.references import line_reference
from pricing import queries as pricing

from .drafts import lock_order, note, refuse_if_cannot_order
from .margins import guard_margin
from .queueing import keep_queue, turn_of
from .quoted import guard_quoted
from .short import honour_choices, refuse_if_stock_changed
from .telling import tell_held


@transaction.atomic
def confirm_order(
    order: Order,
    *,
    by: Any,
    at: dt.datetime,
    version: int | None = None,
    seen_total: Decimal | None = None,
    override_reason: str = "",
    below_cost_reason: str = "",
    quoted_prices: str = "",
    may_hold: bool = True,
) -> Order:
    """Turn a draft into a debt, or put it on credit hold with the reason. Gives the order as it is then.

    Prices are fixed, credit is judged and spent, what is on the shelf is reserved, the rest is backordered, and (unless
    invoices come at delivery) what is reserved is invoiced. Refuses, changing nothing: a customer who can't order, an
    order in another status, a page that is stale, a total that is no longer the one that was seen, a price below cost
    without the right or the reason; prices or costs that changed since a quotation that still holds, until
    `quoted_prices` says which count ("keep" or "today"); and, unless it `may_hold`, an order that credit does not
    approve.

    Locks: order, credit account, stock, invoice number. Keep that order everywhere.
    """
    order = lock_order(order, version=version)
    if order.status not in {Status.DRAFT, Status.CREDIT_HOLD}:
        order.go(Status.CONFIRMED)  # refuses, naming the status
    refuse_if_cannot_order(order.customer)
    order.quoted_prices = quoted_prices or order.quoted_prices
    lines, priced = fix_prices(order, by=by, at=at, seen_total=seen_total)
    guard_quoted(order, priced, by=by, at=at)
    guard_margin(order, priced, by=by, at=at, reason=below_cost_reason)
    account = credit.lock_account(order.customer_id, on=local_date(at))
    if account.currency != order.currency:
        raise Refusal(
            _("%(name)s is billed in %(theirs)s, this order is in %(ours)s. Make a new order.")
            % {"name": order.customer.name, "theirs": account.currency, "ours": order.currency},
            code="wrong_currency",
        )
    decision = credit.decide(
        account, order.total, reference=order.reference, by=by, at=at, override_reason=override_reason
    )
    order.credit_decision = decision
    if not override_reason:
        order.confirmed_by = by
    if decision.verdict == CreditDecision.Verdict.REFUSED:
        if not may_hold:
            text = " ".join(reason["text"] for reason in decision.reasons)
            raise Refusal(text, code="credit_refused", to_release=decision.to_release)
        return hold(order, decision, by=by, at=at)

    order.confirmations += 1
    order.confirmed_at = at
    taken = inventory.reserve(
        [inventory.StockLine(line_reference(order, line), line.product_id, line.quantity) for line in lines],
        location=order.location_id,
        partial=True,
        turn=turn_of(order, at=at),
        at=at,
    )
    for line, got in zip(lines, taken, strict=True):
        line.reserved, line.backordered = got.reserved, got.short
    refuse_if_stock_changed(lines)
    at_once = settings.INVOICE_AT == "confirmation" and not order.is_free
    now_billed = {line.pk: line.reserved for line in lines} if at_once else {}
    billed = take_billing(lines, priced, now_billed)
    order.go(Status.BACKORDERED if any(line.backordered for line in lines) else Status.CONFIRMED)
    save_with_lines(order, lines)
    if remaining := unbilled(lines):
        credit.commit_order(account, order.reference, remaining)
    customers.record_purchase(
        order.customer_id,
        "order.confirmed",
        amount=order.total,
        on=local_date(at),
        text=_("Order %(code)s confirmed, %(total)s")
        % {"code": order.code, "total": format_money(order.total, order.currency)},
        about=f"orders.order:{order.pk}",
        url=f"/orders/{order.pk}/",
        by=by,
        at=at,
    )
    if billed:
        bill(order, account, lines, billed, by=by, at=at)
    else:
        tell_confirmed(order, lines, by=by, at=at)
    return order


def fix_prices(
    order: Order, *, by: Any, at: dt.datetime, seen_total: Decimal | None
) -> tuple[list[OrderLine], list[pricing.PricedLine]]:
    """Price the lines as of now, in memory; the lines and their prices, in the same order.

    Refuses when that is not the total the person saw.
    """
    lines = read(OrderLine, LINES, [order.pk])
    if not lines:
        raise Refusal(_("Add at least one product."), code="no_lines")
    if honour_choices(order, lines, by=by, at=at):
        lines = read(OrderLine, LINES, [order.pk])
    if order.replaces_id:
        return lines, agreed_prices(order, lines, at=at)
    priced = pricing.quote(
        order.customer,
        [(line.product_id, line.quantity) for line in lines],
        on=local_date(at),
        currency=order.currency,
        discounts={line.product_id: line.discount for line in lines if line.discount},
        promised=promised_prices(order),
    )
    for line, price in zip(lines, priced, strict=True):
        line.unit_price, line.price_includes_tax = price.unit_price, price.price_includes_tax
        line.price_why, line.tax_rate = price.why, price.tax_rate
        line.net, line.tax, line.gross = price.net, price.tax, price.gross
        line.unit_cost = price.unit_cost
    order.net = sum((line.net for line in lines), ZERO)
    order.tax = sum((line.tax for line in lines), ZERO)
    order.total = order.net + order.tax
    if seen_total is not None and order.total != seen_total:
        raise Refusal(
            _(
                "Prices changed: the total is now %(now)s, it was %(seen)s. Look at the lines and confirm again."
            )
            % {
                "now": format_money(order.total, order.currency),
                "seen": format_money(seen_total, order.currency),
            },
            code="prices_changed",
        )
    return lines, priced


def agreed_prices(order: Order, lines: Sequence[OrderLine], *, at: dt.datetime) -> list[pricing.PricedLine]:
    """The lines of a replacement as they stand: their prices were agreed with the return. None of them is judged by
    its cost."""
    known = pricing.gather(
        order.customer, [line.product_id for line in lines], on=local_date(at), currency=order.currency
    )
    return [
        pricing.PricedLine(
            line.product_id,
            line.quantity,
            line.unit_price,
            line.price_includes_tax,
            line.tax_rate,
            line.net,
            line.tax,
            line.gross,
            line.price_why,
            None,
            line.discount,
            known[line.product_id].sku,
            known[line.product_id].name,
        )
        for line in lines
    ]


LINES = "SELECT * FROM orders_orderline WHERE order_id = %s ORDER BY position"


def hold(order: Order, decision: CreditDecision, *, by: Any, at: dt.datetime) -> Order:
    """Put the order on credit hold with its reasons. Judged again and refused again, it simply stays there."""
    text = " ".join(reason["text"] for reason in decision.reasons)
    if order.status != Status.CREDIT_HOLD:
        order.go(Status.CREDIT_HOLD)
        note(
            order,
            "order.held",
            _("Order %(code)s on credit hold: ") % {"code": order.code} + text,
            by=by,
            at=at,
        )
        with translation.override(order.customer.message_language):
            told = {
                "number": order.code,
                "total": format_money(order.total, order.currency),
                "reason": judge(CreditInputs.from_json(decision.inputs)).text,
            }
        messaging.queue(
            order.customer,
            "order_held",
            context=told,
            key=f"{order.reference}:held:{order.version}",
            about=f"orders.order:{order.pk}",
            by=by,
            at=at,
        )
        tell_held(order, by=by, at=at)
    order.version += 1
    order.save()
    return order


class Goods(Protocol):
    """What is sold on a line, as a product or a priced line names it."""

    @property
    def sku(self) -> str: ...
    @property
    def name(self) -> str: ...


def take_billing(
    lines: Sequence[OrderLine], goods: Iterable[Goods], pieces: dict[int, int]
) -> list[credit.BilledLine]:
    """Count `{line_pk: pieces}` as invoiced and give them as lines to bill. `goods`: what each line sells, in order."""
    billed = []
    for line, sold in zip(lines, goods, strict=True):
        count = pieces.get(line.pk, 0)
        if not count:
            continue
        start, end = line.invoiced, line.invoiced + count
        amounts = worth_between(line, start, end)
        billed.append(
            credit.BilledLine(
                line.position,
                sold.sku,
                sold.name,
                count,
                line.unit_price,
                line.price_includes_tax,
                discount_between(line, start, end),
                line.tax_rate,
                *amounts,
            )
        )
        line.invoiced = end
    return billed


def bill(
    order: Order,
    account: credit.LockedAccount,
    lines: Sequence[OrderLine],
    billed: list[credit.BilledLine],
    *,
    by: Any,
    at: dt.datetime,
) -> Invoice:
    """Invoice these lines and write to the customer with the link. Takes the invoice number: last of all."""
    upto = sum(line.invoiced for line in lines)
    link = credit.new_link(at=at)
    invoice = credit.issue_invoice(
        account,
        billed,
        order_number=order.code,
        reference=f"{order.confirmation}:pieces:{upto}",
        by=by,
        at=at,
        link=link,
    )
    with translation.override(order.customer.message_language):
        total = format_money(invoice.total, order.currency)
        due_on = date_format(invoice.due_on, "j F Y")
    messaging.queue(
        order.customer,
        "invoice_issued",
        context={
            "number": invoice.number,
            "total": total,
            "outstanding": total,
            "due_on": due_on,
            "link": credit.url_of(link),
        },
        key=f"invoice:{invoice.number}",
        about=f"credit.invoice:{invoice.pk}",
        by=by,
        at=at,
    )
    return invoice


def tell_confirmed(order: Order, lines: Sequence[OrderLine], *, by: Any, at: dt.datetime) -> None:
    """Write to the customer that the order stands, when no invoice says it."""
    with translation.override(order.customer.message_language):
        total = format_money(order.total, order.currency)
    messaging.queue(
        order.customer,
        "order_confirmed",
        context={
            "number": order.code,
            "pieces": str(sum(line.quantity for line in lines)),
            "total": total,
        },
        key=f"{order.confirmation}:confirmed",
        about=f"orders.order:{order.pk}",
        by=by,
        at=at,
    )


# The order and all its lines in one round trip. The keys come through a subquery, so that PostgreSQL does not guess
# from their number and settles on one plan instead of making a new one for every order.
SAVE = """
WITH line AS (
    UPDATE orders_orderline l
    SET unit_price = n.unit_price, price_includes_tax = n.price_includes_tax, price_why = n.price_why,
        tax_rate = n.tax_rate, net = n.net, tax = n.tax, gross = n.gross, unit_cost = n.unit_cost,
        reserved = n.reserved, backordered = n.backordered, delivered = n.delivered, invoiced = n.invoiced
    FROM unnest((SELECT %(pk)s::bigint[]), %(unit_price)s::numeric[], %(price_includes_tax)s::bool[],
        %(price_why)s::jsonb[], %(tax_rate)s::numeric[], %(lnet)s::numeric[], %(ltax)s::numeric[], %(gross)s::numeric[],
        %(unit_cost)s::numeric[], %(reserved)s::int[], %(backordered)s::int[], %(delivered)s::int[],
        %(invoiced)s::int[])
        AS n(pk, unit_price, price_includes_tax, price_why, tax_rate, net, tax, gross, unit_cost, reserved,
             backordered, delivered, invoiced)
    WHERE l.id = n.pk
)
UPDATE orders_order
SET status = %(status)s, net = %(net)s, tax = %(tax)s, total = %(total)s, version = version + 1,
    below_cost_reason = %(below_cost_reason)s, quoted_prices = %(quoted_prices)s,
    confirmations = %(confirmations)s, credit_decision_id = %(decision)s, confirmed_by_id = %(confirmed_by)s,
    confirmed_at = %(confirmed_at)s, delivered_at = %(delivered_at)s, cancelled_at = %(cancelled_at)s
WHERE id = %(order)s
"""


def save_with_lines(order: Order, lines: Sequence[OrderLine]) -> None:
    """Write an order under its lock, and all its lines, as they are in memory. One round trip; two when it waits."""
    order.version += 1
    json = connection.ops.adapt_json_value
    with connection.cursor() as cursor:
        cursor.execute(
            SAVE,
            {
                "pk": [line.pk for line in lines],
                "unit_price": [line.unit_price for line in lines],
                "price_includes_tax": [line.price_includes_tax for line in lines],
                "price_why": [json(line.price_why, None) for line in lines],
                "tax_rate": [line.tax_rate for line in lines],
                "lnet": [line.net for line in lines],
                "ltax": [line.tax for line in lines],
                "gross": [line.gross for line in lines],
                "unit_cost": [line.unit_cost for line in lines],
                "reserved": [line.reserved for line in lines],
                "backordered": [line.backordered for line in lines],
                "delivered": [line.delivered for line in lines],
                "invoiced": [line.invoiced for line in lines],
                "status": order.status,
                "below_cost_reason": order.below_cost_reason,
                "quoted_prices": order.quoted_prices,
                "net": order.net,
                "tax": order.tax,
                "total": order.total,
                "confirmations": order.confirmations,
                "decision": order.credit_decision_id,
                "confirmed_by": order.confirmed_by_id,
                "confirmed_at": order.confirmed_at,
                "delivered_at": order.delivered_at,
                "cancelled_at": order.cancelled_at,
                "order": order.pk,
            },
        )
    keep_queue(order, lines)
