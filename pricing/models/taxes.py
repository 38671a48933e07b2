"""Tax rates."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from customers.models.choices import TaxTreatment
from inventory.models.catalogue import TaxCategory

from .lists import validity


@tracked()
class TaxRate(models.Model):
    """The rate in percent for a kind of product sold to a kind of customer, while valid."""

    product_category = models.CharField(
        _("product's tax category"), max_length=12, choices=TaxCategory.choices
    )
    customer_treatment = models.CharField(
        _("customer's tax treatment"),
        max_length=12,
        choices=TaxTreatment.choices,
        default=TaxTreatment.STANDARD,
    )
    rate = models.DecimalField(_("rate, %"), max_digits=6, decimal_places=3)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        constraints = [
            models.CheckConstraint(condition=Q(rate__gte=0) & Q(rate__lt=100), name="tax_rate_is_a_share"),
            ExclusionConstraint(
                name="one_tax_rate_at_a_time",
                expressions=[
                    ("product_category", RangeOperators.EQUAL),
                    ("customer_treatment", RangeOperators.EQUAL),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("There is already a rate for these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_category} / {self.customer_treatment}: {self.rate} %"
