"""Telling a customer what a draft order would cost, by paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from core.money import format_money
from core.numbering import take_number
from credit import operations as credit
from credit.operations.accounts import look_at_account
from customers.operations import record
from inventory.models import ProductCost
from messaging.operations import queue
from orders.models import Order, OrderLine, Quotation, Status

SERIES = {Quotation.Kind.QUOTATION: "QUO", Quotation.Kind.PROFORMA: "PRO"}
FURTHEST = 366
"""Days ahead; nobody promises a price for longer."""


@transaction.atomic
def issue_quotation(
    order: Order,
    *,
    kind: str,
    valid_until: dt.date,
    reference: str,
    by: Any,
    at: dt.datetime,
    note: str = "",
) -> Quotation:
    """Freeze what a draft (or held) order would cost under a number of its own.

    The order stays what it is; its prices hold until the paper's last day.

    Refuses an order without lines, one that is confirmed already, and to say the same thing twice. The same
    `reference` gives the first one back. Locks: order, then the number.
    """
    today = local_date(at)
    order = Order.objects.locked().get(pk=order.pk)
    if told := Quotation.objects.filter(reference=reference).first():
        return told
    lines = list(order.lines.select_related("product"))
    if order.status not in (Status.DRAFT, Status.CREDIT_HOLD):
        raise Refusal(
            _("Order %(code)s is %(status)s; only a draft is quoted.")
            % {"code": order.code, "status": order.get_status_display().lower()},
            code="wrong_status",
        )
    if not lines or order.total <= 0:
        raise Refusal(_("There is nothing to quote: the order has no lines with a price."), code="no_lines")
    if valid_until < today:
        raise Refusal(_("That day is over."), code="in_the_past", field="valid_until")
    if valid_until > today + dt.timedelta(days=FURTHEST):
        raise Refusal(_("That is more than a year away."), code="too_far", field="valid_until")
    same = order.quotations.filter(kind=kind, order_version=order.version, valid_until=valid_until).first()
    if same is not None and same.note == note.strip()[:300]:
        raise Refusal(_("%s says exactly this already: send it again.") % same.number, code="said_already")
    paper = look_at_account(order.customer_id, on=today).paper
    quotation = Quotation.objects.create(
        kind=Quotation.Kind(kind),
        number=take_number(SERIES[Quotation.Kind(kind)], on=today),
        order=order,
        order_version=order.version,
        currency=order.currency,
        issued_on=today,
        valid_until=valid_until,
        terms=paper.terms.name if paper.terms else "",
        note=note.strip()[:300],
        lines=[_frozen(line) for line in lines],
        costs=_costs(order, lines),
        net=order.net,
        tax=order.tax,
        total=order.total,
        bill_to=paper.bill_to,
        seller=dict(settings.COMPANY),
        language=paper.language,
        reference=reference,
        issued_by=by,
        issued_at=at,
    )
    Order.objects.filter(pk=order.pk).update(quotation=quotation, quoted_prices="")
    said = {
        "kind": quotation.get_kind_display(),
        "number": quotation.number,
        "amount": format_money(quotation.total, quotation.currency),
        "order": order.code,
    }
    record(
        order.customer_id,
        "quotation.issued",
        text=_("%(kind)s %(number)s over %(amount)s for order %(order)s") % said,
        about=f"orders.order:{order.pk}",
        url=order.get_absolute_url(),
        by=by,
        at=at,
    )
    return quotation


@transaction.atomic
def send_quotation(quotation: Quotation, *, key: str, by: Any, at: dt.datetime) -> None:
    """Write to the customer with the link to the paper. Pressed twice under one `key`, it is sent once.

    Refuses one whose day is over: its prices are no longer promised.
    """
    if not quotation.is_valid(local_date(at)):
        raise Refusal(_("%s is no longer valid. Issue a new one.") % quotation.number, code="no_longer_valid")
    customer = quotation.order.customer
    account = credit.open_account(customer.pk)
    link = credit.make_link(account, at=at)
    with translation.override(customer.message_language):
        name = quotation.get_kind_display()
        total = format_money(quotation.total, quotation.currency)
    queue(
        customer,
        "document_issued",
        context={
            "document": name,
            "number": quotation.number,
            "total": total,
            "link": f"{link.url}quotation/{quotation.number}/",
        },
        key=f"quotation:{quotation.number}:{key}",
        about=f"orders.order:{quotation.order_id}",
        by=by,
        at=at,
    )


def _costs(order: Order, lines: Sequence[OrderLine]) -> dict[str, str]:
    """What a piece of each product costs us now, by product id. Costs are known in the base currency only."""
    if order.currency != settings.CURRENCY:
        return {}
    costs = ProductCost.objects.filter(pk__in=[line.product_id for line in lines], average__gt=0)
    return {str(pk): str(average) for pk, average in costs.values_list("pk", "average")}


def _frozen(line: Any) -> dict[str, Any]:
    """A line as it is printed. Amounts as text: JSON has no exact numbers."""
    return {
        "position": line.position,
        "product": line.product_id,
        "sku": line.product.sku,
        "description": line.product.name,
        "quantity": line.quantity,
        "unit_price": str(line.unit_price),
        "price_includes_tax": line.price_includes_tax,
        "discount": str(line.discount),
        "tax_rate": str(line.tax_rate),
        "net": str(line.net),
        "tax": str(line.tax),
        "gross": str(line.gross),
    }
