"""Places of tasks in the shell."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.nav import Place

from .models import Task


def due_today(user: Any) -> Any:
    """What this person has to do by the end of the day."""
    return Task.objects.filter(assignee=user).due_by(timezone.localdate())


PLACES = [
    Place(
        _("Tasks"),
        "clipboard-document-check",
        "accounts:task_list",
        order=15,
        key="t",
        count=due_today,
        topic="accounts.task",
    ),
]
