"""How the ledgers of other apps name what an order did, and what their names say of it."""

from __future__ import annotations

from .models import Order, OrderLine

SALE = "sale:"
"""Stock moves of a sale are named by the reservation that left, with this before it."""


def line_reference(order: Order, line: OrderLine, step: str = "") -> str:
    """How the stock ledger names a line's reservation: once per confirmation, and per later filling."""
    return f"{order.confirmation}:line:{line.position}{step}"


def sales_of(order: Order) -> str:
    """What the moves of all that left for this confirmation begin with."""
    return f"{SALE}{order.confirmation}:line:"


def position_in(reference: str) -> int:
    """The line that a reservation or a move of its sale is of."""
    return int(reference.removeprefix(SALE).split(":")[4])
