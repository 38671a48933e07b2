"""What people type about tasks. Forms check; operations write."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField

from .models import Task, User

MORNING = dt.time(9)
"""When the day of a task without a time begins to count."""
REMINDERS = [
    ("", gettext_lazy("no")),
    ("0", gettext_lazy("when it is due")),
    ("15", gettext_lazy("15 minutes before")),
    ("60", gettext_lazy("an hour before")),
    ("1440", gettext_lazy("a day before")),
]


class TimeInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class TaskForm(forms.Form):
    """What, by when, and whether it comes back."""

    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=160)
    due_on = DateField(label=gettext_lazy("Day"))
    due_time = forms.TimeField(label=gettext_lazy("Time"), required=False, widget=TimeInput)
    reminder = forms.ChoiceField(label=gettext_lazy("Remind"), required=False, choices=REMINDERS)
    unit = forms.ChoiceField(
        label=gettext_lazy("Comes back"),
        required=False,
        choices=[("", gettext_lazy("no")), *Task.Unit.choices],
    )
    every = forms.IntegerField(
        label=gettext_lazy("Every so many"), required=False, min_value=1, max_value=366
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_due_on(self) -> dt.date:
        on: dt.date = self.cleaned_data["due_on"]
        if not 2000 <= on.year <= 2199:
            raise forms.ValidationError(_("%s is not a day to plan for.") % on.isoformat())
        return on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("every") and not cleaned.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Days, weeks or months?"))
        if cleaned.get("unit") and not cleaned.get("every") and "every" not in self.errors:
            cleaned["every"] = 1
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the operations take."""
        told = self.cleaned_data
        return {
            "title": told["title"],
            "note": told["note"],
            "due_on": told["due_on"],
            "due_time": told["due_time"],
            "reminder_at": reminder_at(told["due_on"], told["due_time"], told["reminder"]),
            "every": told["every"] if told["unit"] else None,
            "unit": told["unit"],
        }


class NewTaskForm(TaskForm):
    """A task for oneself or somebody else, perhaps about a record."""

    assignee = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Who"), empty_label=None)
    about = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    field_order = ["title", "due_on", "due_time", "assignee"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assignee: Any = self.fields["assignee"]
        assignee.queryset = people()


class HandOverForm(forms.Form):
    """Who does it from now on."""

    assignee = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("To whom"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assignee: Any = self.fields["assignee"]
        assignee.queryset = people()


def people() -> Any:
    """Those who can be given a task."""
    return User.objects.filter(is_active=True).order_by("name", "pk")


def reminder_at(due_on: dt.date, due_time: dt.time | None, minutes: str) -> dt.datetime | None:
    """The moment so many minutes before it is due."""
    if not minutes:
        return None
    due = timezone.make_aware(dt.datetime.combine(due_on, due_time or MORNING))
    return due - dt.timedelta(minutes=int(minutes))


def reminder_of(task: Task) -> str:
    """The choice that a stored reminder is; "" when it is none of them."""
    due = timezone.make_aware(dt.datetime.combine(task.due_on, task.due_time or MORNING))
    minutes = str(int((due - task.reminder_at).total_seconds() // 60)) if task.reminder_at else ""
    return minutes if minutes in dict(REMINDERS) else ""
