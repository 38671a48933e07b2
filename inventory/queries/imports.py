"""What an import will do, and what it did."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.tabular import open_table
from inventory.models import ImportBatch, ImportRow

SHOWN = 5


class Preview(NamedTuple):
    """The first rows of a file, and how it was understood."""

    headers: list[str]
    rows: list[list[str]]
    understood: str


def preview(batch: ImportBatch) -> Preview:
    with batch.file.open("rb") as file, open_table(file.file, batch.file_name) as table:
        rows = [row.cells for row in islice(table.rows, SHOWN)]
        if table.sheet:
            understood = _("Sheet “%(sheet)s”") % {"sheet": table.sheet}
        else:
            delimiter = {"\t": _("tab"), " ": _("space")}.get(table.delimiter, table.delimiter)
            named = {"encoding": table.encoding.upper(), "delimiter": delimiter}
            understood = _("Text in %(encoding)s, values parted by “%(delimiter)s”") % named
        return Preview(table.headers, rows, understood)


def failures(batch: ImportBatch) -> QuerySet[ImportRow]:
    return batch.outcomes.filter(outcome=ImportRow.Outcome.REFUSED).order_by("number")


def failures_table(batch: ImportBatch) -> tuple[list[str], Iterator[list[Any]]]:
    """Headings and rows of a file that can be mended and imported again."""
    first = failures(batch).first()
    columns = [column for column, _value in first.values] if first else []
    rows = failures(batch).iterator(chunk_size=1000)
    return [*columns, _("Row"), _("Why")], (
        [*(value for _column, value in row.values), row.number, row.sentence] for row in rows
    )
