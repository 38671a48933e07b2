"""What customers wait for, what is short because of it, and who is told."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from customers.models import Customer
from inventory.suggesting import missing, to_order

from .catalogue import Product
from .stock import Location


class WaitingQuerySet(models.QuerySet["Waiting"]):
    def visible_to(self, user: Any) -> WaitingQuerySet:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def in_turn(self) -> WaitingQuerySet:
        """Who is served first: priority, then age, then the older document."""
        return self.order_by("priority", "since", "turn", "pk")


class Waiting(models.Model):
    """Pieces a customer was promised that are not here: the other side of a reservation, one row per document line.

    Kept by whoever made the promise (`operations.keep_waiting`), under the lock of its document. A row that waits for
    nothing is deleted, so the backordered pieces of a product are the sum of its rows. `turn` is the document's key: it
    decides between two of one moment.
    """

    reference = models.CharField(max_length=120, unique=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="waiting")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="waiting")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="waiting")
    pieces = models.PositiveIntegerField(_("pieces"))
    priority = models.PositiveSmallIntegerField(_("priority"), default=5)
    since = models.DateTimeField(_("since"))
    turn = models.BigIntegerField()
    document = models.CharField(_("document"), max_length=80, blank=True)
    url = models.CharField(max_length=200, blank=True)

    objects = WaitingQuerySet.as_manager()

    class Meta:
        verbose_name = _("backorder")
        verbose_name_plural = _("backorders")
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pieces__gt=0), name="waits_for_something")]
        indexes = [
            models.Index(fields=["product", "location", "priority", "since", "turn"], name="waiting_in_turn"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} waits for {self.pieces}"


class Shortage(models.Model):
    """A product that is short here and now, since when. One row while it lasts (`operations.watch_stock`).

    Short: what is free, less what customers wait for, is at or under the reorder point; or customers wait. It is
    `uncovered_since` the moment when what is on its way would no longer bring it above that point: this is what people
    are told of, once per crossing. Null while purchase orders cover it.
    """

    product = models.OneToOneField(
        Product, primary_key=True, on_delete=models.CASCADE, related_name="shortage"
    )
    since = models.DateTimeField(_("since"))
    uncovered_since = models.DateTimeField(_("not covered since"), null=True)

    class Meta:
        verbose_name = _("shortage")
        verbose_name_plural = _("shortages")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["since", "product"], name="shortage_oldest_first"),
            models.Index(
                fields=["uncovered_since"],
                condition=Q(uncovered_since__isnull=False),
                name="shortage_uncovered",
            ),
        ]

    def __str__(self) -> str:
        return str(self.product)

    def get_absolute_url(self) -> str:
        return reverse("inventory:product_detail", args=[self.product_id])

    # Of a row of `queries.shortages`, which brings the figures along; in Python, because SQL would ask for each again.
    @property
    def available(self) -> int:
        figures: Any = self
        return int(figures.on_hand - figures.reserved)

    @property
    def projected(self) -> int:
        figures: Any = self
        return int(self.available - figures.backordered + figures.incoming)

    @property
    def missing(self) -> int:
        """Pieces until projected is above the reorder point, or at nought where there is none."""
        return missing(self.projected, self.product.reorder_point)

    @property
    def suggested(self) -> int:
        """Pieces to order: at least the reorder quantity and what the supplier sends at all, in whole packs."""
        figures: Any = self
        wanted = self.product.reorder_quantity
        return to_order(self.missing, reorder_quantity=wanted, least=figures.least, pack=figures.pack)


@tracked()
class ShortageReader(models.Model):
    """How a person who may see shortages wants to hear of them. Without a row: alerts by the bell, no daily report."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.CASCADE,
        related_name="shortage_reader",
    )
    alert_by_bell = models.BooleanField(_("alerts by the bell"), default=True)
    alert_by_email = models.BooleanField(_("alerts by e-mail"), default=False)
    report_by_bell = models.BooleanField(_("daily report by the bell"), default=True)
    report_by_email = models.BooleanField(_("daily report by e-mail"), default=True)
    report_by_whatsapp = models.BooleanField(_("daily report by WhatsApp"), default=False)

    class Meta:
        verbose_name = _("reader of shortages")
        verbose_name_plural = _("readers of shortages")
        ordering = ["user__name", "pk"]

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("inventory:shortage_reader_change", args=[self.pk])


class ShortageReport(models.Model):
    """The shortage report of a day, as it was when it was sent. One a day, whoever starts it and however often."""

    on = models.DateField(_("day"), unique=True)
    made_at = models.DateTimeField(_("made"))
    products = models.PositiveIntegerField(_("products"))
    uncovered = models.PositiveIntegerField(_("not covered"))
    pieces = models.PositiveIntegerField(_("pieces waited for"))
    shops = models.PositiveIntegerField(_("customers who wait"))
    people = models.PositiveIntegerField(_("people told"))
    file = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("shortage report")
        verbose_name_plural = _("shortage reports")
        default_permissions = ()
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"
