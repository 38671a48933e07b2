"""Pieces that are more or fewer than the books say, with a reason; above a value two people decide."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField
from core.history import frozen_except

from .catalogue import Product
from .stock import Location


class AdjustmentReason(models.TextChoices):
    BROKEN = "broken", _("Broken")
    LOST = "lost", _("Lost")
    FOUND = "found", _("Found")
    SAMPLE = "sample", _("Sample")
    OWN_USE = "own_use", _("Own use")
    OTHER = "other", _("Other")


class Adjustment(models.Model):
    """Asked for by one person. A small one is booked at once, another waits for somebody else.

    `quantity` is what is added, below zero what is taken off. `value` is what it was weighed at when it was asked for,
    in the base currency: its cost, or its list price where nobody knows the cost. `waited` says that it needed a yes.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Waits for approval")
        BOOKED = "booked", _("Booked")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    number = models.CharField(_("number"), max_length=24, unique=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="adjustments")
    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="adjustments"
    )
    quantity = models.IntegerField(_("pieces"))
    scrap = models.BooleanField(_("scrapped"), default=False)
    reason = models.CharField(_("reason"), max_length=8, choices=AdjustmentReason.choices)
    note = models.CharField(_("note"), max_length=240, blank=True)
    value = MoneyField(_("value"), default=0)
    waited = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices)
    reference = models.CharField(max_length=120, unique=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_note = models.CharField(_("note on the decision"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("stock adjustment")
        verbose_name_plural = _("stock adjustments")
        ordering = ["-requested_at", "-pk"]
        permissions = [("approve_adjustment", "Can approve stock adjustments")]
        triggers = frozen_except("state", "decided_by", "decided_at", "decision_note")
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="adjustment_changes_something"),
            models.CheckConstraint(
                condition=Q(scrap=False) | Q(quantity__lt=0), name="scrap_takes_pieces_off"
            ),
            models.CheckConstraint(
                condition=~Q(reason="other") | ~Q(note=""), name="adjustment_for_another_reason_says_it"
            ),
            models.CheckConstraint(
                condition=Q(state="requested", decided_at__isnull=True)
                | Q(state="booked", waited=False)
                | (~Q(state="requested") & Q(waited=True, decided_at__isnull=False)),
                name="adjustment_decided_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="booked")
                | Q(waited=False)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("requested_by")),
                name="adjustment_approved_by_somebody_else",
            ),
        ]
        indexes = [
            models.Index(fields=["-requested_at", "-id"], name="adjustment_newest_first"),
            models.Index(
                fields=["requested_at", "id"], condition=Q(state="requested"), name="adjustment_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("inventory:adjustment_detail", args=[self.pk])
