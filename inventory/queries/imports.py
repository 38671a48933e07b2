"""What an import will do, and what it did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import importing
from core.importing import Preview
from core.tabular import open_table
from inventory.device_files import open_list
from inventory.models import DeviceImport, DeviceImportRow, ImportBatch, ImportRow


def preview(batch: ImportBatch) -> Preview:
    with batch.file.open("rb") as file, open_table(file.file, batch.file_name) as table:
        return importing.preview(table)


def failures(batch: ImportBatch) -> QuerySet[ImportRow]:
    return batch.outcomes.filter(outcome=ImportRow.Outcome.REFUSED).order_by("number")


def failures_table(batch: ImportBatch) -> tuple[list[str], Iterator[list[Any]]]:
    """Headings and rows of a file that can be mended and imported again."""
    return _table(failures(batch))


def device_preview(batch: DeviceImport) -> Preview:
    with batch.file.open("rb") as file, open_list(file.file, batch.file_name) as table:
        return importing.preview(table)


def device_failures(batch: DeviceImport) -> QuerySet[DeviceImportRow]:
    return batch.outcomes.filter(outcome=DeviceImportRow.Outcome.REFUSED).order_by("number")


def device_failures_table(batch: DeviceImport) -> tuple[list[str], Iterator[list[Any]]]:
    """The same of a list of phones."""
    return _table(device_failures(batch))


def _table(refused: QuerySet[Any]) -> tuple[list[str], Iterator[list[Any]]]:
    first = refused.first()
    columns = [column for column, _value in first.values] if first else []
    return [*columns, _("Row"), _("Why")], (
        [*(value for _column, value in row.values), row.number, row.sentence]
        for row in refused.iterator(chunk_size=1000)
    )
