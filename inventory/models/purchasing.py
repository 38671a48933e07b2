"""What we ordered from suppliers, and how much of it has come."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.fields import CurrencyField, MoneyField, PriceField
from core.history import AppendOnly, tracked

from .catalogue import Product
from .suppliers import Supplier, base_currency


class PurchaseStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    PART_RECEIVED = "part_received", _("Part received")
    RECEIVED = "received", _("Received")
    CLOSED = "closed", _("Closed short")
    CANCELLED = "cancelled", _("Cancelled")


class PurchaseOrderQuerySet(models.QuerySet["PurchaseOrder"]):
    def open(self) -> PurchaseOrderQuerySet:
        """Sent, and pieces are still to come."""
        return self.filter(status__in=PurchaseOrder.OPEN)

    def late(self, on: Any) -> PurchaseOrderQuerySet:
        """Open, with a line that should have been here before this day."""
        waiting = PurchaseOrderLine.objects.waiting().filter(order=models.OuterRef("pk"), expected_on__lt=on)
        return self.open().filter(models.Exists(waiting))


@tracked(exclude=["version"])
class PurchaseOrder(models.Model):
    """What we ask a supplier for. A draft binds nobody and has no number; sending it takes one.

    `exchange_rate` is what one unit of `currency` costs in the base currency, fixed when it is sent: goods that arrive
    cost that, whatever the market says then. `version` counts writes, `sent_version` the version the supplier has.
    """

    OPEN = (PurchaseStatus.SENT, PurchaseStatus.PART_RECEIVED)
    TRANSITIONS: dict[str, set[str]] = {
        PurchaseStatus.DRAFT: {PurchaseStatus.SENT, PurchaseStatus.CANCELLED},
        PurchaseStatus.SENT: {
            PurchaseStatus.PART_RECEIVED,
            PurchaseStatus.RECEIVED,
            PurchaseStatus.CLOSED,
            PurchaseStatus.CANCELLED,
        },
        PurchaseStatus.PART_RECEIVED: {
            PurchaseStatus.SENT,  # all of a receipt was booked by mistake
            PurchaseStatus.RECEIVED,
            PurchaseStatus.CLOSED,
        },
        PurchaseStatus.RECEIVED: {
            PurchaseStatus.PART_RECEIVED,
            PurchaseStatus.SENT,
        },  # a receipt was corrected
        PurchaseStatus.CLOSED: set(),
        PurchaseStatus.CANCELLED: set(),
    }

    number = models.CharField(_("number"), max_length=24, unique=True, null=True, editable=False)
    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="orders"
    )
    location = models.ForeignKey(
        "Location", verbose_name=_("where to"), on_delete=models.PROTECT, related_name="purchase_orders"
    )
    status = models.CharField(
        _("status"), max_length=13, choices=PurchaseStatus.choices, default=PurchaseStatus.DRAFT
    )
    currency = CurrencyField(_("currency"), default=base_currency)
    exchange_rate = models.DecimalField(_("exchange rate"), max_digits=16, decimal_places=6, default=1)
    payment_terms = models.CharField(_("payment terms"), max_length=120, blank=True)
    note = models.TextField(_("note to the supplier"), blank=True)
    total = MoneyField(_("total"), default=0)
    reference = models.CharField(max_length=120, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    sent_version = models.PositiveIntegerField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("ordered"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    close_reason = models.CharField(_("why it was closed"), max_length=240, blank=True)

    objects = PurchaseOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("send_purchaseorder", "Can send a purchase order"),
            ("close_purchaseorder", "Can close or cancel a purchase order"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(exchange_rate__gt=0), name="purchase_rate_above_zero"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"])
                | Q(number__isnull=False, sent_at__isnull=False),
                name="purchase_order_numbered_when_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="purchase_newest_first"),
            models.Index(fields=["supplier", "-created_at"], name="purchase_by_supplier"),
            models.Index(
                fields=["sent_at"], condition=Q(status__in=["sent", "part_received"]), name="purchase_open"
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Draft %(number)s") % {"number": self.pk})

    def get_absolute_url(self) -> str:
        return reverse("inventory:purchase_detail", args=[self.pk])

    def go(self, status: str) -> None:
        """Take a step, or refuse one that this order can't take."""
        if status not in self.TRANSITIONS[self.status]:
            message = _("%(order)s is %(now)s; it can't become %(then)s.")
            named = {
                "order": self,
                "now": self.get_status_display(),
                "then": PurchaseStatus(status).label,
            }
            raise Refusal(str(message % named), code="status")
        self.status = status

    @property
    def is_open(self) -> bool:
        """Whether pieces are still expected."""
        return self.status in self.OPEN

    @property
    def to_send_again(self) -> bool:
        """Whether it was changed after the supplier got it."""
        return self.is_open and self.sent_version != self.version


class PurchaseOrderLineQuerySet(models.QuerySet["PurchaseOrderLine"]):
    def waiting(self) -> PurchaseOrderLineQuerySet:
        """Lines of open orders of which pieces are still to come."""
        return self.filter(order__status__in=PurchaseOrder.OPEN, quantity__gt=F("received") + F("closed"))


@tracked(exclude=["position"])
class PurchaseOrderLine(models.Model):
    """So many pieces of a product at a price, in the order's currency. `closed` pieces will not come."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="purchase_lines"
    )
    supplier_sku = models.CharField(_("supplier's SKU"), max_length=64, blank=True)
    quantity = models.PositiveIntegerField(_("pieces"))
    price = PriceField(_("price of one piece"), default=0)
    expected_on = models.DateField(_("expected"), null=True, blank=True)
    received = models.PositiveIntegerField(_("received"), default=0, db_default=0)
    closed = models.PositiveIntegerField(_("closed short"), default=0, db_default=0)
    outstanding = models.GeneratedField(
        expression=Greatest(F("quantity") - F("received") - F("closed"), 0),
        output_field=models.IntegerField(_("to come")),
        db_persist=True,
    )

    objects = PurchaseOrderLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase order line")
        verbose_name_plural = _("purchase order lines")
        ordering = ["position", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="one_purchase_line_per_product"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="purchase_line_orders_something"),
            models.CheckConstraint(condition=Q(price__gte=0), name="purchase_price_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["product", "expected_on"], condition=Q(outstanding__gt=0), name="purchase_line_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"


class PurchaseOrderSending(AppendOnly):
    """What the supplier was told, and when: one row each time the order was sent. `words` is the document's text."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="sendings")
    version = models.PositiveIntegerField()
    recipient = models.CharField(_("to"), max_length=254, blank=True)
    words: Any = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("sending of a purchase order")
        verbose_name_plural = _("sendings of purchase orders")
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.order_id} v{self.version}"
