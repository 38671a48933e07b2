"""Counts of what really lies on the shelves, while selling goes on.

A count is opened over a location, a range of its shelves, a category or chosen products: one line each. What somebody
counts is kept as an entry that is never changed, beside what the books said at that moment; so pieces that are sold or
received before or after it change nothing about the variance.
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.history import AppendOnly, tracked

from .catalogue import Category, Product
from .stock import Location

APPROVED_BY_ANOTHER = """
IF NEW.decided_by_id IS NULL OR EXISTS (
    SELECT FROM inventory_stockcountentry entry JOIN inventory_stockcountline line ON line.id = entry.line_id
    WHERE line.count_id = NEW.id AND entry.by_id = NEW.decided_by_id
) THEN
    RAISE EXCEPTION 'large_count_is_approved_by_another: count %', NEW.number USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


@tracked()
class StockCount(models.Model):
    """One count: what is counted, how, and what became of it. `blind`: who counts does not see what the books say.

    `takes_two`: its variances are worth so much that who counted any of it may not approve it; the database holds that.
    """

    class Scope(models.TextChoices):
        LOCATION = "location", _("All of a location")
        SHELVES = "shelves", _("A range of shelves")
        CATEGORY = "category", _("A category")
        PRODUCTS = "products", _("Chosen products")

    class State(models.TextChoices):
        COUNTING = "counting", _("Counting")
        REVIEW = "review", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=24, unique=True)
    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="counts"
    )
    scope = models.CharField(_("what is counted"), max_length=8, choices=Scope.choices)
    shelf_from = models.CharField(_("from shelf"), max_length=24, blank=True)
    shelf_to = models.CharField(_("to shelf"), max_length=24, blank=True)
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    blind = models.BooleanField(_("blind"), default=True)
    note = models.CharField(_("note"), max_length=240, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.COUNTING, db_default="counting"
    )
    reference = models.CharField(max_length=120, unique=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(_("opened"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(_("counting ended"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_note = models.CharField(_("note on the decision"), max_length=240, blank=True)
    takes_two = models.BooleanField(_("approved by another"), default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        ordering = ["-opened_at", "-pk"]
        triggers = [
            pgtrigger.Trigger(
                name="large_count_is_approved_by_another",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__state="approved", new__takes_two=True),
                func=APPROVED_BY_ANOTHER,
            )
        ]
        permissions = [
            ("count_stock", "Can count stock"),
            ("approve_stockcount", "Can approve stock counts"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="category", category__isnull=False)
                | (~Q(scope="category") & Q(category__isnull=True)),
                name="count_of_a_category_names_it",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["counting", "review"], decided_at__isnull=True)
                | Q(state__in=["approved", "cancelled"], decided_at__isnull=False),
                name="count_decided_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="count_newest_first"),
            models.Index(
                fields=["state", "opened_at"],
                condition=Q(state__in=["counting", "review"]),
                name="count_open",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("inventory:count_detail", args=[self.pk])


class StockCountLine(models.Model):
    """One product of a count. `expected` is what the books said at the moment of its last entry; None: not counted.

    `moved`: pieces that came or went between its first entry and its last, so that it may be worth another look.
    `rounds`: how often it was written, so that two people notice each other. `after_move`: no move of the product was
    younger when it was counted; ids rise with the lock of the level, so this is exact where clocks are not.
    `recount`: somebody asked to count it again. `dropped`: left out of what is booked. `booked`: pieces that were.
    """

    count = models.ForeignKey(StockCount, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="count_lines")
    shelf = models.CharField(_("shelf"), max_length=24, blank=True, db_default="")
    counted = models.IntegerField(_("counted"), null=True)
    expected = models.IntegerField(_("expected"), null=True)
    variance = models.GeneratedField(
        expression=F("counted") - F("expected"), output_field=models.IntegerField(), db_persist=True
    )
    moved = models.IntegerField(default=0, db_default=0)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    counted_at = models.DateTimeField(_("counted at"), null=True)
    rounds = models.PositiveSmallIntegerField(default=0, db_default=0)
    after_move = models.BigIntegerField(null=True)
    recount = models.BooleanField(default=False, db_default=False)
    dropped = models.BooleanField(default=False, db_default=False)
    unexpected = models.BooleanField(default=False, db_default=False)
    booked = models.IntegerField(null=True)

    class Meta:
        verbose_name = _("line of a count")
        verbose_name_plural = _("lines of counts")
        default_permissions = ()
        ordering = ["shelf", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["count", "product"], name="one_count_line_per_product"),
            models.CheckConstraint(
                condition=Q(counted__isnull=True) | Q(counted__gte=0), name="counted_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(counted__isnull=True, expected__isnull=True, counted_at__isnull=True)
                | Q(counted__isnull=False, expected__isnull=False, counted_at__isnull=False),
                name="counted_knows_what_was_expected_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count_id}: {self.counted} of {self.product_id}"


class StockCountEntry(AppendOnly):
    """What somebody counted, at one moment. `adds` to what was counted before, or takes its place.

    `total` is what the line came to with it, `on_hand` what the books said. `reference` makes a repeated scan one.
    """

    line = models.ForeignKey(StockCountLine, on_delete=models.PROTECT, related_name="entries")
    pieces = models.IntegerField(_("pieces"))
    adds = models.BooleanField()
    total = models.IntegerField()
    on_hand = models.IntegerField()
    reference = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("entry of a count")
        verbose_name_plural = _("entries of counts")
        default_permissions = ()
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="count_entry_total_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.pieces} of line {self.line_id}"
