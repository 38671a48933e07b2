"""Lists of phones into the catalogue: in batches of rows, an outcome for each row, the same list twice adds nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs
from core.errors import Refusal
from core.tabular import Row
from inventory.device_files import open_list
from inventory.device_items import Device
from inventory.device_lists import check_mapping, guess_mapping, read_device
from inventory.models import DeviceImport, DeviceImportRow

from .devices import Brands, Devices

JOB = "inventory.import_devices"
ROWS_AT_ONCE = 500
State, Outcome = DeviceImport.State, DeviceImportRow.Outcome


@transaction.atomic
def accept_devices(file: File[bytes], *, by: Any, at: dt.datetime) -> DeviceImport:
    """Keep an uploaded list of phones. Refuses what is none; counts its rows and guesses which column is what."""
    name = (file.name or "")[:240]
    with open_list(file, name) as table:  # type: ignore[arg-type]
        rows = sum(1 for _row in table.rows)
        mapping = guess_mapping(table.headers)
    if not rows:
        raise Refusal(_("The file has a heading but no rows."), field="file")
    file.seek(0)
    return DeviceImport.objects.create(
        file_name=name, file=file, mapping=mapping, rows=rows, state=State.UPLOADED, by=by, at=at
    )


@transaction.atomic
def start_devices(
    batch: DeviceImport, mapping: Mapping[str, str], *, by: Any, at: dt.datetime
) -> DeviceImport:
    """Hand an uploaded list to a worker. Started twice it runs once."""
    batch = DeviceImport.objects.select_for_update().get(pk=batch.pk)
    if batch.state != State.UPLOADED:
        return batch
    with batch.file.open("rb") as file, open_list(file.file, batch.file_name) as table:
        check_mapping(mapping, table.headers)
    batch.mapping, batch.state = dict(mapping), State.WAITING
    title = _("Import of phones from %(file)s") % {"file": batch.file_name}
    back, params = batch.get_absolute_url(), {"batch": batch.pk}
    batch.job = jobs.start(JOB, title, by=by, at=at, params=params, total=batch.rows, back_url=back)
    batch.save(update_fields=["mapping", "state", "job"])
    return batch


def import_devices(
    file: BinaryIO,
    *,
    mapping: Mapping[str, str] | None = None,
    by: Any,
    at: dt.datetime,
    name: str,
    dry_run: bool = False,
) -> tuple[DeviceImport, list[DeviceImportRow]]:
    """Import a list of phones here and now; gives the run and the rows it refused. With `dry_run` nothing is kept."""
    with open_list(file, name) as table:
        known = dict(mapping or guess_mapping(table.headers))
        check_mapping(known, table.headers)
    with transaction.atomic():
        batch = DeviceImport.objects.create(file_name=Path(name).name[:240], mapping=known, by=by, at=at)
        if dry_run:
            refused = _run(file, name, batch)
            transaction.set_rollback(True)
    if not dry_run:
        refused = _run(file, name, batch)
    return batch, refused


def _run(file: BinaryIO, name: str, batch: DeviceImport) -> list[DeviceImportRow]:
    for _passed in device_steps(file, name, batch):
        pass
    batch.refresh_from_db()
    close_devices(batch, State.DONE, at=timezone.now())
    return list(batch.outcomes.filter(outcome=Outcome.REFUSED))


def device_steps(file: BinaryIO, name: str, batch: DeviceImport) -> Iterator[Counter[str]]:
    """Import batch by batch of rows; what became of each batch's. Rows that were done before are passed over."""
    with open_list(file, name) as table:
        columns = check_mapping(batch.mapping, table.headers)
        DeviceImport.objects.filter(pk=batch.pk).update(state=State.RUNNING)
        run = _Run(batch, columns, table.headers)
        rows = islice(table.rows, batch.done, None)
        while some := list(islice(rows, ROWS_AT_ONCE)):
            yield run.take(some)


def close_devices(batch: DeviceImport, state: DeviceImport.State, *, at: dt.datetime, why: str = "") -> None:
    """The end of a run, as it came: done, refused or stopped (`why` in a sentence)."""
    batch.state, batch.refusal, batch.finished_at = state, why[:500], at
    if state == State.DONE:
        batch.rows = batch.done
    batch.save(update_fields=["state", "rows", "refusal", "finished_at"])


class _Run:
    """One import on its way, and all phones there are."""

    def __init__(self, batch: DeviceImport, columns: Mapping[str, int], headers: list[str]) -> None:
        self.batch, self.columns, self.headers = batch, columns, headers
        self.devices = Devices(Brands())

    def take(self, rows: list[Row]) -> Counter[str]:
        """A batch of rows in one transaction; again when somebody else wrote the same phones meanwhile."""
        try:
            return self._take(rows)
        except IntegrityError:
            self.devices = Devices(Brands())
            return self._take(rows)

    @transaction.atomic
    def _take(self, rows: list[Row]) -> Counter[str]:
        batch = DeviceImport.objects.select_for_update().get(pk=self.batch.pk)
        outcomes: list[DeviceImportRow] = []
        read: list[tuple[Row, Device]] = []
        for row in rows:
            try:
                if row.problem:
                    raise Refusal(row.problem)
                read.append((row, read_device(row.cells, self.columns)))
            except Refusal as refusal:
                said = list(zip(self.headers, row.cells, strict=True))
                outcomes.append(self._outcome(row, Outcome.REFUSED, sentence=refusal.text[:300], values=said))
        for (row, _device), (model, outcome) in zip(
            read, self.devices.learn(device for _row, device in read), strict=True
        ):
            outcomes.append(self._outcome(row, outcome, device_model=model))
        DeviceImportRow.objects.bulk_create(outcomes)
        counts = Counter(str(outcome.outcome) for outcome in outcomes)
        for name, count in counts.items():
            setattr(batch, name, getattr(batch, name) + count)
        batch.save(update_fields=list(counts))
        return counts

    def _outcome(self, row: Row, outcome: str, **values: Any) -> DeviceImportRow:
        return DeviceImportRow(batch_id=self.batch.pk, number=row.number, outcome=outcome, **values)
