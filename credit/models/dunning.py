"""Reminding of what is due: how hard and when, when not, who was reminded of what."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.history import frozen_except, tracked
from customers.models import Customer
from customers.models.choices import Channel
from messaging.events import DUNNING, EVENTS

from .account import CreditAccount
from .invoice import Invoice

CALL = "call"
"""The channel of a reminder that no message can bring."""
EARLIEST, LATEST = -60, 720


class Weekday(models.IntegerChoices):
    """As Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


def dunning_events() -> list[tuple[str, str | Promise]]:
    return [(event, EVENTS[event].name) for event in DUNNING]


def item_channels() -> list[tuple[str, str | Promise]]:
    return [*Channel.choices, (CALL, _("Call"))]


class DunningLevelQuerySet(models.QuerySet["DunningLevel"]):
    def in_force(self) -> DunningLevelQuerySet:
        return self.filter(is_active=True).order_by("days")


@tracked()
class DunningLevel(models.Model):
    """One step of reminding: so many days after an invoice is due (negative: before). Their days are their order.

    Without `channels` the customer hears on the first of its own that works; with some, once on each of them.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    days = models.SmallIntegerField(
        _("days after the due date"),
        unique=True,
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
        help_text=_("Negative: so many days before it is due."),
    )
    event = models.CharField(_("text"), max_length=60, choices=dunning_events)
    channels = ArrayField(
        models.CharField(max_length=12, choices=Channel.choices),
        verbose_name=_("channels"),
        default=list,
        blank=True,
        help_text=_("None: the first of the customer's own channels that works."),
    )
    charges_fee = models.BooleanField(_("charges the late fee"), default=False)
    tells_representative = models.BooleanField(_("tells the representative"), default=False)
    asks_for_call = models.BooleanField(_("asks for a call"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = DunningLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("dunning level")
        verbose_name_plural = _("dunning levels")
        ordering = ["days"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=EARLIEST) & Q(days__lte=LATEST), name="level_within_two_years"
            )
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class DunningSettings(models.Model):
    """When the automatic run starts, when messages may leave, what is too small or too soon. One row."""

    automatic = models.BooleanField(_("remind by itself every day"), default=False)
    hour = models.PositiveSmallIntegerField(
        _("hour of the daily run"), default=10, validators=[MaxValueValidator(23)]
    )
    from_hour = models.PositiveSmallIntegerField(
        _("messages leave from"), default=9, validators=[MaxValueValidator(23)]
    )
    until_hour = models.PositiveSmallIntegerField(
        _("and before"), default=20, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    quiet_days = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday.choices),
        verbose_name=_("quiet days"),
        default=list,
        blank=True,
        help_text=_("On these days of the week nobody is reminded."),
    )
    gap_days = models.PositiveSmallIntegerField(
        _("days between two reminders"), default=3, help_text=_("To one customer, whatever comes due.")
    )
    smallest = MoneyField(
        _("smallest amount"),
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("Nobody is reminded of less."),
    )

    class Meta:
        verbose_name = _("dunning settings")
        verbose_name_plural = _("dunning settings")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_row_of_dunning_settings"),
            models.CheckConstraint(
                condition=Q(from_hour__lt=F("until_hour")) & Q(until_hour__lte=24) & Q(hour__lte=23),
                name="dunning_hours_make_a_day",
            ),
            models.CheckConstraint(condition=Q(smallest__gte=0), name="dunning_smallest_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class DunningPauseQuerySet(models.QuerySet["DunningPause"]):
    def visible_to(self, user: Any) -> DunningPauseQuerySet:
        return self.filter(account__customer__in=Customer.objects.visible_to(user))

    def living(self, *, on: dt.date) -> DunningPauseQuerySet:
        """Those that hold on a day."""
        return self.filter(ended_at=None, until__gte=on)


@tracked()
class DunningPause(models.Model):
    """Nobody reminds this customer, or of this one invoice, until the end of a day, and why."""

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="dunning_pauses")
    invoice = models.ForeignKey(
        Invoice,
        verbose_name=_("invoice"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="dunning_pauses",
    )
    reason = models.CharField(_("reason"), max_length=240)
    until = models.DateField(_("until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DunningPauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("dunning pause")
        verbose_name_plural = _("dunning pauses")
        ordering = ["until", "pk"]
        permissions = [("pause_dunning", "Can pause and resume dunning")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "invoice"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="one_living_dunning_pause",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="dunning_pause_has_a_reason"),
        ]
        indexes = [models.Index(fields=["until", "id"], condition=Q(ended_at=None), name="pause_living")]

    def __str__(self) -> str:
        return f"{self.account}: {self.reason}"


class DunningRunQuerySet(models.QuerySet["DunningRun"]):
    def visible_to(self, user: Any) -> DunningRunQuerySet:
        """Runs are about everybody; who sees only some customers sees those in them."""
        return self


class DunningRun(models.Model):
    """One going through of all that is due, on a day. What it said to whom are its notices.

    `key` names the wish: the day of an automatic run, the form of a person's. `after` is how far it has come.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    key = models.CharField(max_length=80, unique=True, editable=False)
    on = models.DateField(_("day"))
    automatic = models.BooleanField(_("automatic"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    customers: Any = models.JSONField(
        default=list, help_text=_("Keys of the customers it is for; none: everybody who is due.")
    )
    without: Any = models.JSONField(default=list, help_text=_("Keys of customers that were unticked."))
    after = models.PositiveBigIntegerField(default=0, editable=False)
    looked_at = models.PositiveIntegerField(_("customers looked at"), default=0)
    queued = models.PositiveIntegerField(_("customers written to"), default=0)
    calls = models.PositiveIntegerField(_("calls asked for"), default=0)
    left_out = models.PositiveIntegerField(_("left out"), default=0)
    fees = models.PositiveIntegerField(_("late fees"), default=0)
    job_id = models.PositiveBigIntegerField(null=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = DunningRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("dunning run")
        verbose_name_plural = _("dunning runs")
        ordering = ["-at", "-pk"]
        permissions = [("run_dunning", "Can run dunning")]
        indexes = [
            models.Index(fields=["-at", "-id"], name="dunning_run_newest_first"),
            models.Index(
                fields=["id"], condition=Q(state__in=["waiting", "running"]), name="dunning_run_going"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("credit:dunning_run_detail", args=[self.pk])


class DunningNoticeQuerySet(models.QuerySet["DunningNotice"]):
    def visible_to(self, user: Any) -> DunningNoticeQuerySet:
        return self.filter(account__customer__in=Customer.objects.visible_to(user))


class DunningNotice(models.Model):
    """What one run came to for one customer: one message (or call) about all that is overdue, at its highest level.

    The message itself is messaging's, under the key `dunning:<pk>`; whether it arrived is read there.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("To be sent")
        SENT = "sent", _("Sent")
        CALL = "call", _("Call")
        CANCELLED = "cancelled", _("Cancelled")
        LEFT_OUT = "left_out", _("Left out")

    run = models.ForeignKey(DunningRun, on_delete=models.PROTECT, related_name="notices")
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="dunning_notices")
    level = models.ForeignKey(
        DunningLevel,
        verbose_name=_("level"),
        null=True,
        on_delete=models.PROTECT,
        related_name="notices",
    )
    currency = CurrencyField(_("currency"))
    amount = MoneyField(_("asked for"), default=0)
    invoices = models.PositiveIntegerField(_("invoices"), default=0)
    state = models.CharField(_("outcome"), max_length=9, choices=State.choices)
    why = models.CharField(_("why"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"))
    settled_at = models.DateTimeField(null=True)

    objects = DunningNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dunning notice")
        verbose_name_plural = _("dunning notices")
        ordering = ["-at", "-pk"]
        triggers = frozen_except("state", "why", "settled_at", "amount", "invoices")
        constraints = [
            models.UniqueConstraint(fields=["run", "account"], name="one_dunning_notice_per_run_and_account"),
            models.CheckConstraint(
                condition=Q(state="left_out") | Q(level__isnull=False), name="dunning_notice_has_a_level"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["left_out", "cancelled"]) | ~Q(why=""), name="left_out_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-at"], name="dunning_notice_by_account"),
            models.Index(fields=["run", "state"], name="dunning_notice_by_run"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"

    @property
    def message_key(self) -> str:
        """The fact its messages are known by."""
        return f"dunning:{self.pk}"


class DunningItem(models.Model):
    """A claim: this invoice (what of it is due on `due_on`) was reminded of at this level, this way.

    The database holds each once. The day tells the parts of a plan from each other, also when another plan replaces it;
    `position` is for the reader. A reminder that was taken back before it left (`dropped_at`) frees its claims.
    """

    CALL = CALL

    notice = models.ForeignKey(DunningNotice, on_delete=models.PROTECT, related_name="items")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="dunning_items")
    position = models.PositiveSmallIntegerField(default=0)
    level = models.ForeignKey(DunningLevel, on_delete=models.PROTECT, related_name="items")
    channel = models.CharField(_("channel"), max_length=12, choices=item_channels)
    amount = MoneyField(_("amount"))
    due_on = models.DateField(_("due"))
    days = models.SmallIntegerField(_("days late"))
    at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reminder of an invoice")
        verbose_name_plural = _("reminders of invoices")
        ordering = ["-at", "-pk"]
        triggers = frozen_except("dropped_at")
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "due_on", "level", "channel"],
                condition=Q(dropped_at__isnull=True),
                name="one_reminder_per_invoice_level_and_channel",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reminder_asks_for_something"),
        ]
        indexes = [models.Index(fields=["invoice", "-at"], name="reminder_by_invoice")]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.position} {self.level_id} {self.channel}"
