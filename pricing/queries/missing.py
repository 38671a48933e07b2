"""What keeps products from being sold, in words that name them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Refusal
from customers.models import Customer
from customers.models.choices import TaxTreatment
from inventory.models.catalogue import TaxCategory

from .candidates import Facts


def refuse_unknown(items: Sequence[tuple[int, int]], facts: Mapping[int, Facts]) -> None:
    for product, quantity in items:
        if product not in facts:
            raise Refusal(
                _("There is no product with the number %(number)s.") % {"number": product},
                code="unknown_product",
                products=[product],
            )
        if quantity < 1:
            raise Refusal(
                _("%(product)s needs at least one piece.") % {"product": facts[product].name},
                code="no_pieces",
                products=[product],
            )
    gone = [facts[product] for product, _quantity in items if not facts[product].is_active]
    if gone:
        raise Refusal(
            ngettext("%(products)s is no longer sold.", "%(products)s are no longer sold.", len(gone))
            % {"products": _names(gone)},
            code="inactive_product",
            products=[fact.product_id for fact in gone],
        )


def refuse_unpriced(unpriced: Sequence[Facts], currency: str) -> None:
    if unpriced:
        raise Refusal(
            ngettext(
                "%(products)s has no price in %(currency)s.",
                "%(products)s have no price in %(currency)s.",
                len(unpriced),
            )
            % {"products": _names(unpriced), "currency": currency},
            code="no_price",
            products=[fact.product_id for fact in unpriced],
        )


def refuse_untaxed(facts: Sequence[Facts], customer: Customer, on: dt.date) -> None:
    untaxed = [fact for fact in facts if fact.tax_rate is None]
    if untaxed:
        raise Refusal(
            _(
                "There is no tax rate for “%(category)s” products and “%(treatment)s” customers on %(day)s."
                " Add it under Prices, Tax rates."
            )
            % {
                "category": TaxCategory(untaxed[0].tax_category).label,
                "treatment": TaxTreatment(customer.tax_treatment).label,
                "day": date_format(on, "j M Y"),
            },
            code="no_tax_rate",
            products=[fact.product_id for fact in untaxed],
        )


def _names(facts: Iterable[Facts]) -> str:
    return ", ".join(fact.name for fact in facts)
