"""Long work on money owed."""

from __future__ import annotations

from itertools import islice
from typing import BinaryIO, cast

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import importing
from core.errors import Refusal
from core.jobs import Run, Steps, job_kind
from core.models import Job
from core.tabular import open_table
from core.templatetags.figures import num
from credit import operations
from credit.models import BankLine, BankStatement, CreditAccount, DunningRun, OpeningImport, OpeningRow
from credit.operations import bank_files, imports, openings

LINES_AT_ONCE = 25
ENDS = {
    Job.State.DONE: OpeningImport.State.DONE,
    Job.State.FAILED: OpeningImport.State.REFUSED,
    Job.State.CANCELLED: OpeningImport.State.STOPPED,
}


def reading_ended(job: Job) -> None:
    """A file that could not be read says so on its own page too."""
    if job.state != Job.State.DONE:
        BankStatement.objects.filter(pk=job.params["statement"], state=BankStatement.State.READING).update(
            state=BankStatement.State.REFUSED, problems=[job.sentence]
        )


@job_kind(bank_files.JOB, permission="credit.import_bankstatement", ended=reading_ended)
def read_bank_statement(run: Run) -> Steps:
    """Take in the lines of a large file, all at once, then look what they may be."""
    said = bank_files.take_in(run.params["statement"], at=timezone.now())
    run.cursor["read"] = True
    yield
    bank_files.rescore(run.params["statement"])
    return said


@job_kind("credit.confirm_bank_lines", permission="credit.import_bankstatement")
def confirm_bank_lines(run: Run) -> Steps:
    """Confirm what is suggested for the lines of a statement that are sure enough, one line a step."""
    lines = BankLine.objects.filter(statement=run.params["statement"], state=BankLine.State.OPEN)
    least = int(run.params["least"])
    while True:
        some = list(
            lines.filter(score__gte=least, pk__gt=run.cursor.get("after", 0)).order_by("pk")[:LINES_AT_ONCE]
        )
        if not some:
            break
        for line in some:
            try:
                operations.confirm_best(line, least=least, by=run.by, at=timezone.now())
            except Refusal as refusal:
                run.refuse(line.pk, str(line), refusal.text, url=line.get_absolute_url())
            run.cursor["after"] = line.pk
            run.advance()
            yield
    bank_files.rescore(run.params["statement"])
    booked = run.done - run.job.refused
    return _("%(booked)s of %(all)s confirmed.") % {"booked": booked, "all": run.done}


def dunning_ended(job: Job) -> None:
    """A run whose job was cancelled or failed goes no further."""
    if job.state != Job.State.DONE and (run := DunningRun.objects.filter(pk=job.params["run"]).first()):
        operations.stop_run(run, at=job.finished_at or timezone.now())


@job_kind("credit.run_dunning", permission="credit.run_dunning", ended=dunning_ended)
def run_dunning(run: Run) -> Steps:
    """Remind everybody a dunning run is for, one customer a step."""
    asked = DunningRun.objects.get(pk=run.params["run"])
    for _step in operations.go_through(asked, at=timezone.now()):
        run.advance()
        yield
    asked.refresh_from_db()
    return _("%(queued)s written to, %(calls)s to call, %(left)s left out.") % {
        "queued": num(asked.queued),
        "calls": num(asked.calls),
        "left": num(asked.left_out),
    }


@job_kind("credit.charge_fees", permission="credit.charge_latefee")
def charge_fees(run: Run) -> Steps:
    """Charge the late fees that are due, one account a step."""
    keys = run.params["accounts"]
    run.total = len(keys)
    left = CreditAccount.objects.filter(pk__in=keys, pk__gt=run.cursor.get("after", 0)).order_by("pk")
    at = timezone.now()
    for account in left:
        made = operations.charge_fees(account, on=timezone.localdate(at), by=run.by, at=at)
        run.cursor["fees"] = run.cursor.get("fees", 0) + len(made)
        run.cursor["after"] = account.pk
        run.advance()
        yield
    return _("%(fees)s late fees charged.") % {"fees": num(run.cursor.get("fees", 0))}


def opening_ended(job: Job) -> None:
    """Its import ends as the job did, and says why when that was not the plan."""
    batch = OpeningImport.objects.select_for_update().get(pk=job.params["batch"])
    state = ENDS[Job.State(job.state)]
    why = "" if state == OpeningImport.State.DONE else job.sentence
    openings.close_opening(batch, state, at=job.finished_at or timezone.now(), why=why)


@job_kind(openings.JOB, permission="credit.import_openings", ended=opening_ended)
def import_openings(run: Run) -> Steps:
    """Check the whole file, then book it. After a break it is checked again, and goes on with what is not booked."""
    batch = OpeningImport.objects.get(pk=run.params["batch"])
    with batch.file.open("rb") as file:
        for counts in openings.opening_steps(file.file, batch, by=run.by):
            run.advance(counts.total())
            run.count_refused(counts[OpeningRow.Outcome.REFUSED])
            yield
    return _("%(new)s documents booked, %(known)s were there already, %(refused)s refused.") % {
        "new": num(batch.created),
        "known": num(batch.known),
        "refused": num(batch.refused),
    }


@job_kind(openings.UNDO_JOB, permission="credit.import_openings")
def undo_openings(run: Run) -> Steps:
    """Take back one document after another."""
    batch = OpeningImport.objects.get(pk=run.params["batch"])
    rows = batch.outcomes.filter(outcome=OpeningRow.Outcome.CREATED)
    while some := list(rows.filter(number__gt=run.cursor.get("after", 0)).order_by("number")[:LINES_AT_ONCE]):
        for row in some:
            try:
                openings.take_back_row(row, reason=batch.undone_why, by=run.by, at=timezone.now())
            except Refusal as refusal:
                run.refuse(row.number, row.document, refusal.text)
            run.cursor["after"] = row.number
            run.advance()
        yield
    return _("%(number)s documents taken back.") % {"number": num(run.done - run.job.refused)}


@job_kind(imports.JOB, permission="credit.import_creditaccount")
def import_accounts(run: Run) -> Steps:
    """Set limits and terms row by row. After a break it goes on behind the last row that was done."""
    with (
        default_storage.open(run.params["file"]) as file,
        open_table(cast(BinaryIO, file.file), run.params["name"]) as table,
    ):
        columns = importing.check_mapping(
            imports.FIELDS, imports.REQUIRED, run.params["mapping"], table.headers
        )
        for row in islice(table.rows, run.cursor.get("after", 0), None):
            try:
                if row.problem:
                    raise Refusal(row.problem)
                values = importing.read_cells(imports.FIELDS, imports.REQUIRED, row.cells, columns)
                with transaction.atomic():
                    changed = imports.import_account(values, by=run.by, at=timezone.now())
                run.cursor["changed"] = run.cursor.get("changed", 0) + changed
            except Refusal as refusal:
                run.cursor["refused"] = run.cursor.get("refused", 0) + 1
                run.refuse(row.number, " · ".join(filter(None, row.cells[:4])), refusal.text)
            run.cursor["after"] = run.cursor.get("after", 0) + 1
            run.advance()
            yield
    done, changed, refused = (run.cursor.get(name, 0) for name in ("after", "changed", "refused"))
    return _("%(changed)s changed, %(same)s unchanged, %(refused)s refused.") % {
        "changed": num(changed),
        "same": num(done - changed - refused),
        "refused": num(refused),
    }
