"""Promotions and seasons: a price for a while, proposed over many products, never two at a time for one product."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Refusal
from core.once import wait_for_twin
from pricing.models import PriceChange, PriceList, PriceRule
from pricing.repricing import Direction, Ending, Method, Source

from .lists import create_list
from .prices import describe_days


@transaction.atomic
def propose_promotion(
    name: str,
    products: Iterable[int],
    *,
    starts_on: dt.date,
    ends_on: dt.date,
    reference: str,
    by: Any,
    at: dt.datetime,
    method: str = Method.PERCENT,
    value: Decimal = Decimal(0),
    ending: str = Ending.CENT,
    direction: str = Direction.NEAREST,
    chosen: str = "",
    reason: str = "",
) -> PriceChange:
    """A promotion of these products from a day until a day, from the base prices, as a draft to be looked through.

    Its list is the promotion's list of that name, made when there is none. Refuses days on which one of the products is
    in another promotion already, and names that one. Told twice under one `reference`, it is one.
    """
    from .changes import propose_change  # it asks this module whether a promotion may be set

    wait_for_twin(f"price change:{reference}")
    if told := PriceChange.objects.filter(reference=reference).first():
        return told
    base = PriceList.objects.filter(kind=PriceList.Kind.BASE, is_active=True).order_by("pk").first()
    price_list = PriceList.objects.filter(name__iexact=name.strip()).first()
    if price_list is not None and (price_list.kind != PriceList.Kind.PROMOTION or not price_list.is_active):
        text = _("“%s” is a list that is no promotion in use. Take another name.")
        raise Refusal(text % price_list, code="no_promotion", field="name")
    if price_list is None:
        price_list = create_list(
            name.strip(),
            kind=PriceList.Kind.PROMOTION,
            prices_include_tax=bool(base and base.prices_include_tax),
            by=by,
            currency=base.currency if base else settings.CURRENCY,
        )
    wanted = list(products)
    refuse_overlap(price_list, wanted, starts_on, ends_on)
    return propose_change(
        price_list,
        wanted,
        starts_on=starts_on,
        ends_on=ends_on,
        reference=reference,
        by=by,
        at=at,
        source=Source.LIST,
        source_list=base,
        method=method,
        value=value,
        ending=ending,
        direction=direction,
        chosen=chosen,
        reason=reason,
    )


def refuse_overlap(
    price_list: PriceList,
    products: Iterable[int],
    first: dt.date,
    last: dt.date | None,
    *,
    others_only: bool = False,
) -> None:
    """Refuse promotional prices on days on which a promotion has some for the same products.

    With `others_only` prices of this very list are no hindrance: a change of them takes their place.
    """
    there = PriceRule.objects.filter(
        price_list__kind=PriceList.Kind.PROMOTION,
        price_list__is_active=True,
        price_list__currency=price_list.currency,
        customer__isnull=True,
        product__in=list(products),
    ).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first))
    if others_only:
        there = there.exclude(price_list=price_list)
    if last:
        there = there.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=last))
    clash = there.select_related("price_list", "product").order_by("valid_from", "pk").first()
    if clash is None:
        return
    others = there.values("product").distinct().count() - 1
    words = {
        "list": clash.price_list,
        "product": clash.product,
        "days": describe_days(clash.valid_from, clash.valid_to),
        "n": others,
    }
    text = _("%(product)s is in “%(list)s” already, %(days)s.") % words
    if others:
        text += " " + ngettext("So is %(n)d more product.", "So are %(n)d more products.", others) % words
    raise Refusal(
        f"{text} {_('Choose other days or products, or end those prices first.')}",
        code="promotion_overlap",
        field="starts_on",
    )
