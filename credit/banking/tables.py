"""A statement as a table (csv, tsv, xlsx, ods): one line a movement, whatever else the bank wrote around them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.errors import Refusal
from core.tabular import Row

from .amounts import read_amount, read_sign
from .days import read_day
from .facts import MOST_PROBLEMS, Fact, Read, in_period
from .layout import Layout, missing, open_statement

OPENING = re.compile(r"opening bal|brought forward|\bb/f\b|previous balance|anfangssaldo", re.IGNORECASE)
CLOSING = re.compile(r"closing bal|carried forward|\bc/f\b|endsaldo", re.IGNORECASE)
TOTAL = re.compile(r"\b(total|sum|summe|turnover)\b|page \d", re.IGNORECASE)


def read_table(file: BinaryIO, name: str, layout: Layout) -> Read:
    """All lines, or every problem with its line."""
    if problem := missing(layout.mapping):
        raise Refusal(problem, code="mapping")
    with open_statement(file, name, layout) as table:
        for column in layout.mapping.values():
            if column not in table.headers:
                raise Refusal(
                    _("The file has no column “%(name)s”. It has: %(columns)s.")
                    % {"name": column, "columns": ", ".join(table.headers)},
                    code="mapping",
                )
        reader = Reader(layout, {field: table.headers.index(c) for field, c in layout.mapping.items()})
        reader.above(table.above)
        for row in table.rows:
            reader.take(row, table.headers)
    return reader.read()


class Reader:
    """One table on its way: the lines so far, what is wrong, and the balances the bank names."""

    def __init__(self, layout: Layout, columns: Mapping[str, int]) -> None:
        self.layout, self.columns = layout, columns
        self.facts: list[Fact] = []
        self.problems: list[str] = []
        self.opening: Decimal | None = None
        self.closing: Decimal | None = None

    def above(self, rows: Sequence[Sequence[str]]) -> None:
        """What stands above the headings may name the opening and closing balance."""
        for cells in rows:
            self._balances(" ".join(cells), cells)

    def take(self, row: Row, headers: Sequence[str]) -> None:
        """One row: a movement, the rest of the text before it, a sum of the bank's, or a problem."""
        if [cell.strip() for cell in row.cells] == [header.strip() for header in headers]:
            return  # the headings again, at the top of the next page
        try:
            self._take(row)
        except Refusal as refusal:
            if len(self.problems) < MOST_PROBLEMS:
                said = {"line": row.number, "problem": refusal.text}
                self.problems.append(_("Line %(line)s: %(problem)s") % said)

    def _take(self, row: Row) -> None:
        said = " ".join(cell.strip() for cell in row.cells if cell.strip())
        date = self._cell(row, "date")
        money = any(self._cell(row, name) for name in ("amount", "credit", "debit"))
        if not date or not any(c.isdigit() for c in date):
            if self._balances(said, row.cells) or TOTAL.search(said) or (date and not money):
                return
            if not money and self.facts and self._cell(row, "text"):
                last = self.facts[-1]
                self.facts[-1] = last._replace(text=f"{last.text} {self._cell(row, 'text')}"[:600])
                return
            if not money:
                return
            raise Refusal(_("There is an amount but no date."))
        if row.problem:
            raise Refusal(row.problem)
        if not money and self._balances(said, row.cells):
            return
        if not money and not re.search(r"\d[-/. ]", date):
            return  # a note of the bank that begins with a figure
        booked_on = read_day(date, self.layout.days or "dmy")
        amount = self._amount(row)
        if not amount:
            if self._balances(said, row.cells):
                return
            raise Refusal(_("Nothing was paid in or out."))
        value_date, balance = self._cell(row, "value_date"), self._cell(row, "balance")
        self.facts.append(
            Fact(
                row.number,
                booked_on,
                amount,
                text=self._cell(row, "text")[:600],
                payer=self._cell(row, "payer")[:160],
                payer_account=self._cell(row, "payer_account")[:80],
                reference=self._cell(row, "reference").lstrip("'")[:80],
                value_on=read_day(value_date, self.layout.days or "dmy") if value_date else None,
                balance=read_amount(balance, self.layout.mark or ".") if balance else None,
            )
        )

    def _cell(self, row: Row, field: str) -> str:
        place = self.columns.get(field)
        return " ".join(row.cells[place].split()) if place is not None and place < len(row.cells) else ""

    def _amount(self, row: Row) -> Decimal | None:
        """In less out, of one column or of two."""
        mark = self.layout.mark or "."
        if "amount" in self.columns:
            amount = read_amount(self._cell(row, "amount"), mark)
            direction = self._cell(row, "direction")
            return abs(amount) * read_sign(direction) if amount and direction else amount
        paid_in = read_amount(self._cell(row, "credit"), mark) or Decimal(0)
        paid_out = read_amount(self._cell(row, "debit"), mark) or Decimal(0)
        if paid_in and paid_out:
            raise Refusal(_("The line is paid in and out at once."))
        return paid_in - abs(paid_out)

    def _balances(self, said: str, cells: Sequence[str]) -> bool:
        """Whether a row only names a balance; it is kept."""
        opening, closing = OPENING.search(said), CLOSING.search(said)
        if not opening and not closing:
            return False
        amounts = [amount for cell in cells if (amount := self._last_amount(cell)) is not None]
        if amounts and opening:
            self.opening = amounts[-1] if self.opening is None else self.opening
        elif amounts:
            self.closing = amounts[-1]
        return True

    def _last_amount(self, cell: str) -> Decimal | None:
        """The amount a cell ends with, where it is written like money."""
        found = re.search(r"[-(]?\d[\d.,']*[.,]\d{2}\)?(\s*(?:cr|dr)\b\.?)?\s*$", cell.strip(), re.IGNORECASE)
        if not found:
            return None
        try:
            return read_amount(found[0], self.layout.mark or ".")
        except Refusal:
            return None

    def read(self) -> Read:
        if self.problems:
            return Read(problems=self.problems)
        if not self.facts:
            raise Refusal(_("The file has a heading but no lines."), code="no_lines")
        opening, closing = self._from_column()
        return in_period(
            Read(
                self.facts,
                opening=self.opening if self.opening is not None else opening,
                closing=self.closing if self.closing is not None else closing,
            )
        )

    def _from_column(self) -> tuple[Decimal | None, Decimal | None]:
        """Opening and closing balance as the running balance tells them, whichever way the file is sorted."""
        first, last = self.facts[0], self.facts[-1]
        if first.balance is None or last.balance is None:
            return None, None
        newest_first = first.booked_on > last.booked_on
        if first.booked_on == last.booked_on and len(self.facts) > 1:
            after = self.facts[1].balance
            newest_first = after is not None and after == first.balance - first.amount
        oldest, newest = (last, first) if newest_first else (first, last)
        assert oldest.balance is not None
        return oldest.balance - oldest.amount, newest.balance
