"""What somebody has to do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Visibility
from core.dates import local_date
from core.history import tracked


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: Any) -> TaskQuerySet:
        """One's own: given to me or by me. Who oversees tasks sees those of the people in sight, too."""
        if not user.is_authenticated:
            return self.none()
        own = Q(assignee=user) | Q(created_by=user)
        if not user.has_perm("accounts.oversee_task"):
            return self.filter(own)
        if user.sees == Visibility.ALL:
            return self
        if user.sees == Visibility.TEAM and user.team_id:
            return self.filter(own | Q(assignee__team_id=user.team_id))
        return self.filter(own)

    def open(self) -> TaskQuerySet:
        return self.filter(done_at__isnull=True)

    def due_by(self, on: dt.date) -> TaskQuerySet:
        """Not done, and due on that day or before it."""
        return self.open().filter(due_on__lte=on)

    def late(self, at: dt.datetime) -> TaskQuerySet:
        """Not done though its day, or its time of the day, has passed."""
        now = timezone.localtime(at)
        return self.open().filter(
            Q(due_on__lt=now.date()) | Q(due_on=now.date(), due_time__lt=now.time().replace(tzinfo=None))
        )


@tracked(exclude=["updated_at", "idempotency_key"])
class Task(models.Model):
    """One thing somebody has to do by a day, or by a time of that day when `due_time` is given.

    `about_kind` and `about_pk` name any record (`customers.customer`, 12) without knowing its app; its words and
    address are kept as they were when the task was written. A task that comes back (`every` 2 `unit` weeks) makes its
    next one when it is finished: `follows` is the one before, `series_on` the first day of them all, so that the
    31st stays the 31st in months that have one.
    """

    class Unit(models.TextChoices):
        DAY = "day", _("days")
        WEEK = "week", _("weeks")
        MONTH = "month", _("months")

    title = models.CharField(_("what"), max_length=160)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="tasks"
    )
    due_on = models.DateField(_("due"))
    due_time = models.TimeField(_("at"), null=True, blank=True)
    reminder_at = models.DateTimeField(_("reminder"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    about_kind = models.CharField(max_length=80, blank=True)
    about_pk = models.PositiveBigIntegerField(null=True, blank=True)
    about_label = models.CharField(_("about"), max_length=200, blank=True)
    about_url = models.CharField(max_length=300, blank=True)
    every = models.PositiveSmallIntegerField(_("again every"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=5, choices=Unit.choices, blank=True)
    series_on = models.DateField(editable=False)
    follows = models.OneToOneField(
        "self", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="next_one"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("written"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)
    idempotency_key = models.CharField(max_length=80, null=True, unique=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]
        permissions = [("oversee_task", "Can see and hand over the tasks of others")]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="task_says_what"),
            models.CheckConstraint(
                condition=Q(every__isnull=True, unit="") | (Q(every__gt=0) & ~Q(unit="")),
                name="task_again_has_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(about_kind="", about_pk__isnull=True)
                | (~Q(about_kind="") & Q(about_pk__isnull=False)),
                name="task_about_names_its_record",
            ),
            models.CheckConstraint(condition=Q(series_on__lte=F("due_on")), name="task_series_begins_before"),
        ]
        indexes = [
            models.Index(
                fields=["assignee", "due_on", "id"],
                condition=Q(done_at__isnull=True),
                name="task_open_of_person",
            ),
            models.Index(fields=["assignee", "-done_at"], name="task_done_of_person"),
            models.Index(fields=["created_by", "due_on"], name="task_by_writer"),
            models.Index(fields=["due_on", "id"], name="task_by_day"),
            models.Index(
                fields=["reminder_at"],
                condition=Q(done_at__isnull=True, reminded_at__isnull=True, reminder_at__isnull=False),
                name="task_to_remind",
            ),
            models.Index(
                fields=["about_kind", "about_pk"], condition=~Q(about_kind=""), name="task_about_record"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("accounts:task_detail", args=[self.pk])

    def is_late(self, at: dt.datetime) -> bool:
        """Not done though its day, or its time of the day, has passed."""
        if self.done_at:
            return False
        if self.due_on != local_date(at) or self.due_time is None:
            return self.due_on < local_date(at)
        return self.due_time < timezone.localtime(at).time()
