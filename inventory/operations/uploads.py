"""An import from the page: the file is kept, its columns are confirmed, a worker does the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.tabular import open_table
from core.tasks import after_commit, send_now
from inventory.importing import check_mapping, guess_mapping
from inventory.models import ImportBatch

from .imports import import_products

LOST_AFTER = dt.timedelta(minutes=5)
State = ImportBatch.State


@transaction.atomic
def accept_import(file: File[bytes], *, by: Any, at: dt.datetime) -> ImportBatch:
    """Keep an uploaded table. Refuses what is no table; counts its rows and guesses which column is what."""
    name = (file.name or "")[:240]
    with open_table(file, name) as table:  # type: ignore[arg-type]
        rows = sum(1 for _row in table.rows)
        mapping = guess_mapping(table.headers)
    if not rows:
        raise Refusal(_("The file has a heading but no rows."), field="file")
    file.seek(0)
    return ImportBatch.objects.create(
        file_name=name, file=file, mapping=mapping, rows=rows, state=State.UPLOADED, by=by, at=at
    )


@transaction.atomic
def start_import(batch: ImportBatch, mapping: Mapping[str, str], *, at: dt.datetime) -> ImportBatch:
    """Hand an uploaded file to a worker. Started twice it runs once."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != State.UPLOADED:
        return batch
    with batch.file.open("rb") as file, open_table(file.file, batch.file_name) as table:
        check_mapping(mapping, table.headers)
    batch.mapping, batch.state, batch.progressed_at = dict(mapping), State.WAITING, at
    batch.save(update_fields=["mapping", "state", "progressed_at"])
    after_commit("inventory.run_import", batch_id=batch.pk)
    return batch


def run_import(batch: ImportBatch) -> ImportBatch:
    """Do the import, from where it stopped. A refusal is kept on the batch; the person reads it there."""
    if not batch.under_way:
        return batch
    try:
        with batch.file.open("rb") as file:
            return import_products(
                file.file, mapping=batch.mapping, by=batch.by, at=batch.at, name=batch.file_name, batch=batch
            )
    except Refusal:
        return batch


def resume_imports(*, at: dt.datetime) -> int:
    """Send imports again that should be running and have not moved for a while: their worker or task was lost."""
    under_way = ImportBatch.objects.filter(state__in=[State.WAITING, State.RUNNING]).exclude(file="")
    lost = under_way.alias(moved_at=Coalesce("progressed_at", "at")).filter(moved_at__lt=at - LOST_AFTER)
    return sum(send_now("inventory.run_import", batch_id=pk) for pk in lost.values_list("pk", flat=True))
