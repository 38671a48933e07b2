"""What a price becomes when many are changed at once: the arithmetic alone, without a database.

    source price → method and value → rounding → new price

Rounding comes last and is done once. The new price is never nought or below: the smallest price of its kind stands
there instead, and the preview shows it.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.money import round_price

ONE = Decimal(1)
HUNDRED = Decimal(100)


class Source(TextChoices):
    """What the new price is made from."""

    LIST = "list", _("the prices of a list")
    PRODUCT = "product", _("the list price on the product")
    AVERAGE = "average", _("our average cost")
    LAST = "last", _("our last cost")
    SUPPLIER = "supplier", _("the supplier's price now")


COSTS = {Source.AVERAGE, Source.LAST, Source.SUPPLIER}


class Method(TextChoices):
    """What happens to it. Margin is a share of the price, markup one of the cost."""

    PERCENT = "percent", _("percent")
    AMOUNT = "amount", _("amount per piece")
    MARGIN = "margin", _("margin on the cost, % of the price")
    SET = "set", _("one price for all")


class Ending(TextChoices):
    """Which prices are round."""

    EXACT = "exact", _("not at all")
    CENT = "0.01", "0.01"
    HALF = "0.50", "0.50"
    ONE = "1", "1"
    FIVE = "5", "5"
    TEN = "10", "10"
    HUNDRED = "100", "100"
    NINETY_NINE = ".99", "…0.99"
    NINE = "9", "…9"
    NINETY_FIVE = "95", "…95"


GRID: dict[Any, tuple[Decimal, Decimal]] = {
    # Prices are k × step − short.
    Ending.EXACT: (Decimal("0.0001"), Decimal(0)),
    Ending.CENT: (Decimal("0.01"), Decimal(0)),
    Ending.HALF: (Decimal("0.50"), Decimal(0)),
    Ending.ONE: (ONE, Decimal(0)),
    Ending.FIVE: (Decimal(5), Decimal(0)),
    Ending.TEN: (Decimal(10), Decimal(0)),
    Ending.HUNDRED: (HUNDRED, Decimal(0)),
    Ending.NINETY_NINE: (ONE, Decimal("0.01")),
    Ending.NINE: (Decimal(10), ONE),
    Ending.NINETY_FIVE: (HUNDRED, Decimal(5)),
}


class Direction(TextChoices):
    """Where a price goes that is not round."""

    NEAREST = "nearest", _("to the nearest")
    UP = "up", _("up")
    DOWN = "down", _("down")


ROUNDING: dict[Any, str] = {
    Direction.NEAREST: ROUND_HALF_UP,
    Direction.UP: ROUND_CEILING,
    Direction.DOWN: ROUND_FLOOR,
}


def round_off(price: Decimal, ending: str, direction: str = Direction.NEAREST) -> Decimal:
    """The round price next to this one: `1204.30` ends in 9 at 1209 or 1199, nearest 1199 or 1209, half up.

    Never below the first round price above nought.
    """
    step, short = GRID[ending]
    steps = ((price + short) / step).quantize(ONE, rounding=ROUNDING[direction])
    return round_price(max(steps, ONE) * step - short)


def new_price(
    source: Decimal,
    *,
    method: str,
    value: Decimal,
    ending: str = Ending.CENT,
    direction: str = Direction.NEAREST,
    tax_inside: Decimal = Decimal(0),
) -> Decimal:
    """The price made from `source`. `value` is in percent, or an amount per piece; `tax_inside` is the rate in percent
    that a price made from a cost has to carry, where the list's prices include tax.

    A margin m of the price on a cost c is c ÷ (1 − m): 25 % on 75 is 100.
    """
    if method == Method.PERCENT:
        price = source * (HUNDRED + value) / HUNDRED
    elif method == Method.AMOUNT:
        price = source + value
    elif method == Method.MARGIN:
        price = source * HUNDRED / (HUNDRED - value)
    else:
        price = value
    if method != Method.SET:
        price = price * (HUNDRED + tax_inside) / HUNDRED
    return round_off(price, ending, direction)
