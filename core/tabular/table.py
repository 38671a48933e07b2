"""What a reader hands out: headers, and rows one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import NamedTuple, Self, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Refusal

IsHeading: TypeAlias = "Callable[[list[str]], bool]"
"""Whether these cells are the headings of a table."""
MOST_ABOVE = 60
"""So many rows may stand above the headings."""


class Row(NamedTuple):
    """One record. `number` is the row a spreadsheet would show (the heading is usually 1).

    `cells` has one text per header. A row that can't be trusted says why in `problem`; its cells are then what
    was found, for showing, not for using.
    """

    number: int
    cells: list[str]
    problem: str = ""

    @property
    def blank(self) -> bool:
        return not self.problem and not any(cell.strip() for cell in self.cells)


@dataclass
class Table:
    """An open file: read `rows` once. Use it as a context manager, so that the file is let go."""

    headers: list[str]
    rows: Iterator[Row]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    close: Callable[[], None] = lambda: None
    above: list[list[str]] = field(default_factory=list)

    def dicts(self) -> Iterator[tuple[Row, dict[str, str]]]:
        for row in self.rows:
            yield row, dict(zip(self.headers, row.cells, strict=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class RawRow(NamedTuple):
    """A record as the file has it, before it is held against the headers."""

    number: int
    cells: list[str]
    problem: str = ""

    @property
    def blank(self) -> bool:
        return not self.problem and not any(cell.strip() for cell in self.cells)


def name_headers(cells: Iterable[str]) -> list[str]:
    """Every column gets a name of its own: "column 3" when blank, "Price (2)" when it stands twice."""
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        base = " ".join(cell.split()) or f"column {position}"
        name, copy = base, 1
        while name.casefold() in taken:
            copy += 1
            name = f"{base} ({copy})"
        taken.add(name.casefold())
        names.append(name)
    return names


def split_off_headers(
    raw: Iterator[RawRow], heading: IsHeading | None = None
) -> tuple[list[list[str]], list[str]]:
    """What stands above the headings, and the headings. Refuses a file without any.

    Without `heading` they are the first row with anything in it.
    """
    above: list[list[str]] = []
    for row in raw:
        if row.problem:
            raise Refusal(_("The heading can't be read: %(problem)s") % {"problem": row.problem})
        if row.blank:
            continue
        if heading is None or heading(row.cells):
            return above, name_headers(row.cells)
        above.append(row.cells)
        if len(above) > MOST_ABOVE:
            break
    if above:
        raise Refusal(_("No row of this file names its columns."), code="no_heading")
    raise Refusal(_("This file is empty."))


def fit_rows(raw: Iterator[RawRow], width: int, *, max_rows: int) -> Iterator[Row]:
    """Hold each record against the headers: pad short ones, name what stands past the last column."""
    for read, (number, cells, problem) in enumerate(raw, start=1):
        if read > max_rows:
            message = _("This file has more than %(limit)s rows. Split it into smaller files.")
            raise Refusal(message % {"limit": f"{max_rows:,}"})
        fitted = cells[:width] + [""] * (width - len(cells))
        row = Row(number, fitted, problem or _surplus(cells, width))
        if not row.blank:
            yield row


def _surplus(cells: list[str], width: int) -> str:
    """What to say about values past the last column. Blank ones are only the trace of a wider sheet."""
    if not any(cell.strip() for cell in cells[width:]):
        return ""
    message = ngettext(
        "The row has %(found)d values but the heading has %(width)d column.",
        "The row has %(found)d values but the heading has %(width)d columns.",
        width,
    )
    return message % {"found": len(cells), "width": width}
