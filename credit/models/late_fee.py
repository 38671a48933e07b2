"""What being late costs: by which rule, who is let off, what was charged."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.history import frozen_except, tracked
from customers.models import Customer

from .account import CreditAccount
from .dunning import DunningLevel, DunningRun
from .invoice import CreditNote, Invoice


@tracked()
class LateFeePolicy(models.Model):
    """How a late fee is counted, for accounts of one currency: flat, or percent of what is overdue for each month late.

    A month late begins when the grace days are over, and again each month after. `flat` is charged once.
    """

    class Kind(models.TextChoices):
        FLAT = "flat", _("a flat amount, once")
        PER_MONTH = "per_month", _("percent of the overdue amount, each month begun")
        PER_DAY = "per_day", _("percent of the overdue amount for each day, each month ended")

    class When(models.TextChoices):
        DAILY = "daily", _("when the grace days are over")
        LEVEL = "level", _("with a dunning level that charges it")

    name = models.CharField(_("name"), max_length=60, unique=True)
    currency = CurrencyField(_("currency"), default=settings.CURRENCY)
    kind = models.CharField(_("counted as"), max_length=9, choices=Kind.choices, default=Kind.PER_MONTH)
    when = models.CharField(_("charged"), max_length=5, choices=When.choices, default=When.DAILY)
    amount = MoneyField(_("amount"), default=0, validators=[MinValueValidator(0)])
    rate = models.DecimalField(
        _("percent"),
        max_digits=7,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    grace_days = models.PositiveSmallIntegerField(_("grace days"), default=0)
    minimum = MoneyField(
        _("at least"),
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("A smaller fee is raised to it."),
    )
    cap = MoneyField(
        _("at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("All fees about one invoice together. Empty: no end."),
    )
    tax_rate = models.DecimalField(
        _("tax rate"),
        max_digits=6,
        decimal_places=3,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    automatic = models.BooleanField(_("charged by itself every day"), default=False)
    on_fees = models.BooleanField(_("fees on fees"), default=False)
    is_active = models.BooleanField(_("in use"), default=False)

    class Meta:
        verbose_name = _("late fee policy")
        verbose_name_plural = _("late fee policies")
        ordering = ["currency", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency"], condition=Q(is_active=True), name="one_late_fee_policy_in_use"
            ),
            models.CheckConstraint(
                condition=Q(kind="flat", amount__gt=0) | (~Q(kind="flat") & Q(rate__gt=0)),
                name="late_fee_policy_charges_something",
            ),
            models.CheckConstraint(
                condition=Q(minimum__gte=0) & (Q(cap__isnull=True) | Q(cap__gt=0)),
                name="late_fee_bounds_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FeeExemptionQuerySet(models.QuerySet["FeeExemption"]):
    def visible_to(self, user: Any) -> FeeExemptionQuerySet:
        return self.filter(account__customer__in=Customer.objects.visible_to(user))

    def living(self, *, on: dt.date) -> FeeExemptionQuerySet:
        return self.filter(ended_at=None).filter(Q(until=None) | Q(until__gte=on))


@tracked()
class FeeExemption(models.Model):
    """This customer pays no late fees, and why; until a day, or until it is ended."""

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="fee_exemptions")
    reason = models.CharField(_("reason"), max_length=240)
    until = models.DateField(_("until"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FeeExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exemption from late fees")
        verbose_name_plural = _("exemptions from late fees")
        ordering = ["-at", "-pk"]
        permissions = [("exempt_from_fees", "Can exempt a customer from late fees")]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at__isnull=True), name="one_living_fee_exemption"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="fee_exemption_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.reason}"


class LateFeeQuerySet(models.QuerySet["LateFee"]):
    def visible_to(self, user: Any) -> LateFeeQuerySet:
        return self.filter(account__customer__in=Customer.objects.visible_to(user))


class LateFee(models.Model):
    """One fee for one period of lateness of an invoice, and the document it became. The database holds each once.

    `period` names it by the day it was due: `2026-11-05.m2` is the second month late, `2026-11-05.level:7` what level 7
    charged.
    """

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="late_fees")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="late_fees")
    period = models.CharField(_("period"), max_length=24)
    policy = models.ForeignKey(LateFeePolicy, on_delete=models.PROTECT, related_name="fees")
    level = models.ForeignKey(DunningLevel, null=True, on_delete=models.PROTECT, related_name="fees")
    run = models.ForeignKey(DunningRun, null=True, on_delete=models.PROTECT, related_name="late_fees")
    base = MoneyField(_("overdue amount"))
    days = models.PositiveSmallIntegerField(_("days late"))
    net = MoneyField(_("net"))
    document = models.OneToOneField(
        Invoice, verbose_name=_("document"), null=True, on_delete=models.PROTECT, related_name="late_fee"
    )
    waived = MoneyField(_("waived"), default=0)
    waived_why = models.CharField(_("why waived"), max_length=240, blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    waived_at = models.DateTimeField(null=True, blank=True)
    notes = models.ManyToManyField(CreditNote, related_name="waived_fees", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("charged"))
    at = models.DateTimeField()

    objects = LateFeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("late fee")
        verbose_name_plural = _("late fees")
        ordering = ["-on", "-pk"]
        permissions = [("charge_latefee", "Can charge late fees"), ("waive_latefee", "Can waive a late fee")]
        triggers = frozen_except("document", "waived", "waived_why", "waived_by", "waived_at")
        constraints = [
            models.UniqueConstraint(fields=["invoice", "period"], name="one_late_fee_per_invoice_and_period"),
            models.CheckConstraint(
                condition=Q(net__gt=0) & Q(waived__gte=0), name="late_fee_charges_something"
            ),
        ]
        indexes = [
            models.Index(fields=["-on", "-id"], name="late_fee_newest_first"),
            models.Index(fields=["account", "-on"], name="late_fee_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.period}"
