"""Opening balances, document by document: checked whole against the total that was given, then booked in one go.

Nothing is booked unless the file comes to its control totals. Then customers are added, and a thousand documents at a
time are one transaction: invoices, what was paid on them before, ledger and balances together. A run that dies goes
on with what is not booked yet; a file that was imported before adds nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs
from core.dates import local_date
from core.errors import Refusal
from core.importing import guess_mapping
from core.tabular import open_table
from credit.models import OpeningImport, OpeningRow
from credit.openings import FIELDS, Line
from customers.operations import add_customer

from .credit_notes import void_invoice
from .opening_books import book_openings
from .opening_check import AT_ONCE, Checked, check_opening, reconcile, style_of
from .payments import reverse_payment

JOB, UNDO_JOB = "credit.import_openings", "credit.undo_openings"
CUSTOMERS_AT_ONCE = 200
State, Outcome = OpeningImport.State, OpeningRow.Outcome


# --- asking for it -----------------------------------------------------------------------------------------------
@transaction.atomic
def accept_opening(
    file: File[bytes], *, as_of: dt.date, by: Any, at: dt.datetime, **options: Any
) -> OpeningImport:
    """Keep an uploaded table. Refuses what is no table, a day to come, and a file without a control total.

    `options`: `unknown`, `currency`, `method`, `control_amount`, `control_open` of `OpeningImport`.
    """
    _must_have_control(options.get("control_amount"), options.get("control_open"))
    if as_of > local_date(at):
        raise Refusal(_("The day of the balances can't lie in the future."), field="as_of")
    name = (file.name or "")[:240]
    with open_table(file, name) as table:  # type: ignore[arg-type]
        mapping = guess_mapping(FIELDS, table.headers)
        rows = sum(1 for _row in table.rows)
    if not rows:
        raise Refusal(_("The file has a heading but no rows."), field="file")
    file.seek(0)
    return OpeningImport.objects.create(
        file_name=name,
        file=file,
        mapping=mapping,
        rows=rows,
        state=State.UPLOADED,
        as_of=as_of,
        by=by,
        at=at,
        **options,
    )


def _must_have_control(*totals: Decimal | None) -> None:
    if all(total is None for total in totals):
        raise Refusal(
            _("Say what the file must come to: the total of the documents, or what is still open on them."),
            code="no_control_total",
            field="control_open",
        )


@transaction.atomic
def start_opening(
    batch: OpeningImport, mapping: Mapping[str, str], *, days: str, by: Any, at: dt.datetime
) -> OpeningImport:
    """Hand an uploaded file to a worker. Started twice it runs once."""
    batch = OpeningImport.objects.select_for_update().get(pk=batch.pk)
    if batch.state != State.UPLOADED:
        return batch
    batch.mapping, batch.days, batch.state = dict(mapping), days, State.WAITING
    with batch.file.open("rb") as file:
        style_of(file.file, batch)
    batch.job = jobs.start(
        JOB,
        _("Opening balances of %(file)s") % {"file": batch.file_name},
        by=by,
        at=at,
        params={"batch": batch.pk},
        total=batch.rows,
        back_url=batch.get_absolute_url(),
    )
    batch.save(update_fields=["mapping", "days", "state", "job"])
    return batch


def import_receivables(
    file: BinaryIO,
    *,
    name: str,
    mapping: Mapping[str, str],
    days: str = "",
    by: Any,
    at: dt.datetime,
    **options: Any,
) -> OpeningImport:
    """The whole import at once, as the command does it. A file or total that can't be used is a Refusal."""
    _must_have_control(options.get("control_amount"), options.get("control_open"))
    batch = OpeningImport.objects.create(
        file_name=Path(name).name[:240], mapping=dict(mapping), days=days, by=by, at=at, **options
    )
    try:
        for _done in opening_steps(file, batch, by=by):
            pass
    except Refusal as refusal:
        close_opening(batch, State.REFUSED, at=timezone.now(), why=refusal.text)
        raise
    close_opening(batch, State.DONE, at=timezone.now())
    return batch


def close_opening(batch: OpeningImport, state: str, *, at: dt.datetime, why: str = "") -> None:
    """The end of a run, as it came."""
    batch.state, batch.refusal, batch.finished_at = state, why[:500], at
    batch.save(update_fields=["state", "refusal", "finished_at"])


# --- booking -----------------------------------------------------------------------------------------------------
def opening_steps(file: BinaryIO, batch: OpeningImport, *, by: Any) -> Iterator[Counter[str]]:
    """Check, reconcile, book: what became of the rows of each step."""
    OpeningImport.objects.filter(pk=batch.pk).update(state=State.RUNNING)
    checked = check_opening(file, batch)
    done = set(batch.outcomes.values_list("number", flat=True))
    with transaction.atomic():
        counts = _note(batch, checked, done)
    yield counts  # outside the transaction: what is refused stays, whatever the totals come to
    reconcile(batch, checked.amount, checked.open)
    customers = dict(checked.customers)
    unknown = list(checked.unknown.items())
    for begin in range(0, len(unknown), CUSTOMERS_AT_ONCE):
        with transaction.atomic():
            for who, line in unknown[begin : begin + CUSTOMERS_AT_ONCE]:
                customers[who] = _add(line, batch, by=by)
            batch.save(update_fields=["customers_added"])
        yield Counter()
    lines = sorted(
        (line for line in checked.new if line.number not in done),
        key=lambda line: (customers[line.who], line.issued),
    )
    for begin in range(0, len(lines), AT_ONCE):
        some = lines[begin : begin + AT_ONCE]
        book_openings(batch, [(customers[line.who], line) for line in some], by=by, at=timezone.now())
        yield Counter({Outcome.CREATED: len(some)})


def _note(batch: OpeningImport, checked: Checked, done: set[int]) -> Counter[str]:
    """Keep what is refused and what is there already, once."""
    rows = [row for row in checked.refused if row.number not in done]
    rows += [
        OpeningRow(
            batch=batch,
            number=line.number,
            outcome=Outcome.KNOWN,
            document=line.told[:40],
            customer_id=invoice.account.customer_id,
            invoice=invoice,
        )
        for line, invoice in checked.known
        if line.number not in done
    ]
    OpeningRow.objects.bulk_create(rows, batch_size=AT_ONCE)
    counts = Counter(str(row.outcome) for row in rows)
    batch.amount, batch.open = checked.amount, checked.open
    batch.refused += counts[Outcome.REFUSED]
    batch.known += counts[Outcome.KNOWN]
    batch.rows = len(checked.new) + len(checked.known) + len(checked.refused)
    batch.save(update_fields=["amount", "open", "refused", "known", "rows"])
    return counts


def _add(line: Line, batch: OpeningImport, *, by: Any) -> int:
    """A customer who is only known from this file. Told again, the same one."""
    customer = add_customer(
        by=by,
        at=timezone.now(),
        name=line.name or line.code or line.phone,
        phone=line.phone,
        account_number=line.code or None,
        currency=batch.currency,
        duplicate_reason=_("Opening balances of %s") % batch.file_name,
        idempotency_key=f"opening:{batch.pk}:{line.number}",
    )
    batch.customers_added += 1
    return customer.pk


# --- taking it back ----------------------------------------------------------------------------------------------
@transaction.atomic
def start_undo(batch: OpeningImport, reason: str, *, by: Any, at: dt.datetime) -> OpeningImport:
    """Have a worker take back a whole import: a credit note over each document, a reversal of each payment."""
    if not reason.strip():
        raise Refusal(_("Say why the import is taken back."), code="no_reason", field="reason")
    batch = OpeningImport.objects.select_for_update().get(pk=batch.pk)
    if batch.state not in {State.DONE, State.STOPPED}:
        raise Refusal(_("Only an import that has ended can be taken back."))
    if batch.undone_at is not None:
        return batch
    batch.undone_at, batch.undone_by, batch.undone_why = at, by, reason.strip()[:240]
    title = _("Take back %(file)s") % {"file": batch.file_name}
    batch.job = jobs.start(
        UNDO_JOB,
        title,
        by=by,
        at=at,
        params={"batch": batch.pk},
        total=batch.created,
        back_url=batch.get_absolute_url(),
        idempotency_key=f"opening_undo:{batch.pk}",
    )
    batch.save(update_fields=["undone_at", "undone_by", "undone_why", "job"])
    return batch


@transaction.atomic
def take_back_row(row: OpeningRow, *, reason: str, by: Any, at: dt.datetime) -> None:
    """Reverse what was paid before and void the document; what was paid since stays as unallocated money."""
    row = (
        OpeningRow.objects.select_for_update(of=("self",))
        .select_related("invoice__account", "payment__account")
        .get(pk=row.pk)
    )
    if row.outcome != Outcome.CREATED or row.invoice is None:
        return
    if row.payment is not None:
        reverse_payment(row.payment, reason=reason, by=by, at=at)
    row.invoice.refresh_from_db()
    void_invoice(row.invoice, reason=reason, by=by, at=at)
    row.outcome = Outcome.TAKEN_BACK
    row.save(update_fields=["outcome"])
