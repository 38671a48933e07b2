"""What a customer was told about pieces that wait."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .order import OrderLine


class Backorder(models.Model):
    """When the waiting pieces of an order line are expected, and which day the customer was told.

    `expected_on` is the day the last piece should come by, `likely_on` the one it has come by four times in five. Both
    are nothing where nobody knows. `ordered`: pieces are on their way; without it the day is what the preferred
    supplier usually takes. `confirmation` names the promise: an order that was confirmed anew starts anew.
    """

    line = models.OneToOneField(
        OrderLine, primary_key=True, on_delete=models.CASCADE, related_name="backorder"
    )
    confirmation = models.PositiveSmallIntegerField()
    expected_on = models.DateField(_("expected"), null=True)
    likely_on = models.DateField(_("likely by"), null=True)
    ordered = models.BooleanField(_("on order"), default=False)
    looked_at = models.DateTimeField()
    told_on = models.DateField(
        _("told"), null=True, help_text=_("The day the customer was last told to expect.")
    )
    times_told = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("backorder")
        verbose_name_plural = _("backorders")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(expected_on__isnull=True, likely_on__isnull=True)
                | Q(likely_on__gte=F("expected_on")),
                name="likely_is_not_before_expected",
            ),
            models.CheckConstraint(
                condition=Q(told_on__isnull=True, times_told=0) | Q(told_on__isnull=False, times_told__gt=0),
                name="told_day_was_told",
            ),
        ]
        indexes = [models.Index(fields=["expected_on"], name="backorder_by_day")]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.expected_on}"
