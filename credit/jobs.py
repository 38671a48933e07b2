"""Long work on money owed."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.jobs import Run, Steps, job_kind
from core.models import Job
from credit import operations
from credit.models import BankLine, BankStatement
from credit.operations import bank_files

LINES_AT_ONCE = 25


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
