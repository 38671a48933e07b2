"""Tasks: the list, the calendar, one of them, and what is done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import get_format, time_format
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import operations, queries
from accounts.forms import HandOverForm, NewTaskForm, TaskForm, reminder_of
from accounts.models import Task, User
from accounts.recurrence import months_later
from core.screens import (
    LOGGED_IN,
    Action,
    ActionScreen,
    Badge,
    Column,
    Crumb,
    Figure,
    FormScreen,
    ListScreen,
    RecordScreen,
    Screen,
    Tab,
    Way,
)
from core.templatetags.figures import day

TASKS = Crumb(_("Tasks"), "accounts:task_list")
NEW_TASK = Action(_("New task"), "accounts:task_add", tone="primary", icon="plus", ask=True)


class Word(str):
    """A word that knows its tone."""

    tone: str

    def __new__(cls, text: str, tone: str = "") -> Word:
        word = super().__new__(cls, text)
        word.tone = tone
        return word


def task_state(task: Task) -> Word:
    """done; late; today; the day it is due."""
    if task.done_at:
        return Word(gettext_now("done"), "good")
    if task.is_late(timezone.now()):
        return Word(gettext_now("late"), "bad")
    return Word(gettext_now("open"), "warn" if task.due_on == timezone.localdate() else "info")


def due_of(task: Task) -> str:
    """today, 14:00"""
    return f"{day(task.due_on)}, {time_format(task.due_time, 'H:i')}" if task.due_time else day(task.due_on)


def mine(rows: Any, user: Any) -> Any:
    return rows.filter(assignee=user)


class TaskList(ListScreen):
    queryset = Task.objects.select_related("assignee")
    permission_required = LOGGED_IN
    title = _("Tasks")
    columns = [
        Column(_("What"), "title", link=True, sub="about_label", phone="title"),
        Column(_("Due"), due_of, order="due_on", phone="label"),
        Column(_("State"), task_state, kind="status", phone="show"),
        Column(_("Who"), "assignee.name", phone="label"),
        Column(_("Finish"), template="accounts/_task_done.html", phone="figure", file=False),
    ]
    ordering = ["due_on"]
    search_hint = _("What, about whom…")
    tabs = [
        Tab("today", _("Today"), lambda rows, user: mine(rows.due_by(timezone.localdate()), user)),
        Tab("open", _("All of mine"), lambda rows, user: mine(rows.open(), user)),
        Tab("late", _("Overdue"), lambda rows, user: mine(rows.late(timezone.now()), user)),
        Tab("others", _("With others"), lambda rows, user: rows.open().exclude(assignee=user)),
        Tab("done", _("Done"), lambda rows, user: rows.filter(done_at__isnull=False)),
    ]
    actions = [Action(_("Calendar"), "accounts:task_calendar", icon="calendar-days"), NEW_TASK]
    export_permission = ""
    empty = _("Nothing is to be done here. Write down what you would otherwise keep in your head.")
    empty_action = NEW_TASK

    def get_order(self) -> list[str]:
        if self.tab and self.tab.slug == "done" and not self.request.GET.get("sort"):
            return ["-due_on"]
        return super().get_order()

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(title__icontains=text) | rows.filter(about_label__icontains=text)


class TaskCalendar(Screen):
    """A person's own tasks by month or by week: `?view=week&on=2026-11-21`. A table, so that it reads aloud."""

    permission_required = LOGGED_IN
    title = _("Calendar")
    template_name = "accounts/task_calendar.html"
    crumbs = [TASKS]

    @cached_property
    def on(self) -> dt.date:
        try:
            asked = dt.date.fromisoformat(self.request.GET.get("on", "")[:10])
        except ValueError:
            return timezone.localdate()
        return asked if 2000 <= asked.year <= 2199 else timezone.localdate()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        by_week = self.request.GET.get("view") == "week"
        first = (get_format("FIRST_DAY_OF_WEEK") - 1) % 7
        read = queries.week_of if by_week else queries.month_of
        order = [(first + n) % 7 for n in range(7)]
        before, after = (
            (self.on - dt.timedelta(days=7), self.on + dt.timedelta(days=7))
            if by_week
            else (months_later(self.on.replace(day=1), -1), months_later(self.on.replace(day=1), 1))
        )
        return super().get_context_data(
            weeks=read(self.request.user, self.on, today=timezone.localdate(), first_weekday=first),
            weekdays=[(WEEKDAYS[n], WEEKDAYS_ABBR[n]) for n in order],
            view="week" if by_week else "month",
            on=self.on,
            before=before,
            after=after,
            today=timezone.localdate(),
            new_task=NEW_TASK,
            **kwargs,
        )


class TaskDetail(RecordScreen):
    queryset = Task.objects.select_related("assignee", "created_by", "done_by")
    permission_required = LOGGED_IN
    template_name = "accounts/task_detail.html"
    takes_tasks = False
    crumbs = [TASKS]
    context_object_name = "task"

    def subtitle(self, task: Task) -> str:
        return task.about_label

    def badges(self, task: Task) -> Sequence[Badge]:
        state = task_state(task)
        return [Badge(state, state.tone)]

    def figures(self, task: Task) -> Sequence[Figure]:
        return [
            Figure(_("Due"), due_of(task), note=again(task)),
            Figure(_("Who"), task.assignee.name),
        ]

    def actions(self, task: Task) -> Sequence[Action]:
        if task.done_at:
            return [Action(_("Open again"), "accounts:task_reopen", (task.pk,), post=True)]
        return [
            Action(_("Hand over"), "accounts:task_hand_over", (task.pk,), ask=True),
            Action(_("Change"), "accounts:task_change", (task.pk,), ask=True, icon="pencil"),
            Action(_("Done"), "accounts:task_finish", (task.pk,), post=True, tone="primary", icon="check"),
        ]


def again(task: Task) -> str:
    """every week; every 2 months"""
    if not task.every:
        return ""
    words = {
        Task.Unit.DAY: ngettext("every day", "every %(n)d days", task.every),
        Task.Unit.WEEK: ngettext("every week", "every %(n)d weeks", task.every),
        Task.Unit.MONTH: ngettext("every month", "every %(n)d months", task.every),
    }
    return words[Task.Unit(task.unit)] % {"n": task.every}


class BackWhereItWas:
    """After a task is written or done, people go on where they were."""

    request: HttpRequest

    def back(self, otherwise: str) -> str:
        htmx: Any = getattr(self.request, "htmx", None)
        asked = (
            self.request.POST.get("next", "")
            or self.request.GET.get("next", "")
            or (htmx.current_url_abs_path if htmx else "")
            or ""
        )
        safe = url_has_allowed_host_and_scheme(
            asked, {self.request.get_host()}, require_https=self.request.is_secure()
        )
        return asked if asked and safe and "\x00" not in asked else otherwise


class TaskAdd(BackWhereItWas, FormScreen):
    """`?about=customers.customer:12` writes it about that record, when the person may see it."""

    permission_required = LOGGED_IN
    title = _("New task")
    button = _("Save task")
    crumbs = [TASKS]
    form_class = NewTaskForm
    success_message = _("The task is written down.")

    def get_initial(self) -> dict[str, Any]:
        return {"assignee": self.request.user.pk, "due_on": timezone.localdate(), **super().get_initial()}

    @cached_property
    def about(self) -> Model | None:
        asked = self.request.POST.get("about", "") or self.request.GET.get("about", "")
        return queries.find_about(asked, self.request.user)

    def get_title(self) -> str:
        return f"{_('New task')}: {self.about}" if self.about else str(self.title)

    def perform(self, form: NewTaskForm) -> Task:
        return operations.add_task(
            **form.values(),
            assignee=form.cleaned_data["assignee"],
            about=self.about,
            by=self.request.user,
            at=timezone.now(),
            idempotency_key=self.idempotency_key,
        )

    def success_url(self, result: Task) -> str:
        return self.back(result.get_absolute_url())


class TaskChange(FormScreen):
    model = Task
    permission_required = LOGGED_IN
    title = _("Change task")
    button = _("Save")
    crumbs = [TASKS]
    form_class = TaskForm
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        task = self.object
        return {
            **{
                name: getattr(task, name) for name in ("title", "note", "due_on", "due_time", "every", "unit")
            },
            "reminder": reminder_of(task),
        }

    def perform(self, form: TaskForm) -> Task:
        return operations.change_task(self.object, form.values(), by=self.request.user, at=timezone.now())


class TaskHandOver(FormScreen):
    model = Task
    permission_required = LOGGED_IN
    title = _("Hand over")
    button = _("Hand over")
    crumbs = [TASKS]
    form_class = HandOverForm

    def perform(self, form: HandOverForm) -> Task:
        to: User = form.cleaned_data["assignee"]
        return operations.hand_over_task(self.object, to, by=self.request.user, at=timezone.now())

    def success_url(self, result: Task) -> str:
        seen = Task.objects.visible_to(self.request.user).filter(pk=result.pk).exists()
        return result.get_absolute_url() if seen else TASKS.url

    def get_success_message(self, result: Task) -> str:
        return gettext_now("%(name)s does it from now on.") % {"name": result.assignee}


class TaskFinish(BackWhereItWas, ActionScreen):
    """One tap; what was done says so, with the way back."""

    model = Task
    permission_required = LOGGED_IN
    title = _("Done")
    button = _("Done")

    def perform(self, obj: Task) -> Task:
        return operations.finish_task(obj, by=self.request.user, at=timezone.now())

    def success_url(self, obj: Task, result: Task) -> str:
        undo = Way(gettext_now("Undo"), Action("", "accounts:task_reopen", (obj.pk,)).url, post=True)
        text = gettext_now("Done: %(title)s") % {"title": obj.title}
        said = {"text": text, "ways": [undo]}
        messages.success(
            self.request, render_to_string("core/components/_refusal_message.html", said, self.request)
        )
        return self.back(TASKS.url)


class TaskReopen(BackWhereItWas, ActionScreen):
    model = Task
    permission_required = LOGGED_IN
    title = _("Open again")
    button = _("Open again")
    success_message = _("The task is open again.")

    def perform(self, obj: Task) -> Task:
        return operations.reopen_task(obj, by=self.request.user, at=timezone.now())

    def success_url(self, obj: Task, result: Task) -> str:
        return self.back(obj.get_absolute_url())
