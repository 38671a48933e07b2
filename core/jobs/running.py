"""The worker's side: one turn at one job, step by step."""

from __future__ import annotations

import time
from typing import IO, Any

import structlog
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.history import acting
from core.models import Job, JobFailure
from core.tasks import send_now

from . import files
from .asking import stopped_after
from .ending import TakenOver, end
from .kinds import Kind, Steps, kind_of
from .turns import claim, still_mine

TURN = 20.0
"""Seconds after which a job goes to the end of the queue, so that messages and short work are not kept waiting."""
MOST_ATTEMPTS = 3
log = structlog.get_logger(__name__)


class Run:
    """What a runner has in hand: what was asked, where to go on, and how to say how far it is."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.by: Any = job.by
        self.params: dict[str, Any] = job.params
        self.cursor: dict[str, Any] = job.cursor
        self.failures: list[JobFailure] = []

    @property
    def total(self) -> int | None:
        return self.job.total

    @total.setter
    def total(self, number: int | None) -> None:
        self.job.total = number

    @property
    def done(self) -> int:
        """Pieces that were looked at, refused ones too."""
        return self.job.done

    def advance(self, pieces: int = 1) -> None:
        """So many more pieces are through. A total that turns out too small grows."""
        self.job.done += pieces
        if self.job.total is not None:
            self.job.total = max(self.job.total, self.job.done)

    def refuse(self, number: int, what: str, sentence: str, *, url: str = "") -> None:
        """This piece could not be done, and why; `number` is its row. It counts as done when `advance` says so."""
        self.failures.append(
            JobFailure(job=self.job, number=number, what=what[:200], sentence=sentence[:300], url=url[:200])
        )

    def count_refused(self, pieces: int) -> None:
        """So many more were refused, and why is kept elsewhere (at `back_url`)."""
        self.job.refused += pieces

    def keep(self, name: str, content: bytes | IO[bytes]) -> None:
        """Store the file that the work was for."""
        files.keep_result(self.job, name, content)


def run_job(job_id: int) -> None:
    """Work on a job for a while, when nobody else does; then hand it on. Safe to call twice and at once."""
    job = claim(job_id)
    if job is None:
        return
    language = getattr(job.by, "language", "") or translation.get_language()
    with acting(by=job.by, via="task", where=f"job {job.kind} {job.pk}"), translation.override(language):
        try:
            _work(job)
        except TakenOver:
            log.warning("job_taken_over", job=job.pk, kind=job.kind)
        except Refusal as refusal:
            _fail(job, refusal.text)
        except Exception:
            log.exception("job_stumbled", job=job.pk, kind=job.kind, attempts=job.attempts + 1)
            _stumble(job)


def _work(job: Job) -> None:
    kind = kind_of(job.kind)
    if kind is None:
        raise Refusal(_("This version of the system does not know such work any more."))
    if job.attempts >= MOST_ATTEMPTS:
        raise Refusal(_given_up(job))
    run = Run(job)
    steps = kind.runner(run)
    before = _mark(job)
    until = time.monotonic() + TURN
    try:
        while _step(run, kind, steps, before):
            if time.monotonic() > until:
                _hand_on(job)
                return
    finally:
        steps.close()


def _step(run: Run, kind: Kind, steps: Steps, before: Any) -> bool:
    """One step in one transaction; whether there is another."""
    job, begun = run.job, time.monotonic()
    with transaction.atomic():
        if not still_mine(job):
            raise TakenOver
        if job.cancel_asked_at is not None:
            end(job, Job.State.CANCELLED, stopped_after(job), at=timezone.now())
            return False
        if not kind.still_allows(job):
            raise Refusal(_("Whoever asked for it may not do this any more."))
        sentence = None
        try:
            next(steps)
        except StopIteration as finished:
            sentence = finished.value or _("Done.")
        job.worked += time.monotonic() - begun
        _write_failures(run)
        if sentence is not None:
            if job.total is None:
                job.total = job.done
            end(job, Job.State.DONE, sentence, at=timezone.now())
            return False
        if _mark(job) != before:
            job.attempts = 0  # it came further, so it did not stop at the same place
        _save(job)
    return True


def _mark(job: Job) -> Any:
    """How far it is, to see whether it moves."""
    return job.done, str(job.cursor)


def _write_failures(run: Run) -> None:
    if not run.failures:
        return
    known = set(run.job.failures.filter(number__in=[f.number for f in run.failures]).values_list("number"))
    new = {failure.number: failure for failure in run.failures if (failure.number,) not in known}
    JobFailure.objects.bulk_create(new.values())
    run.job.refused += len(new)
    run.failures.clear()


def _save(job: Job) -> None:
    mine = Job.objects.filter(pk=job.pk, claim=job.claim, state=Job.State.RUNNING)
    written = mine.update(
        total=job.total,
        done=job.done,
        refused=job.refused,
        cursor=job.cursor,
        worked=job.worked,
        attempts=job.attempts,
        result=job.result.name or "",
        result_name=job.result_name,
        beat_at=timezone.now(),
    )
    if not written:
        raise TakenOver


def _hand_on(job: Job) -> None:
    """Let go, and ask for the next turn. Should the broker be away, the sweep asks."""
    Job.objects.filter(pk=job.pk, claim=job.claim).update(worker="", beat_at=timezone.now())
    send_now("core.run_job", job_id=job.pk)


def _stumble(job: Job) -> None:
    """A step broke and left nothing behind. Try again in a while, unless it was once too often."""
    before = Job.objects.get(pk=job.pk)
    if before.claim != job.claim:
        return
    before.attempts += 1
    if before.attempts >= MOST_ATTEMPTS:
        _fail(before, _given_up(before))
        return
    Job.objects.filter(pk=job.pk, claim=job.claim).update(
        worker="", attempts=before.attempts, beat_at=timezone.now()
    )


def _fail(job: Job, sentence: str) -> None:
    """End as failed, as it stood after the last step that was kept."""
    with transaction.atomic():
        kept = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if kept.claim == job.claim and kept.under_way:
            end(kept, Job.State.FAILED, sentence, at=timezone.now())


def _given_up(job: Job) -> str:
    return _(
        "It stopped at the same place %(times)s times and was given up. What was done before stays. "
        "Whoever runs the system finds why in the log, under job %(number)s."
    ) % {"times": MOST_ATTEMPTS, "number": job.pk}
