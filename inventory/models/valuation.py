"""What pieces cost us: layers of what came, issues of what left, charges that came later, and what was put right.

Layers and issues are worked out from the stock ledger (`operations.valuation`) and may be worked out again at any time.
All pieces of a product that ever came stand in one long row, oldest first; a layer is the stretch from `begins` to
`ends` of it. An issue takes the next stretch of the same row. So first in is first out, what remains of a layer is
what lies behind `ProductCost.issued`, and nobody has to write it down.
"""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField, PriceField
from core.history import AppendOnly

from .catalogue import Product
from .stock import GoodsReceipt, GoodsReceiptLine, StockMove


class StockLayerQuerySet(models.QuerySet["StockLayer"]):
    def with_remaining(self) -> StockLayerQuerySet:
        """`remaining`: pieces of the layer that are still here."""
        left = F("ends") - Greatest(F("begins"), F("product__cost__issued"))
        return self.annotate(remaining=Greatest(Least(left, F("ends") - F("begins")), 0))

    def standing(self) -> StockLayerQuerySet:
        """Layers of which something is left, oldest first."""
        return self.with_remaining().filter(ends__gt=F("product__cost__issued")).order_by("begins")


class StockLayer(models.Model):
    """Pieces that came together at one cost: a receipt's with its landed cost, a return's as it had left.

    `unit_cost` has ten decimals, so that pieces × cost gives the amount that was paid to the cent. `average` is the
    moving average after they came. `move` is the one that first booked them.
    """

    move = models.OneToOneField(StockMove, primary_key=True, on_delete=models.PROTECT, related_name="layer")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="layers", db_index=False)
    at = models.DateTimeField(_("at"))
    begins = models.BigIntegerField()
    ends = models.BigIntegerField()
    unit_cost = models.DecimalField(_("cost of one piece"), max_digits=22, decimal_places=10)
    average = PriceField(_("average cost"))

    objects = StockLayerQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock layer")
        verbose_name_plural = _("stock layers")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["product", "begins"],
                name="layers_do_not_overlap",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(begins__gte=0, ends__gt=F("begins")), name="layer_holds_pieces"
            ),
            models.CheckConstraint(condition=Q(unit_cost__gte=0), name="layer_cost_not_negative"),
        ]
        indexes = [
            models.Index(fields=["product", "ends"], name="layer_by_piece"),
            models.Index(fields=["product", "at", "move"], name="layer_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.product_id} at {self.unit_cost}"

    @property
    def quantity(self) -> int:
        return self.ends - self.begins


class StockIssue(models.Model):
    """Pieces that left. `unit_cost` is the moving average of that moment as we know it today; None when never known.

    The ledger keeps what was known when they left; `CostVariance` tells the difference.
    """

    move = models.OneToOneField(StockMove, primary_key=True, on_delete=models.PROTECT, related_name="issue")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="issues", db_index=False)
    at = models.DateTimeField(_("at"))
    begins = models.BigIntegerField()
    ends = models.BigIntegerField()
    unit_cost = PriceField(_("cost of one piece"), null=True)

    class Meta:
        verbose_name = _("stock issue")
        verbose_name_plural = _("stock issues")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["product", "begins"],
                name="issues_do_not_overlap",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(begins__gte=0, ends__gt=F("begins")), name="issue_takes_pieces"
            ),
        ]
        indexes = [models.Index(fields=["product", "at", "move"], name="issue_by_time")]

    def __str__(self) -> str:
        return f"{self.ends - self.begins} of {self.product_id} left"


class LandedCharge(AppendOnly):
    """Freight, duty or a fee put onto a goods receipt, in the base currency. Taken back by a row that `reverses` it."""

    class Kind(models.TextChoices):
        FREIGHT = "freight", _("Freight")
        DUTY = "duty", _("Duty")
        INSURANCE = "insurance", _("Insurance")
        FEE = "fee", _("Fee")
        OTHER = "other", _("Other")

    class ShareBy(models.TextChoices):
        VALUE = "value", _("By value")
        PIECES = "pieces", _("By pieces")
        LINES = "lines", _("Every line the same")

    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.PROTECT, related_name="charges")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    amount = MoneyField(_("amount"))
    share_by = models.CharField(_("shared"), max_length=8, choices=ShareBy.choices, default=ShareBy.VALUE)
    document = models.CharField(_("bill"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=240, blank=True)
    reference = models.CharField(max_length=120, unique=True)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("landed charge")
        verbose_name_plural = _("landed charges")
        ordering = ["at", "pk"]
        permissions = [("charge_receipt", "Can put freight, duty and fees onto receipts")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses=None, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="charge_adds_or_is_taken_back",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} on {self.receipt_id}"


class LandedShare(models.Model):
    """What one line carries of a charge. Shared anew when a line of the receipt is corrected; adds up to the charge."""

    charge = models.ForeignKey(LandedCharge, on_delete=models.PROTECT, related_name="shares")
    line = models.ForeignKey(GoodsReceiptLine, on_delete=models.PROTECT, related_name="shares")
    amount = MoneyField()

    class Meta:
        verbose_name = _("share of a landed charge")
        verbose_name_plural = _("shares of landed charges")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["charge", "line"], name="one_share_per_charge_and_line")
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.charge_id}"


class ReceiptCorrection(AppendOnly):
    """A line of a receipt was wrong: what stood there, what is right, and why."""

    line = models.ForeignKey(GoodsReceiptLine, on_delete=models.PROTECT, related_name="corrections")
    quantity_before = models.PositiveIntegerField()
    unit_cost_before = PriceField()
    quantity = models.PositiveIntegerField(_("pieces"))
    unit_cost = PriceField(_("cost of one piece"))
    reason = models.CharField(_("reason"), max_length=240)
    reference = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("correction of a receipt")
        verbose_name_plural = _("corrections of receipts")
        ordering = ["-at", "-pk"]
        permissions = [("correct_receipt", "Can correct receipts")]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.quantity_before} → {self.quantity}"


class CostVariance(AppendOnly):
    """Pieces had left at a cost that turned out to be another: what was told before, what is known now, and why."""

    class Cause(models.TextChoices):
        CHARGE = "charge", _("Landed charge")
        CORRECTION = "correction", _("Corrected receipt")
        BACKDATED = "backdated", _("Booked later")
        RECOUNT = "recount", _("Worked out again")

    move = models.ForeignKey(StockMove, on_delete=models.PROTECT, related_name="variances")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="variances", db_index=False)
    pieces = models.PositiveIntegerField(_("pieces"))
    before = PriceField(_("cost before"))
    after = PriceField(_("cost now"))
    amount = MoneyField(_("difference"))
    cause = models.CharField(_("because of"), max_length=10, choices=Cause.choices)
    document = models.CharField(_("document"), max_length=80, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("cost variance")
        verbose_name_plural = _("cost variances")
        ordering = ["-at", "-pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["product", "-at", "-id"], name="variance_by_product"),
            models.Index(fields=["-at", "-id"], name="variance_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} of {self.product_id}: {self.before} → {self.after}"

    @property
    def each(self) -> Decimal:
        return self.after - self.before
