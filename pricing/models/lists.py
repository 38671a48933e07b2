"""Price lists and the prices in them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, PriceField
from core.history import tracked
from customers.models import Customer, Segment
from inventory.models import Product


class DateRange(Func):
    """`daterange(valid_from, valid_to, '[]')`: both days count, an empty end is open."""

    function = "daterange"
    output_field = DateRangeField()


def validity() -> DateRange:
    return DateRange("valid_from", "valid_to", RangeBoundary(inclusive_lower=True, inclusive_upper=True))


@tracked()
class PriceList(models.Model):
    """Prices that belong together: the base list, a segment's list, or a promotion that ends."""

    class Kind(models.TextChoices):
        BASE = "base", _("Base")
        SEGMENT = "segment", _("Segment")
        PROMOTION = "promotion", _("Promotion or season")

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.BASE)
    currency = CurrencyField(_("currency"), default=settings.CURRENCY)
    segment = models.ForeignKey(
        Segment,
        verbose_name=_("segment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="price_lists",
    )
    prices_include_tax = models.BooleanField(_("prices include tax"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="segment", segment__isnull=False)
                | (~Q(kind="segment") & Q(segment__isnull=True)),
                name="segment_list_names_its_segment",
            ),
            models.UniqueConstraint(
                fields=["currency"],
                condition=Q(kind="base", is_active=True),
                name="one_base_list_per_currency",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pricing:pricelist_detail", args=[self.pk])


class PriceRuleQuerySet(models.QuerySet["PriceRule"]):
    def visible_to(self, user: Any) -> PriceRuleQuerySet:
        """Prices for everybody, and those of the customers a person may see."""
        return self.filter(Q(customer__isnull=True) | Q(customer__in=Customer.objects.visible_to(user)))

    def valid(self, *, on: dt.date) -> PriceRuleQuerySet:
        """Both days of a validity count."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on)
        )

    def not_ended(self, *, on: dt.date) -> PriceRuleQuerySet:
        """Valid on a day or later."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))


@tracked()
class PriceRule(models.Model):
    """A price of one product from a quantity on, while it is valid, for one customer or for all of its list.

    The same rule can't be valid twice at a time: the database refuses overlapping validity.
    """

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="rules")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="price_rules")
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="price_rules"
    )
    min_quantity = models.PositiveIntegerField(_("from pieces"), default=1)
    unit_price = PriceField(_("price of one piece"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = PriceRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("price rule")
        verbose_name_plural = _("price rules")
        constraints = [
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="price_not_negative"),
            models.CheckConstraint(condition=Q(min_quantity__gte=1), name="break_starts_at_one_piece"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="price_valid_forwards",
            ),
            ExclusionConstraint(
                name="same_price_rule_never_overlaps",
                expressions=[
                    ("price_list", RangeOperators.EQUAL),
                    ("product", RangeOperators.EQUAL),
                    (Coalesce(F("customer_id"), 0), RangeOperators.EQUAL),
                    ("min_quantity", RangeOperators.EQUAL),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("There is already a price for these days."),
            ),
        ]
        indexes = [models.Index(fields=["product", "customer"], name="price_rule_by_product")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.unit_price} from {self.min_quantity}"

    def get_absolute_url(self) -> str:
        return self.price_list.get_absolute_url()
