"""Payment terms: when an invoice is due, at once or in parts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField
from core.history import tracked
from credit.terms import Part, Share, due_on, split


@tracked()
class PaymentTerms(models.Model):
    """When an invoice is due. `days`, `months` and `day_of_month` count where the kind speaks of them."""

    class Kind(models.TextChoices):
        NET = "net", _("days after the invoice")
        END_OF_MONTH = "end_of_month", _("days after the end of the month")
        THEN_DAY = "then_day", _("days after the invoice, then the next such day of a month")
        MONTHS = "months", _("months after the invoice")
        LAST_DAY = "last_day", _("the last day of the month, so many months on")
        FIRST_DAY = "first_day", _("the first day of the month, so many months on")
        INSTALMENTS = "instalments", _("in parts")

    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.NET)
    days = models.PositiveSmallIntegerField(_("days"), default=0, validators=[MaxValueValidator(3650)])
    months = models.PositiveSmallIntegerField(
        _("months"), default=0, db_default=0, validators=[MaxValueValidator(120)]
    )
    day_of_month = models.PositiveSmallIntegerField(
        _("day of the month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("The last day, in a month that is shorter."),
    )
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        verbose_name = _("payment terms")
        verbose_name_plural = _("payment terms")
        ordering = ["days", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_payment_terms"
            ),
            models.CheckConstraint(
                condition=~Q(kind="then_day") | Q(day_of_month__range=(1, 31)),
                name="terms_then_a_day_name_the_day",
            ),
            models.CheckConstraint(
                condition=~Q(kind="first_day") | Q(months__gte=1), name="terms_first_of_a_month_to_come"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def shares(self) -> list[Share]:
        """The lines of instalment terms, in their order; none for terms of one date."""
        if self.kind != self.Kind.INSTALMENTS:
            return []
        return [line.share for line in self.lines.order_by("position")]

    def due_on(self, issued_on: dt.date) -> dt.date:
        """The day an invoice of `issued_on` is due; in parts, the day of the last."""
        if self.kind == self.Kind.INSTALMENTS:
            return max((share.due_on(issued_on) for share in self.shares), default=issued_on)
        return due_on(
            self.kind, issued_on, days=self.days, months=self.months, day_of_month=self.day_of_month
        )

    def parts(self, amount: Decimal, issued_on: dt.date) -> list[Part]:
        """What of `amount` is due when, the earliest first. One part for terms of one date."""
        if not self.shares:
            return [Part(self.due_on(issued_on), amount)]
        return sorted(split(amount, self.shares, issued_on), key=lambda part: part.due_on)


@tracked()
class TermsLine(models.Model):
    """One part of instalment terms: how much, and when: months on, then the day of the month, then days on."""

    class Kind(models.TextChoices):
        PERCENT = "percent", _("percent of the invoice")
        FIXED = "fixed", _("an amount")
        REMAINDER = "remainder", _("what is left")

    terms = models.ForeignKey(PaymentTerms, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    kind = models.CharField(_("how much"), max_length=9, choices=Kind.choices, default=Kind.PERCENT)
    percent = models.DecimalField(_("percent"), max_digits=9, decimal_places=6, null=True, blank=True)
    divisor = models.PositiveSmallIntegerField(
        _("one in"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Instead of a percentage: 3 is exactly a third."),
    )
    amount = MoneyField(_("amount"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(_("months"), default=0, validators=[MaxValueValidator(120)])
    days = models.PositiveSmallIntegerField(_("days"), default=0, validators=[MaxValueValidator(3650)])
    day_of_month = models.PositiveSmallIntegerField(
        _("day of the month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
    )

    class Meta:
        verbose_name = _("part of payment terms")
        verbose_name_plural = _("parts of payment terms")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="percent", percent__gt=0, percent__lte=100, amount__isnull=True)
                | Q(kind="fixed", amount__gt=0, percent__isnull=True, divisor__isnull=True)
                | Q(kind="remainder", amount__isnull=True, percent__isnull=True, divisor__isnull=True),
                name="terms_line_says_how_much_in_one_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}"

    @property
    def share(self) -> Share:
        value = self.percent if self.kind == self.Kind.PERCENT else self.amount
        return Share(self.kind, value or Decimal(0), self.months, self.days, self.day_of_month, self.divisor)
