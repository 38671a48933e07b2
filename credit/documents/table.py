"""The table of a document: its lines as written, which columns it needs, and the tax of each rate."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from core.money import ZERO
from core.templatetags.figures import price

from .wording import amount, isolated, left_to_right, rate


class PrintedLine(NamedTuple):
    """One line, amounts as written."""

    position: int
    sku: str
    description: str
    quantity: int
    unit_price: str
    discount: str
    tax_rate: str
    net: str
    tax: str
    gross: str


class TaxLine(NamedTuple):
    """One rate: what it was charged on, and how much it came to."""

    rate: str
    base: str
    tax: str


class PrintedTable(NamedTuple):
    """Lines and sums. A column that would hold nothing is left out.

    Column widths are given by class ("narrow", "middle", "wide", "huge") from the longest figure: letting WeasyPrint
    try every cell for the best width took most of the time of a long invoice.
    """

    currency: str
    lines: list[PrintedLine]
    last: list[PrintedLine]
    has_discount: bool
    has_tax: bool
    prices_include_tax: bool
    price_width: str
    discount_width: str
    tax_width: str
    amount_width: str
    net: str
    taxes: list[TaxLine]

    @property
    def label_columns(self) -> int:
        """How many columns the label of a sum reaches over: all but the last two."""
        return 3 + self.has_discount + 2 * self.has_tax


KEPT_TOGETHER = 2
WIDTHS = ((8, "narrow"), (11, "middle"), (14, "wide"))


def printed_table(lines: Sequence[Any], currency: str) -> PrintedTable:
    """The table for lines of an invoice or a credit note. The last two stay on the page of the totals."""
    written = [_line(line, currency) for line in lines]
    return PrintedTable(
        currency=currency,
        lines=written[:-KEPT_TOGETHER],
        last=written[-KEPT_TOGETHER:],
        has_discount=any(line.discount for line in lines),
        has_tax=any(line.tax or line.tax_rate for line in lines),
        prices_include_tax=any(line.price_includes_tax for line in lines),
        price_width=_width(line.unit_price for line in written),
        discount_width=_width(line.discount for line in written),
        tax_width=_width(line.tax for line in written),
        amount_width=_width(line.gross for line in written),
        net=amount(sum((line.net for line in lines), ZERO), currency),
        taxes=_taxes(lines, currency),
    )


def _line(line: Any, currency: str) -> PrintedLine:
    return PrintedLine(
        position=line.position,
        sku=isolated(line.sku),
        description=isolated(line.description),
        quantity=line.quantity,
        unit_price=left_to_right(price(line.unit_price)),
        discount=amount(line.discount, currency) if line.discount else "",
        tax_rate=rate(line.tax_rate),
        net=amount(line.net, currency),
        tax=amount(line.tax, currency),
        gross=amount(line.gross, currency),
    )


def _taxes(lines: Sequence[Any], currency: str) -> list[TaxLine]:
    """The tax of each rate, highest rate first: sums of the lines, so that they add up to the document's tax."""
    sums: dict[Decimal, tuple[Decimal, Decimal]] = {}
    for line in lines:
        base, tax = sums.get(line.tax_rate, (ZERO, ZERO))
        sums[line.tax_rate] = (base + line.net, tax + line.tax)
    if not any(percent or tax for percent, (_base, tax) in sums.items()):
        return []
    return [
        TaxLine(rate(percent), amount(base, currency), amount(tax, currency))
        for percent, (base, tax) in sorted(sums.items(), reverse=True)
    ]


def _width(figures: Any) -> str:
    longest = max((len(text) for text in figures), default=0)
    return next((name for most, name in WIDTHS if longest <= most), "huge")
