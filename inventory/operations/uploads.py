"""An import from the page: the file is kept, its columns are confirmed, a worker does the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from core import jobs
from core.errors import Refusal
from core.tabular import open_table
from inventory.importing import check_mapping, guess_mapping
from inventory.models import ImportBatch

JOB = "inventory.import_products"
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
def start_import(batch: ImportBatch, mapping: Mapping[str, str], *, by: Any, at: dt.datetime) -> ImportBatch:
    """Hand an uploaded file to a worker. Started twice it runs once."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != State.UPLOADED:
        return batch
    with batch.file.open("rb") as file, open_table(file.file, batch.file_name) as table:
        check_mapping(mapping, table.headers)
    batch.mapping, batch.state = dict(mapping), State.WAITING
    title = _("Import of %(file)s") % {"file": batch.file_name}
    batch.job = jobs.start(
        JOB,
        title,
        by=by,
        at=at,
        params={"batch": batch.pk},
        total=batch.rows,
        back_url=batch.get_absolute_url(),
    )
    batch.save(update_fields=["mapping", "state", "job"])
    return batch
