"""Who we buy from, and what each of them sells us."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.fields import CurrencyField, MoneyField, PriceField, code_field
from core.history import tracked

from .catalogue import Product


def base_currency() -> str:
    """The currency that stock is valued in."""
    return str(settings.CURRENCY)


@tracked()
class Supplier(models.Model):
    """Somebody we buy from. Prices are in `currency`; `lead_time_days` is what they promise, not what they keep."""

    code = code_field("S-")
    name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("e-mail for orders"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    address = models.TextField(_("address"), blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    tax_id = models.CharField(_("tax ID"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    currency = CurrencyField(_("currency"), default=base_currency)
    payment_terms = models.CharField(
        _("payment terms"), max_length=120, blank=True, help_text=_("As the purchase order says it.")
    )
    lead_time_days = models.PositiveSmallIntegerField(
        _("lead time in days"),
        null=True,
        blank=True,
        help_text=_("What they promise, from order to arrival."),
    )
    minimum_amount = MoneyField(
        _("minimum order"), null=True, blank=True, help_text=_("In the supplier's currency.")
    )
    note = models.TextField(_("note"), blank=True)
    is_active = models.BooleanField(_("bought from"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Upper("name"), name="one_supplier_per_name"),
            models.CheckConstraint(condition=~Q(name=""), name="supplier_has_a_name"),
            models.CheckConstraint(
                condition=Q(minimum_amount__isnull=True) | Q(minimum_amount__gte=0),
                name="supplier_minimum_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("inventory:supplier_detail", args=[self.pk])


@tracked()
class SupplierContact(models.Model):
    """A person at a supplier."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("what they do"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    gets_orders = models.BooleanField(_("gets our orders"), default=False)

    class Meta:
        verbose_name = _("supplier's contact")
        verbose_name_plural = _("suppliers' contacts")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class SupplierProductQuerySet(models.QuerySet["SupplierProduct"]):
    def offered(self) -> SupplierProductQuerySet:
        """What suppliers we buy from still have; of each product the one to order first: preferred, then cheapest."""
        rows = self.filter(is_gone=False, supplier__is_active=True)
        return rows.order_by("-is_preferred", "price", "pk")


@tracked()
class SupplierProduct(models.Model):
    """What a supplier calls a product and asks for it. Several suppliers a product; one of them is preferred."""

    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="products"
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="suppliers"
    )
    sku = models.CharField(_("supplier's SKU"), max_length=64, blank=True)
    name = models.CharField(_("supplier's name for it"), max_length=300, blank=True)
    price = PriceField(_("price of one piece"), null=True, blank=True)
    currency = CurrencyField(_("currency"), default=base_currency)
    lead_time_days = models.PositiveSmallIntegerField(_("lead time in days"), null=True, blank=True)
    minimum_quantity = models.PositiveIntegerField(_("minimum pieces"), default=1)
    pack_size = models.PositiveIntegerField(
        _("pieces in a pack"), default=1, db_default=1, help_text=_("Only whole packs are sent.")
    )
    is_preferred = models.BooleanField(_("preferred"), default=False)
    is_gone = models.BooleanField(
        _("no longer offered"), default=False, help_text=_("The supplier's last list does not have it.")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = SupplierProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier's product")
        verbose_name_plural = _("suppliers' products")
        ordering = ["supplier__name", "product__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "product"], name="one_row_per_supplier_and_product"),
            models.UniqueConstraint(
                "supplier", Upper("sku"), condition=~Q(sku=""), name="one_product_per_supplier_sku"
            ),
            models.UniqueConstraint(
                fields=["product"], condition=Q(is_preferred=True), name="one_preferred_supplier_per_product"
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0), name="supplier_price_not_negative"
            ),
            models.CheckConstraint(condition=Q(minimum_quantity__gt=0), name="supplier_minimum_is_a_piece"),
            models.CheckConstraint(condition=Q(pack_size__gt=0), name="supplier_pack_holds_a_piece"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id}: {self.sku or self.product_id}"
