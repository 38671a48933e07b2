"""What an import of opening balances will do, and what it did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import importing
from core.importing import Preview
from core.tabular import open_table
from credit.models import OpeningImport, OpeningRow


def preview(batch: OpeningImport) -> Preview:
    with batch.file.open("rb") as file, open_table(file.file, batch.file_name) as table:
        return importing.preview(table)


def failures(batch: OpeningImport) -> QuerySet[OpeningRow]:
    return batch.outcomes.filter(outcome=OpeningRow.Outcome.REFUSED).order_by("number")


def failures_table(batch: OpeningImport) -> tuple[list[str], Iterator[list[Any]]]:
    """Headings and rows of a file that can be mended and imported again."""
    columns: list[str] = []
    for row in failures(batch).exclude(values=[])[:50]:
        columns += [column for column, _value in row.values if column not in columns]
    rows = failures(batch).iterator(chunk_size=1000)
    return [*columns, _("Row"), _("Why")], (
        [*(dict(row.values).get(column, "") for column in columns), row.number, row.sentence] for row in rows
    )
