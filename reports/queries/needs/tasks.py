"""What a person has to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Task
from core.dates import local_date
from core.screens import Action
from core.templatetags.figures import day

from .need import EACH, Need


def tasks_due(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """The own tasks that are late; those of today stand beside, under “Tasks today”."""
    rows = Task.objects.filter(assignee=user).late(at).order_by("due_on", "due_time", "pk")
    for task in rows[:EACH]:
        due = dt.datetime.combine(task.due_on, task.due_time or dt.time(), at.tzinfo)
        yield Need(
            75,
            "task",
            task.title,
            " · ".join(filter(None, [_("due %(day)s") % {"day": day(task.due_on)}, task.about_label])),
            due,
            task.get_absolute_url(),
            Action(
                _("Done"),
                href=f"{reverse('accounts:task_finish', args=[task.pk])}?next=/",
                post=True,
                icon="check",
            ),
            "warn" if task.due_on == local_date(at) else "bad",
            "clipboard-document-check",
        )
