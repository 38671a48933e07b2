"""Many prices changed at once: what is proposed, from when, and what became of each."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import PriceField, code_field
from core.history import tracked
from inventory.models import Product
from pricing.repricing import Direction, Ending, Method, Source

from .lists import PriceList, PriceRule


@tracked()
class PriceChange(models.Model):
    """A change of many prices in one list. A draft shows what it would do; once set, its prices count from a day on.

    Until that day it can be undone: the prices before it then count on as if nothing had been.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Set")
        UNDONE = "undone", _("Undone")
        DROPPED = "dropped", _("Dropped")

    code = code_field("PC-")
    price_list = models.ForeignKey(
        PriceList, verbose_name=_("list"), on_delete=models.PROTECT, related_name="changes"
    )
    source = models.CharField(_("starting from"), max_length=12, choices=Source.choices, default=Source.LIST)
    source_list = models.ForeignKey(
        PriceList,
        verbose_name=_("prices of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    method = models.CharField(_("change"), max_length=8, choices=Method.choices, default=Method.PERCENT)
    value = models.DecimalField(_("by"), max_digits=12, decimal_places=4, default=0)
    ending = models.CharField(_("round to"), max_length=12, choices=Ending.choices, default=Ending.CENT)
    direction = models.CharField(
        _("rounding"), max_length=8, choices=Direction.choices, default=Direction.NEAREST
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    chosen = models.CharField(_("products"), max_length=300, blank=True)
    reason = models.CharField(_("reason"), max_length=240, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("made"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField(_("set"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    reference = models.CharField(max_length=120, unique=True)

    class Meta:
        verbose_name = _("price change")
        verbose_name_plural = _("price changes")
        permissions = [
            ("set_pricechange", "Can set the prices of a price change"),
            ("undo_pricechange", "Can undo a price change"),
        ]
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="price_change_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"], set_at__isnull=True)
                | Q(state__in=["scheduled", "undone"], set_at__isnull=False),
                name="price_change_set_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False)
                | (~Q(state="undone") & Q(undone_at__isnull=True)),
                name="price_change_undone_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="price_change_newest_first"),
            models.Index(fields=["price_list", "-at"], name="price_change_by_list"),
        ]

    def __str__(self) -> str:
        return str(self.code)

    def get_absolute_url(self) -> str:
        return reverse("pricing:pricechange_detail", args=[self.pk])

    def can_be_undone(self, on: dt.date) -> bool:
        """Whether its prices have not begun to count on that day."""
        return self.state == self.State.SCHEDULED and on < self.starts_on


class PriceChangeLine(models.Model):
    """One price of the change: before and after. `cost` is the average when it was proposed, seen by right only.

    Once set, `rule` is the price it made, `replaced` the one it ended, `replaced_to` that one's last day before.
    """

    class Outcome(models.TextChoices):
        OPEN = "", _("proposed")
        SET = "set", _("set")
        SAME = "same", _("as it was")
        UNDONE = "undone", _("undone")
        KEPT = "kept", _("changed since, left as it is")

    change = models.ForeignKey(PriceChange, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    min_quantity = models.PositiveIntegerField(_("from pieces"), default=1)
    before = PriceField(_("before"), null=True)
    source_price = PriceField(_("starting from"))
    after = PriceField(_("after"))
    cost = PriceField(_("cost"), null=True)
    percent = models.DecimalField(_("change"), max_digits=9, decimal_places=2, null=True)
    below_cost = models.BooleanField(default=False)
    included = models.BooleanField(_("taken"), default=True)
    outcome = models.CharField(_("outcome"), max_length=6, choices=Outcome.choices, blank=True, default="")
    rule = models.ForeignKey(PriceRule, null=True, on_delete=models.SET_NULL, related_name="+")
    replaced = models.ForeignKey(PriceRule, null=True, on_delete=models.SET_NULL, related_name="+")
    replaced_to = models.DateField(null=True)

    class Meta:
        verbose_name = _("price in a change")
        verbose_name_plural = _("prices in a change")
        constraints = [
            models.UniqueConstraint(
                fields=["change", "product", "min_quantity"], name="one_proposal_per_product_and_quantity"
            ),
            models.CheckConstraint(condition=Q(after__gt=0), name="proposed_price_above_zero"),
        ]
        indexes = [models.Index(fields=["change", "id"], name="price_change_line_by_change")]

    def __str__(self) -> str:
        return f"{self.product}: {self.before} → {self.after}"
