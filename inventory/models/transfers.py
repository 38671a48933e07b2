"""Goods carried from one location to another, as a document."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.history import AppendOnly

from .catalogue import Product
from .stock import Location


class StockTransfer(AppendOnly):
    """What was carried, from where to where, and why. Written once; carrying back is another transfer."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    source = models.ForeignKey(Location, verbose_name=_("from"), on_delete=models.PROTECT, related_name="+")
    destination = models.ForeignKey(
        Location, verbose_name=_("to"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=240, blank=True)
    reference = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("stock transfer")
        verbose_name_plural = _("stock transfers")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(source=F("destination")), name="transfer_goes_somewhere_else")
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="transfer_newest_first")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("inventory:transfer_detail", args=[self.pk])


class StockTransferLine(AppendOnly):
    """Pieces of one product in a transfer, and from which shelf they were taken."""

    transfer = models.ForeignKey(StockTransfer, on_delete=models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="transfer_lines")
    quantity = models.PositiveIntegerField(_("pieces"))
    shelf = models.CharField(_("shelf"), max_length=24, blank=True)

    class Meta(AppendOnly.Meta):
        abstract = False
        default_permissions = ()
        ordering = ["shelf", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "product"], name="one_transfer_line_per_product"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="transferred_something"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"
