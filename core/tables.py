"""Tables of which each row is one small change: read at once, worked off by a job, given back with what became of each.

An app says what its table can hold, and what one row does:

    OFFERS = TableKind("inventory.import_offers", FIELDS, required=("supplier", "sku"), key=("supplier", "sku"))

    @job_kind(OFFERS.job, permission=…)
    def import_offers(run):
        return (yield from work_off(run, OFFERS, operations.import_offer))

`change(said)` does what one row says, in a transaction of its own, and gives what it was: new, changed (with a
sentence) or the same; its `Refusal` is that row's outcome. Files of any length that are upserted by the thousand are
`core.models.FileImport`s instead.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from . import jobs
from .errors import Refusal
from .exports import csv_lines
from .importing import Fields, check_mapping, guess_mapping, read_cells
from .jobs import Run, Steps
from .models import Job
from .tabular import open_table
from .templatetags.figures import num

MOST_ROWS = 20_000
ROWS_A_STEP = 200
NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"


class Told(NamedTuple):
    """What became of a row."""

    kind: str
    sentence: str = ""


Change = Callable[[dict[str, Any]], Told]


class TableKind(NamedTuple):
    """What a table can hold. Rows with the same text in all `key` fields are about the same thing."""

    job: str
    fields: Fields
    required: tuple[str, ...]
    key: tuple[str, ...]


class TableRow(NamedTuple):
    """A row of the file; `repeats` the row that is about the same thing, 0 for none, and whether it says the same."""

    number: int
    cells: list[str]
    problem: str
    repeats: int = 0
    alike: bool = False


class ReadTable(NamedTuple):
    """A file that was understood."""

    headers: list[str]
    columns: dict[str, int]
    rows: list[TableRow]

    @property
    def unread(self) -> list[str]:
        """Columns that nothing is made of."""
        return [name for place, name in enumerate(self.headers) if place not in self.columns.values()]


def read_table(kind: TableKind, file: BinaryIO, name: str) -> ReadTable:
    """The rows of a table of this kind. Refuses what is no table or lacks a column that is needed."""
    fields = {
        key: field._replace(headers=(*field.headers, str(field.label))) for key, field in kind.fields.items()
    }
    with open_table(file, name, max_rows=MOST_ROWS) as table:
        mapping = guess_mapping(fields, table.headers)
        columns = check_mapping(fields, kind.required, mapping, table.headers)
        rows = [TableRow(row.number, row.cells, row.problem) for row in table.rows]
    if not rows:
        raise Refusal(_("The file has a heading but no rows."), field="file")
    return ReadTable(table.headers, columns, list(_with_repeats(rows, kind, columns)))


def _with_repeats(rows: Sequence[TableRow], kind: TableKind, columns: dict[str, int]) -> Iterator[TableRow]:
    places = [columns[name] for name in kind.key if name in columns]
    seen: dict[tuple[str, ...], TableRow] = {}
    for row in rows:
        if row.problem or not any(row.cells[place].strip() for place in places):
            yield row
            continue
        first = seen.setdefault(tuple(" ".join(row.cells[p].split()).casefold() for p in places), row)
        yield row if first is row else row._replace(repeats=first.number, alike=first.cells == row.cells)


def start_table(
    kind: TableKind, file: BinaryIO, name: str, *, by: Any, at: dt.datetime, back_url: str = ""
) -> Job:
    """Read a table and hand it to a worker."""
    table = read_table(kind, file, name)
    title = _("Import of %(file)s") % {"file": name[:100]}
    params = {"table": table}
    return jobs.start(kind.job, title, by=by, at=at, params=params, total=len(table.rows), back_url=back_url)


def outcome_of(kind: TableKind, table: ReadTable, row: TableRow, change: Change) -> Told:
    """Do what a row says, in a transaction of its own. If the last of two won, the same file would change it back."""
    try:
        if row.problem:
            raise Refusal(row.problem)
        if row.alike:
            return Told(SAME, _("Says the same as row %(number)s.") % {"number": num(row.repeats)})
        if row.repeats:
            raise Refusal(_("Row %(number)s says something else of it.") % {"number": num(row.repeats)})
        with transaction.atomic():
            return change(read_cells(kind.fields, kind.required, row.cells, table.columns))
    except Refusal as refusal:
        return Told(REFUSED, refusal.text)


def work_off(run: Run, kind: TableKind, change: Change) -> Steps:
    """The runner: some rows a step, and in the end a file of all rows with what became of each."""
    headers, columns, rows = run.params["table"]
    table = ReadTable(headers, columns, [TableRow(*row) for row in rows])
    outcomes = run.cursor.setdefault("outcomes", [])
    while len(outcomes) < len(table.rows):
        for row in table.rows[len(outcomes) :][:ROWS_A_STEP]:
            told = outcome_of(kind, table, row, change)
            outcomes.append(told)
            if told.kind == REFUSED:
                run.refuse(row.number, _named(kind, table, row), told.sentence)
            run.advance()
        yield
    told_all = [Told(*each) for each in outcomes]
    run.keep("outcomes.csv", "".join(outcome_lines(table, told_all)).encode())
    return closing_sentence(table, told_all)


def closing_sentence(table: ReadTable, outcomes: Sequence[Told]) -> str:
    """What came of the rows, and which columns nothing was made of."""
    counts = Counter(told.kind for told in outcomes)
    said = _("%(new)s new, %(changed)s changed, %(same)s unchanged, %(refused)s refused.") % {
        kind: num(counts[kind]) for kind in (NEW, CHANGED, SAME, REFUSED)
    }
    if table.unread:
        said += " " + _("Columns that were not read: %(names)s.") % {"names": ", ".join(table.unread)}
    return said


def outcome_lines(table: ReadTable, outcomes: Sequence[Told]) -> Iterator[str]:
    """The file as it came, with two columns more: it can be mended and imported again."""
    words = {NEW: _("new"), CHANGED: _("changed"), SAME: _("unchanged"), REFUSED: _("refused")}
    told_rows = zip(table.rows, outcomes, strict=True)
    rows = (
        [*_fitted(row.cells, len(table.headers)), words[told.kind], told.sentence] for row, told in told_rows
    )
    return csv_lines([*table.headers, _("Outcome"), _("Why")], rows, phone_columns=table.headers)


def _fitted(cells: list[str], width: int) -> list[str]:
    """As many cells as there are headings; what a broken row has too much stands in the last."""
    if len(cells) > width:
        return [*cells[: width - 1], " ".join(cells[width - 1 :])]
    return [*cells, *[""] * (width - len(cells))]


def _named(kind: TableKind, table: ReadTable, row: TableRow) -> str:
    """What a refused row is about."""
    places = [table.columns[name] for name in kind.key if name in table.columns]
    return " · ".join(row.cells[place].strip() for place in places if place < len(row.cells))
