"""A supplier's price list as it came, and how each of its rows differs from what we know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, PriceField, code_field
from core.history import tracked
from core.models import FileImport, FileRow

from .catalogue import Category, Product
from .suppliers import Supplier, SupplierProduct, base_currency


class SupplierPriceList(FileImport):
    """A list of one supplier, compared with what we know of them. Nothing follows from it until somebody accepts it.

    `state` is how far the comparison is; what is still to be decided are its entries in state open.
    """

    code = code_field("SL-")
    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="price_lists"
    )
    currency = CurrencyField(_("currency"), default=base_currency)
    is_whole = models.BooleanField(
        _("everything they offer"),
        default=True,
        help_text=_("What is missing in it counts as no longer offered."),
    )
    reference = models.CharField(max_length=120, unique=True, editable=False)

    class Meta(FileImport.Meta):
        abstract = False
        verbose_name = _("supplier's price list")
        verbose_name_plural = _("suppliers' price lists")
        permissions = [
            ("import_supplierpricelist", "Can upload a supplier's price list"),
            ("decide_supplierpricelist", "Can accept and reject what a supplier's price list changes"),
        ]
        indexes = [
            models.Index(fields=["supplier", "-at"], name="supplier_list_by_supplier"),
            models.Index(fields=["-at", "-id"], name="supplier_list_newest_first"),
        ]

    def __str__(self) -> str:
        return str(self.code)

    def get_absolute_url(self) -> str:
        return reverse("inventory:supplierlist_detail", args=[self.pk])


class ListEntryQuerySet(models.QuerySet["SupplierPriceListRow"]):
    def open(self) -> ListEntryQuerySet:
        """Those that wait for somebody's word."""
        return self.filter(state=SupplierPriceListRow.State.OPEN)

    def repriced(self) -> ListEntryQuerySet:
        """Those whose price is another, whatever else is."""
        kinds = SupplierPriceListRow.Kind
        renamed = Q(kind=kinds.RENAMED, percent__isnull=False) & ~Q(percent=0)
        return self.filter(Q(kind=kinds.REPRICED) | renamed)


class SupplierPriceListRow(FileRow):
    """One thing a list says, or no longer says, and what it means for us.

    What is gone has no row in the file: its `number` is 0. `old_name` and `old_price` are what we knew, `percent` how
    much dearer it is (in the same currency), `below_cost` whether our list price would not cover it. `before` is what
    accepting it changed, for the undo.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("New")
        GONE = "gone", _("Gone")
        RENAMED = "renamed", _("Renamed")
        REPRICED = "repriced", _("Repriced")
        DUPLICATED = "duplicated", _("Repeated SKU")
        CONFLICT = "conflict", _("Conflict")
        SAME = "same", _("As before")
        REFUSED = "refused", _("Unreadable")

    class State(models.TextChoices):
        READ = "read", _("being compared")
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")
        UNDONE = "undone", _("undone")
        NOTHING = "nothing", _("nothing to decide")

    price_list = models.ForeignKey(SupplierPriceList, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices, default=Kind.SAME)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.READ)
    key = models.CharField(max_length=64, blank=True, help_text=_("The SKU in capitals."))
    sku = models.CharField(_("supplier's SKU"), max_length=64, blank=True)
    name = models.CharField(_("their name"), max_length=300, blank=True)
    category = models.CharField(_("category"), max_length=240, blank=True)
    ref = models.CharField(_("supplier's number"), max_length=64, blank=True)
    barcode = models.CharField(_("barcode"), max_length=64, blank=True)
    price = PriceField(_("price"), null=True)
    currency = CurrencyField(_("currency"), default=base_currency)
    minimum_quantity = models.PositiveIntegerField(_("minimum pieces"), null=True)
    lead_time_days = models.PositiveSmallIntegerField(_("lead time in days"), null=True)
    known = models.ForeignKey(SupplierProduct, null=True, on_delete=models.SET_NULL, related_name="listed")
    product = models.ForeignKey(
        Product, verbose_name=_("our product"), null=True, on_delete=models.SET_NULL, related_name="listed"
    )
    claims = models.JSONField(default=list, help_text=_("Our products that the row could mean, by key."))
    old_name = models.CharField(_("name before"), max_length=300, blank=True)
    old_price = PriceField(_("price before"), null=True)
    percent = models.DecimalField(_("change"), max_digits=9, decimal_places=2, null=True)
    below_cost = models.BooleanField(_("sold below it"), default=False)
    take_name = models.BooleanField(_("their name taken"), default=False)
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)
    before: Any = models.JSONField(default=dict)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = ListEntryQuerySet.as_manager()

    class Meta(FileRow.Meta):
        abstract = False
        verbose_name = _("row of a supplier's price list")
        verbose_name_plural = _("rows of suppliers' price lists")
        ordering = ["number", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "number"], condition=Q(number__gt=0), name="one_entry_per_listed_row"
            ),
            models.UniqueConstraint(
                fields=["price_list", "key"], condition=Q(kind="gone"), name="one_entry_per_gone_product"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "rejected", "undone"], decided_at__isnull=False)
                | Q(state__in=["read", "open", "nothing"], decided_at__isnull=True),
                name="decided_entry_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0), name="listed_price_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["price_list", "kind", "id"], name="list_entry_by_kind"),
            models.Index(fields=["price_list", "key", "number"], name="list_entry_by_sku"),
            models.Index(fields=["price_list", "id"], condition=Q(state="open"), name="list_entry_open"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}".strip()[:120]


@tracked()
class SupplierCategory(models.Model):
    """Where new products of a supplier's category go. Without one of ours they get a category of the same name."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="categories")
    theirs = models.CharField(_("their category"), max_length=240)
    ours = models.ForeignKey(
        Category,
        verbose_name=_("our category"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("supplier's category")
        verbose_name_plural = _("suppliers' categories")
        ordering = ["theirs"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "theirs"], name="one_row_per_supplier_category")
        ]

    def __str__(self) -> str:
        return self.theirs

    @property
    def change_url(self) -> str:
        """Where our category for it is chosen."""
        return reverse("inventory:suppliercategory_change", args=[self.pk])
