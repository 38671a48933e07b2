"""Prices of products."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.money import LARGEST_AMOUNT, format_money, round_price
from customers import operations as customers
from customers.models import Customer
from inventory.models import Product
from pricing.models import PriceList, PriceRule

log = structlog.get_logger(__name__)


@transaction.atomic
def set_price(
    price_list: PriceList,
    product: Product,
    unit_price: Decimal,
    *,
    by: Any,
    at: dt.datetime | None = None,
    customer: Customer | None = None,
    min_quantity: int = 1,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> PriceRule:
    """Add a price of one piece from `min_quantity` pieces on; both days count, an empty one is open.

    Refuses when the same rule already has another price on some of these days, and names it. Told twice,
    it is one rule. A customer's own price stands on its timeline.
    """
    unit_price = round_price(unit_price)
    if not 0 <= unit_price <= LARGEST_AMOUNT:
        raise Refusal(_("A price can't be negative or absurdly large."), code="bad_price", field="unit_price")
    if min_quantity < 1:
        raise Refusal(_("A price counts from one piece on at least."), code="no_pieces", field="min_quantity")
    if valid_from and valid_to and valid_to < valid_from:
        raise Refusal(_("The last day is before the first."), code="ends_before_start", field="valid_to")
    same = {"price_list": price_list, "product": product, "customer": customer, "min_quantity": min_quantity}
    days = {"valid_from": valid_from, "valid_to": valid_to}
    try:
        with transaction.atomic():
            rule = PriceRule.objects.create(**same, **days, unit_price=unit_price)
    except IntegrityError as error:
        if "same_price_rule_never_overlaps" not in str(error):
            raise
        clash = _clash(same, valid_from, valid_to)
        if clash is not None and (clash.unit_price, clash.valid_from, clash.valid_to) == (
            unit_price,
            *days.values(),
        ):
            return clash
        raise _overlap(clash) from error
    log.info("price_set", rule=rule.pk, product=product.pk, price=str(unit_price), by=getattr(by, "pk", None))
    _tell(rule, "price.set", _("Price of %(price)s for %(product)s, %(days)s"), by=by, at=at)
    return rule


@transaction.atomic
def end_price(rule: PriceRule, *, on: dt.date, by: Any, at: dt.datetime | None = None) -> None:
    """Let a price count for the last time on a day. One that would not have started by then is taken away.

    Refuses a price that ends by then anyway. Its history stays either way.
    """
    rule = PriceRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if rule.valid_to and rule.valid_to <= on:
        raise Refusal(
            _("This price ends on %(day)s already.") % {"day": date_format(rule.valid_to, "j M Y")},
            code="already_ends",
            field="on",
        )
    log.info("price_ended", rule=rule.pk, on=on.isoformat(), by=getattr(by, "pk", None))
    if rule.valid_from and rule.valid_from > on:
        _tell(rule, "price.ended", _("Price of %(price)s for %(product)s taken back, %(days)s"), by=by, at=at)
        rule.delete()
        return
    rule.valid_to = on
    rule.save(update_fields=["valid_to"])
    _tell(rule, "price.ended", _("Price of %(price)s for %(product)s ends, %(days)s"), by=by, at=at)


def _tell(rule: PriceRule, event: str, text: str, *, by: Any, at: dt.datetime | None) -> None:
    """On the timeline of the customer, when the price is its own."""
    if rule.customer is not None:
        customers.record(
            rule.customer,
            event,
            text=text % _words(rule),
            about=f"pricing.pricerule:{rule.pk}",
            url=rule.get_absolute_url(),
            by=by,
            at=at or timezone.now(),
        )


def _words(rule: PriceRule) -> dict[str, Any]:
    return {
        "list": rule.price_list,
        "product": rule.product,
        "price": format_money(rule.unit_price, rule.price_list.currency),
        "days": describe_days(rule.valid_from, rule.valid_to),
    }


def _clash(same: dict[str, Any], first: dt.date | None, last: dt.date | None) -> PriceRule | None:
    """The first rule of the same kind whose days meet these; None when it went meanwhile."""
    rules = PriceRule.objects.filter(**{k: v for k, v in same.items() if v is not None})
    if same["customer"] is None:
        rules = rules.filter(customer__isnull=True)
    if last:
        rules = rules.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=last))
    if first:
        rules = rules.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first))
    return rules.order_by("valid_from", "pk").first()


def _overlap(clash: PriceRule | None) -> Refusal:
    if clash is None:
        return Refusal(_("Somebody is changing this price; try again."), code="overlap")
    text = _("“%(list)s” already has a price of %(price)s for %(product)s, %(days)s. End that one first.")
    return Refusal(text % _words(clash), code="overlap", clash=clash.pk)


def describe_days(first: dt.date | None, last: dt.date | None) -> str:
    """A validity in words."""
    words = {
        "first": date_format(first, "j M Y") if first else "",
        "last": date_format(last, "j M Y") if last else "",
    }
    if first and last:
        return _("from %(first)s until %(last)s") % words
    if first:
        return _("from %(first)s on") % words
    return _("until %(last)s") % words if last else _("without an end")
