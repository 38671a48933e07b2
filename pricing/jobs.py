"""Long work on prices."""

from __future__ import annotations

from collections import Counter

from django.utils import timezone

from core.jobs import Run, Steps, job_kind
from core.models import Job
from pricing.models import PriceImport
from pricing.operations.importing import close_price_import, import_price_steps, said_of

State = PriceImport.State
ENDS = {Job.State.DONE: State.DONE, Job.State.FAILED: State.REFUSED, Job.State.CANCELLED: State.STOPPED}


def import_ended(job: Job) -> None:
    """The import ends as its job did."""
    price_import = PriceImport.objects.select_for_update().get(pk=job.params["price_import"])
    assert job.finished_at
    state = ENDS[Job.State(job.state)]
    why = "" if state == State.DONE else job.sentence
    close_price_import(price_import, state, at=job.finished_at, why=why)


@job_kind("pricing.import_prices", permission="pricing.import_pricerule", ended=import_ended)
def import_prices(run: Run) -> Steps:
    """Set the prices of a file. After a break it goes on at the next row."""
    price_import = PriceImport.objects.select_related("price_list").get(pk=run.params["price_import"])
    with price_import.file.open("rb") as file:
        steps = import_price_steps(
            price_import, file.file, after=run.cursor.get("after", 0), by=run.by, at=timezone.now()
        )
        for outcomes in steps:
            counts = Counter(run.cursor.get("counts", {}))
            for outcome in outcomes:
                counts[outcome.kind] += 1
                run.advance()
                if outcome.why:
                    run.refuse(outcome.number, outcome.what, outcome.why)
            run.cursor |= {"after": outcomes[-1].number, "counts": dict(counts)}
            yield
    return said_of(Counter(run.cursor.get("counts", {})))
