"""Price lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Refusal
from customers.models import Segment
from pricing.models import PriceList, PriceRule

log = structlog.get_logger(__name__)


@transaction.atomic
def create_list(
    name: str,
    *,
    by: Any,
    kind: str = PriceList.Kind.PROMOTION,
    segment: Segment | None = None,
    currency: str = settings.CURRENCY,
    prices_include_tax: bool = False,
) -> PriceList:
    """A new, empty list in use. Refuses a second base list of a currency, and a name that is taken.

    A segment's list names its segment, no other list does.
    """
    if (kind == PriceList.Kind.SEGMENT) != (segment is not None):
        raise Refusal(
            _("A segment's list names its segment; no other list does."), code="segment_list", field="segment"
        )
    try:
        with transaction.atomic():
            made = PriceList.objects.create(
                name=name,
                kind=kind,
                segment=segment,
                currency=currency,
                prices_include_tax=prices_include_tax,
            )
    except IntegrityError as error:
        if "one_base_list_per_currency" in str(error):
            text = _("There is already a base list in %(currency)s.") % {"currency": currency}
            raise Refusal(text, code="second_base_list", field="kind") from error
        text = _("There is already a list called “%(name)s”.") % {"name": name}
        raise Refusal(text, code="name_taken", field="name") from error
    log.info("price_list_created", price_list=made.pk, by=getattr(by, "pk", None))
    return made


@transaction.atomic
def copy_list(
    source: PriceList,
    name: str,
    *,
    on: dt.date,
    by: Any,
    kind: str = PriceList.Kind.PROMOTION,
    segment: Segment | None = None,
) -> PriceList:
    """A new list with the prices for everybody that count in another on a day or later, from that day on.

    Customers' own prices stay where they are. Refuses a name that is taken and a second base list.
    """
    made = create_list(
        name,
        kind=kind,
        segment=segment,
        currency=source.currency,
        prices_include_tax=source.prices_include_tax,
        by=by,
    )
    rules = source.rules.filter(customer__isnull=True).not_ended(on=on).order_by("pk")
    PriceRule.objects.bulk_create(
        [
            PriceRule(
                price_list=made,
                product_id=rule.product_id,
                min_quantity=rule.min_quantity,
                unit_price=rule.unit_price,
                valid_from=max(filter(None, [rule.valid_from, on])),
                valid_to=rule.valid_to,
            )
            for rule in rules.iterator(chunk_size=2000)
        ],
        batch_size=2000,
    )
    log.info("price_list_copied", price_list=made.pk, source=source.pk, by=getattr(by, "pk", None))
    return made


def ensure_base_list() -> None:
    """A base list in the base currency exists after every migrate. One that was taken out of use stays so."""
    if not PriceList.objects.filter(kind=PriceList.Kind.BASE, currency=settings.CURRENCY).exists():
        PriceList.objects.get_or_create(
            name=f"Base {settings.CURRENCY}",
            defaults={"kind": PriceList.Kind.BASE, "currency": settings.CURRENCY},
        )
