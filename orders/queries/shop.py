"""What a shop may do about the goods of an invoice, behind its link: say that they came, ask for them again."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.dates import local_date
from core.money import format_money
from credit.models import Invoice, RetailerLink
from credit.queries.retailer import ShopOffer
from inventory.models import Product
from inventory.queries import availability
from orders.models import DeliveryConfirmation, Order, Reorder, Return, Status
from pricing.queries import PricedLine, price_each

from .returns import returnable, returns_of_invoices


class AgainLine(NamedTuple):
    """A line to buy again: the pieces as they were, today's price, what is here. `priced` None: not sold any more."""

    sku: str
    description: str
    quantity: int
    product: Product | None
    priced: PricedLine | None
    here: int

    @property
    def is_short(self) -> bool:
        return self.priced is not None and self.here < self.quantity


def order_of(invoice: Invoice) -> Order | None:
    """The order that an invoice bills, of the same customer."""
    if not invoice.order_number:
        return None
    found = Order.objects.filter(code=invoice.order_number, customer_id=invoice.account.customer_id)
    return found.exclude(status=Status.CANCELLED).first()


def again_lines(invoice: Invoice, *, on: dt.date) -> list[AgainLine]:
    """The goods of an invoice at today's prices for its customer. Four queries, however many lines."""
    pieces: dict[str, int] = {}
    words: dict[str, str] = {}
    for line in invoice.lines.all():
        pieces[line.sku] = pieces.get(line.sku, 0) + line.quantity
        words.setdefault(line.sku, line.description)
    known = {each.sku: each for each in Product.objects.filter(sku__in=pieces, is_active=True)}
    asked = [(known[sku].pk, quantity) for sku, quantity in pieces.items() if sku in known]
    prices = price_each(invoice.account.customer, asked, on=on, currency=invoice.currency)
    priced = {pk: price for (pk, _quantity), price in zip(asked, prices, strict=True)}
    shelf = availability(priced)
    return [
        AgainLine(
            sku,
            words[sku],
            quantity,
            product := known.get(sku),
            priced[product.pk] if product else None,
            max(shelf[product.pk].available, 0) if product else 0,
        )
        for sku, quantity in pieces.items()
    ]


def shop_offers(link: RetailerLink, invoice: Invoice, token: str) -> list[ShopOffer]:
    """For the retailer's page of an invoice: what was done already, and what may be done."""
    language = translation.get_language() or ""
    offers = []
    order = order_of(invoice)
    if order is not None:
        offers += _arrivals(order, invoice, token, language)
    waiting = (
        Reorder.objects.filter(invoice=invoice, order__status=Status.DRAFT)
        .select_related("order")
        .order_by("-pk")
        .first()
    )
    if waiting:
        said = _("You asked for this again on %(day)s, %(total)s at today's prices. We look at it.") % {
            "day": date_format(local_date(waiting.at), "DATE_FORMAT"),
            "total": format_money(waiting.order.total, waiting.order.currency),
        }
        offers.append(ShopOffer(said=said))
    else:
        url = reverse("orders:shop_again", args=[token, invoice.number])
        offers.append(ShopOffer(_("Order the same again"), f"{url}?lang={language}"))
    offers += _return_offers(invoice, token, language)
    return offers


def _arrivals(order: Order, invoice: Invoice, token: str, language: str) -> list[ShopOffer]:
    """Each delivery that this invoice bills (or all, where it was billed before), and whether it arrived."""
    page = reverse("orders:shop_received", args=[token, invoice.number])
    every = order.deliveries.select_related("confirmation").order_by("pk")
    left = [each for each in every if each.invoice_id in (None, invoice.pk)]
    offers = []
    came = DeliveryConfirmation.objects.filter(invoice=invoice, delivery=None).first()
    if came:
        said = _("You said that it arrived: %(day)s") % {"day": _day(came.at)}
        return [ShopOffer(said=said)]
    if len(left) < 2:
        came = getattr(left[0], "confirmation", None) if left else None
        if came:
            return [ShopOffer(said=_("You said that it arrived: %(day)s") % {"day": _day(came.at)})]
        which = f"&delivery={left[0].number}" if left else ""
        return [ShopOffer(_("It has arrived"), f"{page}?lang={language}{which}")]
    for each in left:
        told = {"number": each.number, "day": _day(each.at)}
        if came := getattr(each, "confirmation", None):
            said = _("You said that delivery %(number)s arrived: %(day)s")
            offers.append(ShopOffer(said=said % {"number": each.number, "day": _day(came.at)}))
        else:
            label = _("Delivery %(number)s of %(day)s has arrived") % told
            offers.append(ShopOffer(label, f"{page}?lang={language}&delivery={each.number}"))
    return offers


def _day(at: dt.datetime) -> str:
    return date_format(local_date(at), "DATE_FORMAT")


def _return_offers(invoice: Invoice, token: str, language: str) -> list[ShopOffer]:
    """Returns of this invoice that are not over yet, and sending more of it back."""
    offers = []
    for rma in returns_of_invoices([invoice]).open()[:3]:
        url = reverse("orders:retailer_return", args=[token, rma.number])
        if rma.state == Return.State.RECEIVED:
            said = _("The goods of return %(number)s are here. We look at them.")
        elif rma.accepted_at:
            said = _("Return %(number)s is accepted: please send the goods, with the slip in the box.")
            offers.append(ShopOffer(_("Slip for the box"), f"{url}?lang={language}"))
        else:
            said = _("You asked to send goods back: %(number)s. We look at it.")
        offers.append(ShopOffer(said=said % {"number": rma.number}))
    customer_id = invoice.account.customer_id
    if any(line.left and line.product_id for line in returnable(customer_id, invoices=[invoice.pk])):
        url = reverse("orders:shop_return", args=[token, invoice.number])
        offers.append(ShopOffer(_("Send goods back"), f"{url}?lang={language}"))
    return offers
