"""Goods that go back to who sent them, and what we get for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField, PriceField
from core.history import tracked

from .catalogue import Product
from .stock import GoodsReceipt, GoodsReceiptLine, Location
from .suppliers import Supplier, base_currency


@tracked()
class SupplierReturn(models.Model):
    """Pieces that left our stock for the supplier's. `expected` is what they are worth, `credited` what we got.

    A draft collects what lies here for one supplier, that came back from customers; sending it takes the pieces off.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("To be sent")
        SENT = "sent", _("Waits for the supplier")
        CREDITED = "credited", _("Credited")
        REPLACED = "replaced", _("Replaced")
        REFUSED = "refused", _("Refused by the supplier")

    class Wanted(models.TextChoices):
        CREDIT = "credit", _("Credit")
        REPLACEMENT = "replacement", _("Replacement")

    number = models.CharField(_("number"), max_length=24, unique=True)
    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="returns"
    )
    receipt = models.ForeignKey(
        GoodsReceipt,
        verbose_name=_("goods receipt"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="returns",
    )
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.SENT)
    wanted = models.CharField(_("we want"), max_length=11, choices=Wanted.choices, default=Wanted.CREDIT)
    note = models.TextField(_("note"), blank=True)
    currency = CurrencyField(_("currency"), default=base_currency)
    expected = MoneyField(_("credit expected"), default=0)
    credited = MoneyField(_("credit received"), null=True, blank=True)
    document = models.CharField(_("supplier's document"), max_length=80, blank=True)
    replacement = models.ForeignKey(
        GoodsReceipt,
        verbose_name=_("replacement"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    settled_at = models.DateTimeField(_("settled"), null=True)
    reference = models.CharField(max_length=120, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("return to a supplier")
        verbose_name_plural = _("returns to suppliers")
        ordering = ["-at", "-pk"]
        permissions = [("settle_supplierreturn", "Can say what came of a return to a supplier")]
        constraints = [
            models.CheckConstraint(condition=Q(expected__gte=0), name="supplier_credit_not_negative"),
            models.CheckConstraint(
                condition=~Q(status="credited") | Q(credited__gte=0),
                name="supplier_return_credited_by_amount",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "sent"], settled_at__isnull=True)
                | (~Q(status__in=["draft", "sent"]) & Q(settled_at__isnull=False)),
                name="supplier_return_settled_has_a_time",
            ),
            models.UniqueConstraint(
                fields=["supplier"], condition=Q(status="draft"), name="one_draft_return_per_supplier"
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="supplier_return_newest_first"),
            models.Index(fields=["supplier", "-at"], name="supplier_return_by_supplier"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("inventory:supplierreturn_detail", args=[self.pk])


class SupplierReturnLine(models.Model):
    """Pieces of a product that go back, from where, and why. `price` is what we paid, in the return's currency.

    `source` names who put them there (`return:RMA-2026-00001:1:supplier`), once and for all.
    """

    class Reason(models.TextChoices):
        DEFECT = "defect", _("Defective")
        DAMAGED = "damaged", _("Damaged on the way")
        WRONG = "wrong", _("Wrong product")
        SURPLUS = "surplus", _("Too many")

    supplier_return = models.ForeignKey(SupplierReturn, on_delete=models.PROTECT, related_name="lines")
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="supplier_return_lines"
    )
    location = models.ForeignKey(
        Location, verbose_name=_("from"), on_delete=models.PROTECT, related_name="supplier_return_lines"
    )
    receipt_line = models.ForeignKey(
        GoodsReceiptLine, null=True, blank=True, on_delete=models.PROTECT, related_name="return_lines"
    )
    quantity = models.PositiveIntegerField(_("pieces"))
    price = PriceField(_("price of one piece"), default=0)
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices, default=Reason.DEFECT)
    source = models.CharField(max_length=120, blank=True, default="", db_default="", editable=False)

    class Meta:
        verbose_name = _("line of a return to a supplier")
        verbose_name_plural = _("lines of returns to suppliers")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="supplier_return_moves_something"),
            models.CheckConstraint(condition=Q(price__gte=0), name="supplier_return_price_not_negative"),
            models.UniqueConstraint(
                fields=["source"], condition=~Q(source=""), name="one_supplier_return_line_per_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"

    @property
    def of_return(self) -> str:
        """The number of the customer's return that brought the pieces."""
        return self.source.split(":")[1] if self.source.startswith("return:") else ""
