"""What pieces weigh when it is decided whether one person may write them up or off alone."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.money import ZERO, format_money, round_money
from inventory.models import Product


def weights(product_ids: Iterable[int]) -> dict[int, Decimal]:
    """What one piece of each product weighs: its average cost, or its list price where nobody knows the cost."""
    weight = Coalesce(NullIf(F("cost__average"), Value(Decimal(0))), F("list_price"), Value(Decimal(0)))
    rows = Product.objects.filter(pk__in=list(product_ids)).annotate(weight=weight)
    return dict(rows.values_list("pk", "weight"))


def weigh(pieces: Iterable[tuple[int, int]]) -> Decimal:
    """The value of (product, pieces), more and fewer alike, in the base currency."""
    differences = list(pieces)
    each = weights(product for product, _n in differences)
    return round_money(sum((abs(n) * each.get(product, ZERO) for product, n in differences), ZERO))


def is_large(value: Decimal) -> bool:
    """Whether somebody else has to approve it (`STOCK_APPROVAL_ABOVE`)."""
    return value > Decimal(settings.STOCK_APPROVAL_ABOVE)


def may_decide(value: Decimal, permission: str, doers: Iterable[int | None], *, by: Any) -> None:
    """Refuse a person who may not approve so much, or who did it."""
    if not is_large(value):
        return
    most = format_money(Decimal(settings.STOCK_APPROVAL_ABOVE), settings.CURRENCY)
    if not by.has_perm(permission):
        raise Refusal(
            _("This is worth more than %(most)s. Somebody who approves such differences has to look at it.")
            % {"most": most},
            code="above_value",
        )
    if by.pk in set(doers):
        raise Refusal(
            _(
                "This is worth more than %(most)s and part of it is your own work; somebody else has to approve it."
            )
            % {"most": most},
            code="own_request",
        )
