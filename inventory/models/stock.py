"""The stock ledger and the figures kept beside it.

`StockMove` is what happened and never changes. `StockLevel` is what it adds up to, kept under lock: on_hand is the
sum of the moves, reserved the sum of the open reservations, and the database refuses to let reserved pass on_hand.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import PriceField
from core.history import AppendOnly, tracked, tracked_changes

from .catalogue import Product
from .purchasing import PurchaseOrder, PurchaseOrderLine
from .suppliers import Supplier


@tracked()
class Location(models.Model):
    """A place where goods lie. Only `sellable` ones are sold from."""

    class Kind(models.TextChoices):
        SELLABLE = "sellable", _("Sellable")
        DAMAGED = "damaged", _("Damaged")
        QUARANTINE = "quarantine", _("Quarantine")

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.SELLABLE)
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("in use"), default=True, db_default=True)
    note = models.CharField(_("note"), max_length=240, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_location"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(kind="sellable"), name="default_location_is_sellable"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True), name="default_location_is_in_use"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("inventory:location_detail", args=[self.pk])


@tracked_changes("shelf")
class StockLevel(models.Model):
    """How many pieces of a product a location holds, and how many of them are promised.

    `shelf` says where in the location they lie (`A-03-2`); `counted_at` when a count of them was last approved.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="levels")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="levels")
    on_hand = models.IntegerField(default=0, db_default=0)
    reserved = models.IntegerField(default=0, db_default=0)
    shelf = models.CharField(_("shelf"), max_length=24, blank=True, default="", db_default="")
    counted_at = models.DateTimeField(_("last counted"), null=True, editable=False)

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "location"], name="one_level_per_product_and_location"
            ),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="reserved_not_negative"),
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="reserved_within_on_hand"),
        ]
        indexes = [models.Index(fields=["location", "shelf", "product"], name="level_by_shelf")]

    def __str__(self) -> str:
        return f"{self.product_id} at {self.location_id}: {self.on_hand}"

    def get_absolute_url(self) -> str:
        return reverse("inventory:level_detail", args=[self.pk])

    @property
    def available(self) -> int:
        """Pieces on hand that nobody has been promised."""
        return self.on_hand - self.reserved


class StockMove(AppendOnly):
    """Pieces that came to or left a location. One business fact, one row: `reference` is unique.

    `corrects` is the move that this one takes back: of a receipt (or books it anew; together they are what came), or
    the sale whose pieces a return brings back.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        SALE = "sale", _("Sale")
        RETURN = "return", _("Return")
        TRANSFER = "transfer", _("Transfer")
        ADJUSTMENT = "adjustment", _("Adjustment")
        COUNT = "count", _("Count")
        SCRAP = "scrap", _("Scrap")

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="moves")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    quantity = models.IntegerField(_("pieces"))
    unit_cost = PriceField(null=True)
    reference = models.CharField(max_length=120, unique=True)
    document = models.CharField(_("document"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=240, blank=True)
    corrects = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="corrections", db_index=False
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        ordering = ["-at", "-pk"]
        permissions = [
            ("adjust_stock", "Can adjust stock"),
            ("transfer_stock", "Can transfer stock"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(quantity=0), name="move_moves_something")]
        indexes = [
            models.Index(fields=["product", "-at", "-id"], name="move_by_product"),
            models.Index(fields=["-at", "-id"], name="move_newest_first"),
            models.Index(fields=["corrects"], condition=Q(corrects__isnull=False), name="move_that_corrects"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:+} of {self.product_id}"


class Reservation(models.Model):
    """Pieces promised to a document line (`order:12:line:3`). Open until released or shipped."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SHIPPED = "shipped", _("Shipped")
        RELEASED = "released", _("Released")

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="reservations")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="reservations")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN, db_default="open")
    reference = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_holds_something")
        ]
        indexes = [
            models.Index(fields=["product", "location"], condition=Q(state="open"), name="reservation_open")
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.quantity}"


class GoodsReceipt(models.Model):
    """Goods that arrived."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="receipts")
    supplier = models.ForeignKey(
        Supplier,
        verbose_name=_("supplier"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="receipts",
    )
    purchase_order = models.ForeignKey(
        PurchaseOrder,
        verbose_name=_("purchase order"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="receipts",
    )
    document = models.CharField(_("supplier's document"), max_length=80, blank=True)
    reference = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("goods receipt")
        verbose_name_plural = _("goods receipts")
        ordering = ["-at", "-pk"]
        permissions = [("receive_goods", "Can receive goods")]
        indexes = [models.Index(fields=["-at", "-id"], name="receipt_newest_first")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("inventory:receipt_detail", args=[self.pk])


class GoodsReceiptLine(models.Model):
    """Pieces of one product in a receipt, and what each cost, in the base currency.

    As corrected; `corrections` keep what stood here before. None is left of a line that was booked by mistake.
    `move` is the one that first booked it.
    `location` is set where they lie elsewhere than the rest: damaged pieces are put aside as they arrive.
    """

    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="receipt_lines")
    move = models.OneToOneField(
        StockMove, null=True, on_delete=models.PROTECT, related_name="receipt_line", editable=False
    )
    order_line = models.ForeignKey(
        PurchaseOrderLine, null=True, blank=True, on_delete=models.PROTECT, related_name="receipt_lines"
    )
    location = models.ForeignKey(
        Location, null=True, blank=True, on_delete=models.PROTECT, related_name="receipt_lines"
    )
    quantity = models.PositiveIntegerField()
    unit_cost = PriceField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=0), name="received_not_negative"),
            models.CheckConstraint(condition=Q(unit_cost__gte=0), name="received_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"
