"""What a shop does through its link: it says that goods arrived, and asks for the same again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import live
from core.attachments import attach
from core.dates import local_date
from core.errors import Refusal
from core.money import format_money
from core.notify import holders, in_sight, notify
from core.once import wait_for_twin
from credit.models import Invoice, RetailerLink
from orders.models import Delivery, DeliveryConfirmation, Order, Reorder
from orders.queries.shop import again_lines, order_of

from .drafts import Item, create_order, note


@transaction.atomic
def confirm_delivery(
    invoice: Invoice,
    *,
    link: RetailerLink | None,
    at: dt.datetime,
    received_by: str = "",
    words: str = "",
    all_there: bool = True,
    photo: Any = None,
    delivery: Delivery | None = None,
) -> DeliveryConfirmation:
    """Keep the shop's word that a delivery has come, or all that an invoice bills. Said again, the first word counts.

    The photo goes to the files of the order, which stays as our own people left it. When something was missing, they
    hear of it.
    """
    order = order_of(invoice)
    if order is None:
        raise Refusal(_("There is no delivery to confirm."), code="no_delivery")
    if delivery is not None and delivery.order_id != order.pk:
        raise Refusal(_("There is no delivery to confirm."), code="no_delivery")
    of: dict[str, Any] = {"delivery": delivery} if delivery else {"invoice": invoice, "delivery": None}
    row, made = DeliveryConfirmation.objects.get_or_create(
        **of,
        defaults={
            "invoice": invoice,
            "order": order,
            "received_by": received_by.replace("\x00", "").strip()[:80],
            "note": words.replace("\x00", "").strip()[:300],
            "all_there": all_there,
            "link": link,
            "at": at,
        },
    )
    if not made:
        return row
    if photo is not None:
        attach(order, photo, note=_("From the shop, on arrival"), by=None, at=at)
    said = (
        _("The shop says that %(code)s has arrived")
        if all_there
        else _("The shop says that %(code)s is not all there")
    )
    more = ": ".join(filter(None, [row.received_by, row.note]))
    text = " · ".join(filter(None, [said % {"code": order.code}, more]))
    note(order, "order.received", text, by=None, at=at)
    if not all_there:
        _tell(
            order,
            "order.received",
            gettext_lazy("{customer} says that {code} is not all there."),
            key=f"order:{order.pk}:received:{row.pk}",
            right="orders.deliver_order",
            tone="warn",
            at=at,
        )
    live.touch(order, invoice)
    return row


@transaction.atomic
def ask_for_again(
    invoice: Invoice,
    quantities: Mapping[str, int] | None = None,
    *,
    link: RetailerLink | None,
    reference: str,
    at: dt.datetime,
    words: str = "",
) -> Reorder:
    """A draft order over the goods of an invoice (`{sku: pieces}`; else as they were) at today's prices.

    It binds nobody: our people look at it, change and confirm it like any other. What is no longer sold is left out and
    kept on the row. Twice with one `reference` is once.
    """
    wait_for_twin(f"reorder:{reference}")
    if told := Reorder.objects.filter(reference=reference).first():
        return told
    items, left_out = [], []
    for line in again_lines(invoice, on=local_date(at)):
        pieces = line.quantity if quantities is None else quantities.get(line.sku, 0)
        if pieces <= 0:
            continue
        if line.product is None or line.priced is None:
            left_out.append([line.sku, line.description])
        else:
            items.append(Item(line.product.pk, pieces))
    if not items:
        raise Refusal(_("None of this can be ordered now."), code="nothing_to_order")
    customer = invoice.account.customer
    order = create_order(
        customer,
        items,
        by=None,
        at=at,
        idempotency_key=f"again:{reference}"[:80],
        customer_reference=_("Reorder of %(number)s") % {"number": invoice.number},
        note=words.replace("\x00", "").strip()[:300],
    )
    row = Reorder.objects.create(
        order=order, invoice=invoice, link=link, reference=reference, left_out=left_out, at=at
    )
    said = ngettext(
        "The shop asked for %(n)d product of %(number)s again, %(total)s",
        "The shop asked for %(n)d products of %(number)s again, %(total)s",
        len(items),
    ) % {"n": len(items), "number": invoice.number, "total": format_money(order.total, order.currency)}
    note(order, "order.reorder_asked", said, by=None, at=at)
    _tell(
        order,
        "order.reorder_asked",
        gettext_lazy("Reorder from {customer}: {code} over {total} waits for you."),
        key=f"order:{order.pk}:reorder",
        right="orders.confirm_order",
        tone="info",
        at=at,
    )
    return row


def _tell(order: Order, event: str, text: Any, *, key: str, right: str, tone: str, at: dt.datetime) -> None:
    """The customer's representative; without one, everybody with the right who sees the order."""
    representative = order.customer.representative
    people = in_sight([representative], order) if representative and representative.is_active else []
    notify(
        people or holders(right, about=order),
        event,
        format_lazy(
            text,
            customer=order.customer.name,
            code=order.code,
            total=format_money(order.total, order.currency),
        ),
        key=key,
        url=order.get_absolute_url(),
        tone=tone,
        at=at,
    )
