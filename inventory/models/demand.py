"""What was asked for and could not be sold (SHT-3)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer

from .catalogue import DeviceModel, Product


class UnmetDemand(models.Model):
    """One want of one day: what was asked for, why it was not met, by whom and for whom.

    Asking again for the same on the same day adds to `times`, never to `pieces`: those are the most that were wanted
    at once, so looking three times for one display is one display of lost sales.
    """

    class Why(models.TextChoices):
        NOT_FOUND = "not_found", _("Nothing found")
        OUT_OF_STOCK = "out_of_stock", _("Found, but none here")
        SHORT = "short", _("Too few for an order")
        DECLINED = "declined", _("Did not want to wait")
        DROPPED = "dropped", _("Taken off an order")
        REPLACED = "replaced", _("Took something else")

    day = models.DateField(_("day"))
    why = models.CharField(_("why"), max_length=12, choices=Why.choices)
    words = models.CharField(_("words"), max_length=120, blank=True)
    product = models.ForeignKey(
        Product,
        verbose_name=_("product"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="unmet_demand",
    )
    device_model = models.ForeignKey(
        DeviceModel,
        verbose_name=_("phone"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="unmet_demand",
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="unmet_demand",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    pieces = models.PositiveIntegerField(_("pieces"), default=1)
    times = models.PositiveIntegerField(_("times"), default=1)
    at = models.DateTimeField(_("last asked"))

    class Meta:
        verbose_name = _("unmet demand")
        verbose_name_plural = _("unmet demand")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "why", "words", "product", "device_model", "customer", "by"],
                nulls_distinct=False,
                name="one_unmet_want_per_day",
            ),
            models.CheckConstraint(
                condition=Q(product__isnull=False) | Q(device_model__isnull=False) | ~Q(words=""),
                name="unmet_demand_says_what",
            ),
            models.CheckConstraint(
                condition=Q(pieces__gte=1) & Q(times__gte=1), name="unmet_demand_is_at_least_one"
            ),
        ]
        indexes = [
            models.Index(fields=["at", "id"], name="unmet_demand_by_time"),
            models.Index(fields=["by", "at"], name="unmet_demand_by_asker"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.words or self.product_id or self.device_model_id}"
