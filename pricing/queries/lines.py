"""A line with its price, its amounts and its margin."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from core.money import ZERO, round_money


class PricedLine(NamedTuple):
    """One line as it would be sold: amounts to the cent, and why this price.

    `unit_cost` is our average cost in the base currency; None when we don't know it or sell in another currency.
    """

    product_id: int
    quantity: int
    unit_price: Decimal
    price_includes_tax: bool
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    why: dict[str, Any]
    unit_cost: Decimal | None
    discount: Decimal = ZERO
    sku: str = ""
    name: str = ""

    @property
    def margin(self) -> Decimal | None:
        """What is left of the net once the pieces are paid for."""
        return None if self.unit_cost is None else self.net - round_money(self.unit_cost * self.quantity)

    @property
    def margin_percent(self) -> Decimal | None:
        """Margin as a share of the net (not of the cost, which would be the markup)."""
        return None if self.margin is None or not self.net else round_money(self.margin * 100 / self.net)

    @property
    def below_cost(self) -> bool:
        return self.margin is not None and self.margin < 0

    def shown_to(self, user: Any) -> PricedLine:
        """The line without cost and margin for people who may not see them."""
        return self if user.has_perm("inventory.view_cost") else self._replace(unit_cost=None)
