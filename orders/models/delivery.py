"""What left the house with an order, each time; and the picking before it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate, Reverse
from django.utils.translation import gettext_lazy as _

from core.history import AppendOnly
from credit.models import Invoice
from customers.models import Customer
from inventory.models import Product

from .order import Order, OrderLine


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: Any) -> DeliveryQuerySet:
        return self.filter(order__customer__in=Customer.objects.visible_to(user))


class Delivery(AppendOnly):
    """Pieces of an order that were handed over at one time, with a slip of its own.

    `invoice` is the bill that was made with it; empty where the order was billed before.
    """

    number = models.CharField(_("number"), max_length=24, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deliveries")
    invoice = models.OneToOneField(Invoice, null=True, on_delete=models.PROTECT, related_name="delivery")
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("delivered"))

    objects = DeliveryQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="delivery_newest_first"),
            models.Index(Collate(Reverse(F("number")), "C"), name="delivery_by_number_ending"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The order it belongs to, where all its papers stand."""
        return self.order.get_absolute_url()


class DeliveryLine(AppendOnly):
    """Pieces of one order line in a delivery."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="deliveries")
    pieces = models.PositiveIntegerField(_("pieces"))

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("line of a delivery")
        verbose_name_plural = _("lines of a delivery")
        default_permissions = ()
        ordering = ["line__position"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "line"], name="one_delivery_line_per_order_line"),
            models.CheckConstraint(condition=Q(pieces__gt=0), name="delivery_line_has_pieces"),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} of {self.line_id}"


class Pick(models.Model):
    """Somebody takes the reserved pieces of an order off the shelf. One at a time is open; a delivery ends it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="picks")
    picker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("all picked"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("picking")
        verbose_name_plural = _("pickings")
        default_permissions = ()
        permissions = [("pick_order", "Can pick orders")]
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(ended_at__isnull=True), name="one_open_picking_per_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} by {self.picker_id}"


class PickMark(AppendOnly):
    """One scan, or one press: pieces taken (or put back, below nought). `reference` keeps it from counting twice."""

    pick = models.ForeignKey(Pick, on_delete=models.PROTECT, related_name="marks")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    pieces = models.IntegerField(_("pieces"))
    reference = models.CharField(max_length=80, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("picked pieces")
        verbose_name_plural = _("picked pieces")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(pieces=0), name="pick_mark_moves_something")]

    def __str__(self) -> str:
        return f"{self.pieces:+} of {self.product_id}"
