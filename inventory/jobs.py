"""Long work on goods."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.jobs import Run, Steps, job_kind
from core.models import Job
from core.templatetags.figures import num
from inventory import operations
from inventory.models import ImportBatch, ImportRow

State = ImportBatch.State
ENDS = {Job.State.DONE: State.DONE, Job.State.FAILED: State.REFUSED, Job.State.CANCELLED: State.STOPPED}


def import_ended(job: Job) -> None:
    """Its batch ends as the job did, and says why when that was not the plan."""
    batch = ImportBatch.objects.select_for_update().get(pk=job.params["batch"])
    state = ENDS[Job.State(job.state)]
    assert job.finished_at
    operations.close_import(batch, state, at=job.finished_at, why="" if state == State.DONE else job.sentence)


@job_kind("inventory.import_products", permission="inventory.import_products", ended=import_ended)
def import_products(run: Run) -> Steps:
    """Import an uploaded file of products. After a break its first rows are read again, and only read."""
    batch = ImportBatch.objects.get(pk=run.params["batch"])
    with batch.file.open("rb") as file:
        for counts in operations.import_steps(file.file, batch.file_name, batch, batch.mapping):
            run.advance(counts.total())
            run.count_refused(counts[ImportRow.Outcome.REFUSED])
            yield
    batch.refresh_from_db()
    return _("%(new)s new, %(changed)s changed, %(same)s unchanged, %(refused)s refused.") % {
        "new": num(batch.created),
        "changed": num(batch.updated),
        "same": num(batch.unchanged),
        "refused": num(batch.refused),
    }
