"""Products, what they are made for, and what they cost us."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import PriceField
from core.history import tracked

from .searching import keep_search_text, keep_spellings, keep_words


class Grade(models.TextChoices):
    """What kind of part it is. Shops ask by these words."""

    ORIGINAL = "original", _("Original")
    OLED_HARD = "oled_hard", _("Hard OLED")
    OLED_SOFT = "oled_soft", _("Soft OLED")
    AMOLED = "amoled", _("AMOLED")
    INCELL = "incell", _("Incell")
    TFT = "tft", _("TFT")
    COPY = "copy", _("Copy")
    PREMIUM_COPY = "premium_copy", _("Premium copy")
    REFURBISHED = "refurbished", _("Refurbished")


class TaxCategory(models.TextChoices):
    STANDARD = "standard", _("Standard")
    REDUCED = "reduced", _("Reduced")
    ZERO = "zero", _("Zero")


class Brand(models.Model):
    """A maker of phones or of parts."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@tracked()
class Category(models.Model):
    """A shelf of the catalogue, by its whole path: `Displays > Xiaomi`.

    What its products are asked for (`specifications`) and their warranty hold for the categories below it too,
    unless those say otherwise.
    """

    SEPARATOR = " > "

    path = models.CharField(_("path"), max_length=240, unique=True)
    warranty_months = models.PositiveSmallIntegerField(
        _("warranty in months"), null=True, blank=True, help_text=_("Empty: as the category above says.")
    )
    warranty_terms = models.TextField(_("warranty terms"), blank=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path

    def get_absolute_url(self) -> str:
        return reverse("inventory:category_detail", args=[self.pk])

    @property
    def name(self) -> str:
        """Its own name, the last part of the path."""
        return self.path.rpartition(self.SEPARATOR)[2]

    @property
    def depth(self) -> int:
        return self.path.count(self.SEPARATOR)

    @property
    def line(self) -> list[str]:
        """The paths from the root down to this one: `["Displays", "Displays > Xiaomi"]`."""
        return line_of(self.path)


def line_of(path: str) -> list[str]:
    """A path and those above it, the root first."""
    parts = path.split(Category.SEPARATOR)
    return [Category.SEPARATOR.join(parts[: n + 1]) for n in range(len(parts))]


@tracked(exclude=["search_text"])
class Product(models.Model):
    """Something we sell, by its SKU."""

    sku = models.CharField(_("SKU"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=300)
    brand = models.ForeignKey(
        Brand,
        verbose_name=_("brand"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
    )
    grade = models.CharField(_("grade"), max_length=16, choices=Grade.choices, blank=True)
    with_frame = models.BooleanField(_("with frame"), null=True, blank=True)
    colour = models.CharField(_("colour"), max_length=40, blank=True)
    specifications = models.JSONField(_("specifications"), default=dict, blank=True)
    barcode = models.CharField(_("barcode"), max_length=64, null=True, blank=True, unique=True)
    supplier_ref = models.CharField(_("supplier's number"), max_length=64, blank=True)
    woocommerce_id = models.PositiveBigIntegerField(_("WooCommerce ID"), null=True, blank=True, unique=True)
    warranty_months = models.PositiveSmallIntegerField(
        _("warranty in months"),
        null=True,
        blank=True,
        help_text=_("Empty: as its category says. 0: none."),
    )
    warranty_terms = models.TextField(
        _("warranty terms"), blank=True, help_text=_("Empty: as its category says.")
    )
    tax_category = models.CharField(
        _("tax category"), max_length=12, choices=TaxCategory.choices, default=TaxCategory.STANDARD
    )
    list_price = PriceField(
        _("list price"),
        null=True,
        blank=True,
        help_text=_("The base price of one piece, in the base currency."),
    )
    reorder_point = models.PositiveIntegerField(_("reorder point"), null=True, blank=True)
    reorder_quantity = models.PositiveIntegerField(_("reorder quantity"), null=True, blank=True)
    is_active = models.BooleanField(_("sold"), default=True)
    search_text = models.TextField(editable=False, default="", db_default="")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    device_models: models.ManyToManyField[DeviceModel, Compatibility] = models.ManyToManyField(
        "DeviceModel", through="Compatibility", related_name="products"
    )

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name", "pk"]
        permissions = [
            ("view_cost", "Can see costs and margins"),
            ("import_products", "Can import products"),
            ("print_labels", "Can print labels"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(sku="") & ~Q(name=""), name="product_has_sku_and_name"),
            models.CheckConstraint(
                condition=Q(list_price__isnull=True) | Q(list_price__gte=0), name="list_price_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="product_by_name"),
            models.Index(Upper("sku"), name="product_by_sku"),
            GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="product_search", fastupdate=False),
            GinIndex(OpClass(F("specifications"), name="jsonb_path_ops"), name="product_by_specification"),
        ]
        triggers = [
            keep_search_text(
                pgtrigger.UpdateOf("sku", "name", "barcode", "supplier_ref"),
                "concat_ws(' ', NEW.sku, NEW.name, NEW.barcode, NEW.supplier_ref)",
            ),
            *keep_words(),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("inventory:product_detail", args=[self.pk])


class ProductCost(models.Model):
    """What one piece cost us, in the base currency: moving average and last. Seen only with `inventory.view_cost`.

    `received` and `issued` count all pieces that ever came and left, over all locations (transfers don't count): what
    lies between them are the pieces that are here, and `StockLayer` says what those cost. `moved_at` is the newest of
    these moves. The row is the lock of a product's costs.
    """

    product = models.OneToOneField(Product, primary_key=True, on_delete=models.CASCADE, related_name="cost")
    average = PriceField(default=0)
    last = PriceField(default=0)
    received = models.BigIntegerField(default=0, db_default=0, editable=False)
    issued = models.BigIntegerField(default=0, db_default=0, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(average__gte=0) & Q(last__gte=0), name="cost_not_negative"),
            models.CheckConstraint(
                condition=Q(issued__gte=0) & Q(issued__lte=F("received")), name="issued_within_received"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.average}"


@tracked(exclude=["search_text"])
class DeviceModel(models.Model):
    """A phone: its brand, the name on the market, its model codes, and what else people call it."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="device_models")
    name = models.CharField(_("market name"), max_length=120)
    codes = models.JSONField(_("model codes"), default=list, blank=True)
    aliases = models.JSONField(_("aliases"), default=list, blank=True)
    search_text = models.TextField(editable=False, default="", db_default="")

    class Meta:
        verbose_name = _("device model")
        verbose_name_plural = _("device models")
        ordering = ["brand__name", "name"]
        constraints = [
            models.UniqueConstraint("brand", Upper("name"), name="one_device_model_per_brand_and_name")
        ]
        indexes = [
            GinIndex(
                OpClass(F("search_text"), name="gin_trgm_ops"), name="device_model_search", fastupdate=False
            )
        ]
        triggers = [
            # People write "note10" as often as "Note 10", so the name stands there without its spaces too.
            keep_search_text(
                pgtrigger.UpdateOf("brand_id", "name", "codes", "aliases"),
                "concat_ws(' ', (SELECT name FROM inventory_brand WHERE id = NEW.brand_id), NEW.name, "
                "translate(NEW.codes::text || NEW.aliases::text, '[]\",', '    '), replace(NEW.name, ' ', ''))",
            ),
            *keep_words(),
            *keep_spellings(),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("inventory:devicemodel_detail", args=[self.pk])


class FitQuerySet(models.QuerySet["Compatibility"]):
    def fitting(self) -> FitQuerySet:
        """Those that hold: read out of a name, or said by a person."""
        return self.filter(state__in=Compatibility.FITTING)

    def doubtful(self) -> FitQuerySet:
        """Those that nobody has looked at, the most doubtful first."""
        return self.filter(state=Compatibility.State.LEARNT).order_by("confidence", "pk")

    def unsure(self) -> FitQuerySet:
        """Those of them that somebody should look at soon; the others are most likely right."""
        return self.doubtful().filter(confidence__lt=Compatibility.UNSURE)


class Compatibility(models.Model):
    """A product fits a device.

    Learnt ones were read out of a name; `confidence` says how far to trust that, and stays what it was when a person
    confirms or rejects them. A rejected pair is kept, so that it is not learnt again: it fits nothing.
    """

    class State(models.TextChoices):
        LEARNT = "learnt", _("Read from the name")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Rejected")

    FITTING = (State.LEARNT, State.CONFIRMED)
    UNSURE = Decimal("0.70")

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="compatibilities")
    device_model = models.ForeignKey(DeviceModel, on_delete=models.CASCADE, related_name="compatibilities")
    confidence = models.DecimalField(_("confidence"), max_digits=3, decimal_places=2, default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.CONFIRMED, db_default=State.CONFIRMED
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = FitQuerySet.as_manager()

    class Meta:
        verbose_name = _("compatibility")
        verbose_name_plural = _("compatibilities")
        permissions = [("review_compatibility", "Can confirm and reject what products fit")]
        constraints = [
            models.UniqueConstraint(fields=["product", "device_model"], name="one_compatibility_per_pair"),
            models.CheckConstraint(
                condition=Q(confidence__gt=0) & Q(confidence__lte=1), name="confidence_between_0_and_1"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["learnt", "confirmed", "rejected"]), name="compatibility_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="learnt") | Q(by=None, at=None), name="learnt_is_decided_by_nobody"
            ),
        ]
        indexes = [
            models.Index(
                fields=["confidence", "id"], condition=Q(state="learnt"), name="compatibility_by_doubt"
            )
        ]

    def __str__(self) -> str:
        return f"{self.product} – {self.device_model}"


class SearchWord(models.Model):
    """A word that stands in some product or device. A typed word that is not here has a typo."""

    word = models.CharField(max_length=64, primary_key=True)
    near = models.GeneratedField(
        expression=Func(F("word"), function="one_letter_less"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        indexes = [GinIndex(fields=["near"], name="search_word_near")]

    def __str__(self) -> str:
        return self.word
