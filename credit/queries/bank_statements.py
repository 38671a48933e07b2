"""How far a bank statement is: what is to do, booked, ignored, and what that comes to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Q, Sum

from core.money import ZERO
from credit.models import BankLine, BankStatement

State = BankLine.State


class Progress(NamedTuple):
    """Lines and sums by state. `booked_amount` is Σ of the lines that are booked."""

    lines: int
    open: int
    booked: int
    ignored: int
    open_amount: Decimal
    booked_amount: Decimal
    money_in: Decimal
    money_out: Decimal

    @property
    def settled(self) -> int:
        return self.booked + self.ignored


def progress(statement: BankStatement) -> Progress:
    """One query."""
    found = statement.lines.aggregate(
        lines=Count("pk"),
        open=Count("pk", filter=Q(state=State.OPEN)),
        booked=Count("pk", filter=Q(state=State.BOOKED)),
        ignored=Count("pk", filter=Q(state=State.IGNORED)),
        open_amount=Sum("amount", filter=Q(state=State.OPEN)),
        booked_amount=Sum("amount", filter=Q(state=State.BOOKED)),
        money_in=Sum("amount", filter=Q(amount__gt=0)),
        money_out=Sum("amount", filter=Q(amount__lt=0)),
    )
    figures: dict[str, Any] = {name: value if value is not None else ZERO for name, value in found.items()}
    return Progress(**figures)


def sure_lines(statement: BankStatement, least: int) -> int:
    """How many open lines have a suggestion worth at least so much, as they were last looked at."""
    return statement.lines.filter(state=State.OPEN, score__gte=least).count()
