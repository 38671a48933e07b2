"""Tasks: written, changed, finished, opened again, handed over, reminded of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Task, User
from accounts.recurrence import next_due
from core import live
from core.dates import local_date
from core.errors import Refusal
from core.notify import notify
from core.rows import insert

CHANGEABLE = frozenset({"title", "note", "due_on", "due_time", "reminder_at", "every", "unit"})
FURTHEST = 366 * 5
"""Days ahead; a task for later is a slip of the finger."""


@transaction.atomic
def add_task(
    title: str,
    *,
    assignee: User,
    due_on: dt.date,
    by: Any,
    at: dt.datetime,
    due_time: dt.time | None = None,
    note: str = "",
    reminder_at: dt.datetime | None = None,
    about: models.Model | None = None,
    every: int | None = None,
    unit: str = "",
    idempotency_key: str | None = None,
) -> Task:
    """Write a task for somebody, perhaps about a record. The same `idempotency_key` gives the first one back.

    Whoever is given a task by somebody else hears of it.
    """
    if idempotency_key and (told := Task.objects.filter(idempotency_key=idempotency_key).first()):
        return told
    task = Task(
        title=title.strip()[:160],
        note=note.strip(),
        assignee=assignee,
        due_on=due_on,
        due_time=due_time,
        reminder_at=reminder_at,
        every=every,
        unit=unit,
        series_on=due_on,
        created_by=by,
        created_at=at,
        idempotency_key=idempotency_key,
    )
    if about is not None:
        task.about_kind, task.about_pk = about._meta.label_lower, about.pk
        task.about_label = str(about)[:200]
        task.about_url = str(getattr(about, "get_absolute_url", str)())[:300]
    _check(task, at=at)
    if insert(task, unless_there=True).pk is None:  # the same form, worked on twice in this very moment
        return Task.objects.get(idempotency_key=idempotency_key)
    _give(task, by=by, at=at)
    _touch(task)
    return task


@transaction.atomic
def change_task(task: Task, values: dict[str, Any], *, by: Any, at: dt.datetime) -> Task:
    """Set some of `CHANGEABLE`. Another day begins the series of a task that comes back anew."""
    unknown = set(values) - CHANGEABLE
    if unknown:
        raise ValueError(f"not to be changed here: {sorted(unknown)}")
    task = _locked(task)
    if task.done_at:
        raise Refusal(_("This task is done. Open it again to change it."), code="done_already")
    before = {name: getattr(task, name) for name in CHANGEABLE}
    for name, value in values.items():
        setattr(task, name, value.strip() if isinstance(value, str) else value)
    if all(getattr(task, name) == before[name] for name in CHANGEABLE):
        return task
    if (task.due_on, task.every, task.unit) != (before["due_on"], before["every"], before["unit"]):
        task.series_on = task.due_on
    if task.reminder_at != before["reminder_at"]:
        task.reminded_at = None
    _check(task, at=at)
    task.save()
    _touch(task)
    return task


@transaction.atomic
def finish_task(task: Task, *, by: Any, at: dt.datetime) -> Task:
    """Say that it is done; twice is once. A task that comes back is written again for its next day."""
    task = _locked(task)
    if task.done_at:
        return task
    task.done_at, task.done_by = at, by
    task.save()
    if task.every:
        _write_next(task, by=by, at=at)
    _touch(task)
    return task


@transaction.atomic
def reopen_task(task: Task, *, by: Any, at: dt.datetime) -> Task:
    """Take "done" back. The next one that finishing wrote goes with it, unless that is done already."""
    task = _locked(task)
    if not task.done_at:
        return task
    following = Task.objects.select_for_update().filter(follows=task).first()
    if following and following.done_at:
        raise Refusal(_("The next one is done already; this one stays done."), code="next_is_done")
    if following:
        following.delete()
    task.done_at = task.done_by = None
    task.save()
    _touch(task)
    return task


@transaction.atomic
def hand_over_task(task: Task, to: User, *, by: Any, at: dt.datetime) -> Task:
    """Give a task to somebody else, who hears of it. Refuses people who no longer log in."""
    task = _locked(task)
    if task.done_at:
        raise Refusal(_("This task is done."), code="done_already")
    if task.assignee_id == to.pk:
        return task
    before, task.assignee = task.assignee, to
    _check(task, at=at)
    task.save()
    _give(task, by=by, at=at)
    _touch(task)
    live.touch(before)
    return task


def remind(*, at: dt.datetime) -> int:
    """Remind of what wants it by now, each once; how many. Two workers beside each other remind once, too."""
    due = Task.objects.open().filter(reminder_at__lte=at, reminded_at__isnull=True)
    reminded = 0
    for pk in list(due.order_by("reminder_at").values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            task = due.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            if task is None:
                continue
            Task.objects.filter(pk=pk).update(reminded_at=at)
            notify(
                [task.assignee],
                "task.reminder",
                format_lazy(gettext_lazy("Task: {title}"), title=task.title),
                key=f"task:{pk}:reminder:{task.reminder_at:%Y%m%d%H%M}",
                url=task.get_absolute_url(),
                tone="info",
                at=at,
            )
            reminded += 1
    return reminded


def _locked(task: Task) -> Task:
    return Task.objects.select_for_update(of=("self",)).select_related("assignee").get(pk=task.pk)


def _check(task: Task, *, at: dt.datetime) -> None:
    if not task.title:
        raise Refusal(_("Say what is to be done."), code="no_title", field="title")
    if len(task.title) > 160:
        raise Refusal(_("Say it in 160 letters; the rest is a note."), code="too_long", field="title")
    if len(task.note) > 1000:
        raise Refusal(_("A note has at most 1,000 letters."), code="too_long", field="note")
    if task.due_on.year < 2000 or task.due_on > local_date(at) + dt.timedelta(days=FURTHEST):
        raise Refusal(
            _("%s is not a day to plan for.") % task.due_on.isoformat(), code="strange_day", field="due_on"
        )
    if bool(task.every) != bool(task.unit):
        raise Refusal(_("Say how often it comes back."), code="no_unit", field="unit")
    if not task.assignee.is_active:
        raise Refusal(_("%s no longer logs in.") % task.assignee, code="not_active", field="assignee")


def _write_next(task: Task, *, by: Any, at: dt.datetime) -> None:
    assert task.every
    due_on = next_due(task.series_on, task.due_on, task.every, task.unit, after=local_date(at))
    later = due_on - task.due_on
    Task.objects.create(
        title=task.title,
        note=task.note,
        assignee=task.assignee,
        due_on=due_on,
        due_time=task.due_time,
        reminder_at=task.reminder_at + later if task.reminder_at else None,
        about_kind=task.about_kind,
        about_pk=task.about_pk,
        about_label=task.about_label,
        about_url=task.about_url,
        every=task.every,
        unit=task.unit,
        series_on=task.series_on,
        follows=task,
        created_by=by,
        created_at=at,
    )


def _give(task: Task, *, by: Any, at: dt.datetime) -> None:
    notify(
        [task.assignee],
        "task.given",
        format_lazy(gettext_lazy("{who} gave you a task: {title}"), who=by or "Tradeline", title=task.title),
        key=f"task:{task.pk}:given:{task.assignee_id}:{at:%Y%m%d%H%M%S}",
        url=task.get_absolute_url(),
        by=by,
        at=at,
    )


def _touch(task: Task) -> None:
    about = f"{task.about_kind}:{task.about_pk}" if task.about_kind else None
    live.touch(task, about, task.assignee)
