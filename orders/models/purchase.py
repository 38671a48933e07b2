"""What was bought, line by line: a view over orders and over invoices without one."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import CurrencyField, MoneyField, PriceField
from credit.models import Invoice
from customers.models import Customer
from inventory.models import Product

from .order import Order


class PurchaseQuerySet(models.QuerySet["Purchase"]):
    def visible_to(self, user: Any) -> PurchaseQuerySet:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def bought(self) -> PurchaseQuerySet:
        """What counts: not cancelled, and no draft or held order."""
        return self.filter(counts=True)

    def spent(self) -> Any:
        """What was paid or owed for it, less what was taken back."""
        return self.aggregate(sum=Sum("kept"))["sum"]


class Purchase(models.Model):
    """A line somebody bought: of an order, or of an invoice that no order of ours stands behind (`id` below nought).

    `returned`: pieces taken back by credit notes. `kept`: the amount without them. `status` follows from the order and
    from what came back; nobody types it.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        COMPLETED = "completed", _("Completed")
        RETURNED = "returned", pgettext_lazy("goods", "Returned")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.BigIntegerField(primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.DO_NOTHING, related_name="purchases")
    at = models.DateTimeField(_("bought"))
    order = models.ForeignKey(Order, null=True, on_delete=models.DO_NOTHING, related_name="+")
    invoice = models.ForeignKey(Invoice, null=True, on_delete=models.DO_NOTHING, related_name="+")
    document = models.CharField(_("order or invoice"), max_length=24)
    product = models.ForeignKey(Product, null=True, on_delete=models.DO_NOTHING, related_name="purchases")
    sku = models.CharField(_("SKU"), max_length=64)
    description = models.CharField(_("product"), max_length=300)
    currency = CurrencyField(_("currency"))
    quantity = models.PositiveIntegerField(_("pieces"))
    unit_price = PriceField(_("price"))
    discount = MoneyField(_("discount"))
    tax = MoneyField(_("tax"))
    gross = MoneyField(_("total"))
    delivery_method = models.CharField(_("delivery"), max_length=16)
    paid_by = models.CharField(_("paid by"), max_length=120)
    remarks = models.CharField(_("remarks"), max_length=300)
    returned = models.PositiveIntegerField(_("pieces returned"))
    kept = MoneyField(_("kept"))
    counts = models.BooleanField()
    status = models.CharField(_("status"), max_length=9, choices=Status.choices)

    objects = PurchaseQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "orders_purchase"
        default_permissions = ()
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"

    def get_absolute_url(self) -> str:
        found: Any = self.order or self.invoice
        return str(found.get_absolute_url())
