"""What a shop does about its orders through its link, without a login."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.history import AppendOnly
from credit.models import Invoice, RetailerLink
from customers.models import Customer

from .delivery import Delivery
from .order import Order


class DeliveryConfirmationQuerySet(models.QuerySet["DeliveryConfirmation"]):
    def visible_to(self, user: Any) -> DeliveryConfirmationQuerySet:
        return self.filter(order__customer__in=Customer.objects.visible_to(user))


class DeliveryConfirmation(AppendOnly):
    """The shop's own word, through its link, that a delivery has arrived, or all that an invoice bills where no
    delivery is known. A photo is a file of the order."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="confirmations_of_delivery")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="delivery_confirmations")
    delivery = models.OneToOneField(
        Delivery, null=True, on_delete=models.PROTECT, related_name="confirmation"
    )
    received_by = models.CharField(_("received by"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    all_there = models.BooleanField(_("everything is there"), default=True)
    link = models.ForeignKey(RetailerLink, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("confirmed"))

    objects = DeliveryConfirmationQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("confirmation of delivery")
        verbose_name_plural = _("confirmations of delivery")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=models.Q(delivery__isnull=True),
                name="one_confirmation_per_invoice_without_delivery",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice}: {self.received_by}"


class Reorder(AppendOnly):
    """A shop asked through its link for the same goods again: `order` is the draft it made, waiting for staff.

    `left_out`: what was asked for and can't be sold now, as `[sku, description]`.
    """

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="reorder")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="reorders")
    link = models.ForeignKey(RetailerLink, null=True, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=120, unique=True)
    left_out = models.JSONField(default=list)
    at = models.DateTimeField(_("asked"))

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("reorder")
        verbose_name_plural = _("reorders")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.order} again from {self.invoice}"
