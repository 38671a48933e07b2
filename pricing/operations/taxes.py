"""Tax rates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Refusal
from pricing.models import TaxRate

log = structlog.get_logger(__name__)


@transaction.atomic
def set_tax_rate(
    product_category: str,
    customer_treatment: str,
    rate: Decimal,
    *,
    by: Any,
    valid_from: dt.date | None = None,
) -> TaxRate:
    """Tax this kind of product for this kind of customer at `rate` percent from a day on, without an end.

    The rate in force until then ends the day before. Told twice, it is one rate. Refuses to rewrite days that a
    rate set for later covers.
    """
    if not 0 <= rate < 100:
        raise Refusal(_("A tax rate is between 0 and 100 %."), code="bad_rate", field="rate")
    pair = TaxRate.objects.filter(product_category=product_category, customer_treatment=customer_treatment)
    current = pair.select_for_update().filter(valid_to__isnull=True).first()
    if current is not None:
        if (current.rate, current.valid_from) == (rate, valid_from):
            return current
        if valid_from and (current.valid_from is None or current.valid_from < valid_from):
            current.valid_to = valid_from - dt.timedelta(days=1)
            current.save(update_fields=["valid_to"])
    try:
        with transaction.atomic():
            made = TaxRate.objects.create(
                product_category=product_category,
                customer_treatment=customer_treatment,
                rate=rate,
                valid_from=valid_from,
            )
    except IntegrityError as error:
        text = _("There is already a rate for these days. Give a later first day.")
        raise Refusal(text, code="overlap", field="valid_from") from error
    log.info("tax_rate_set", tax_rate=made.pk, rate=str(rate), by=getattr(by, "pk", None))
    return made
