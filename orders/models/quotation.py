"""What an order would cost, as it was told to the customer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate, Reverse
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.history import AppendOnly
from customers.models import Customer

from .order import Order


class QuotationQuerySet(models.QuerySet["Quotation"]):
    def visible_to(self, user: Any) -> QuotationQuerySet:
        return self.filter(order__customer__in=Customer.objects.visible_to(user))


class Quotation(AppendOnly):
    """A draft order on paper: a quotation, or a proforma invoice to pay or import by. It binds no stock and no credit.

    Everything on it is frozen as it was told; `lines` are the words and figures of that day. A changed order is told
    again under a new number. `order_version` is the order as it was; `costs` what a piece cost us then, by product id:
    never shown with the paper.
    """

    class Kind(models.TextChoices):
        QUOTATION = "quotation", _("Quotation")
        PROFORMA = "proforma", _("Proforma invoice")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=24, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="quotations")
    order_version = models.PositiveIntegerField()
    currency = CurrencyField(_("currency"))
    issued_on = models.DateField(_("issued"))
    valid_until = models.DateField(_("valid until"))
    terms = models.CharField(_("payment terms"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    lines: Any = models.JSONField()
    costs = models.JSONField(default=dict, editable=False)
    net = MoneyField(_("net"))
    tax = MoneyField(_("tax"))
    total = MoneyField(_("total"))
    bill_to = models.JSONField(default=dict)
    seller = models.JSONField(default=dict)
    language = models.CharField(max_length=8)
    reference = models.CharField(max_length=120, unique=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField()

    objects = QuotationQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        ordering = ["-issued_on", "-pk"]
        permissions = [("issue_quotation", "Can issue a quotation or proforma invoice")]
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("net") + F("tax")) & Q(total__gt=0), name="quotation_total_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("issued_on")), name="quotation_valid_after_issue"
            ),
        ]
        indexes = [
            models.Index(fields=["-issued_on", "-id"], name="quotation_newest_first"),
            models.Index(Collate(Reverse(F("number")), "C"), name="quotation_by_number_ending"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The order it was made of, where all its papers stand."""
        return self.order.get_absolute_url()

    def is_valid(self, on: dt.date) -> bool:
        """Whether the prices are still promised."""
        return on <= self.valid_until
