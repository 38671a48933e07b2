"""Price lists."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Refusal
from customers.models import Segment
from pricing.models import PriceList

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


def ensure_base_list() -> None:
    """A base list in the base currency exists after every migrate. One that was taken out of use stays so."""
    if not PriceList.objects.filter(kind=PriceList.Kind.BASE, currency=settings.CURRENCY).exists():
        PriceList.objects.get_or_create(
            name=f"Base {settings.CURRENCY}",
            defaults={"kind": PriceList.Kind.BASE, "currency": settings.CURRENCY},
        )
