"""An invoice that is due in parts: which plan was in force on which day, and what of it is open now."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.history import AppendOnly, frozen_except

from .account import CreditAccount
from .invoice import DocumentQuerySet, Invoice


class InstalmentPlan(models.Model):
    """One version of when an invoice is due. Frozen; the next version ends it, and nothing else changes.

    An invoice with `in_parts` has exactly one in force on every day since it was issued: from `from_on`, up to the day
    before `until_on` (null: still). One that ended on the day it began was never in force at the end of a day.
    """

    class Source(models.TextChoices):
        PRINTED = "printed", _("as printed")
        TERMS = "terms", _("by payment terms")
        AGREED = "agreed", _("agreed")
        CANCELLED = "cancelled", _("cancelled: due as printed")

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField(_("version"))
    source = models.CharField(_("source"), max_length=9, choices=Source.choices)
    from_on = models.DateField(_("in force from"))
    until_on = models.DateField(_("replaced on"), null=True)
    reason = models.CharField(_("reason"), max_length=240, blank=True)
    reference = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("instalment plan")
        verbose_name_plural = _("instalment plans")
        ordering = ["invoice", "version"]
        permissions = [("agree_instalmentplan", "Can agree an instalment plan")]
        triggers = frozen_except("until_on")
        constraints = [
            models.UniqueConstraint(fields=["invoice", "version"], name="one_plan_per_version"),
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(until_on=None), name="one_plan_in_force_per_invoice"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="plan_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.version}"


class Instalment(AppendOnly):
    """One part of a plan. Σ parts of a plan = the invoice's total; what is paid counts against the lowest position.

    `later` is the sum of the parts after it, so what is open of a part follows from what is open of the invoice:
    `least(amount, greatest(outstanding − later, 0))`. Position 0 is what had been paid when the plan was made; it is
    due as printed, should that money turn out not to have come.
    """

    plan = models.ForeignKey(InstalmentPlan, on_delete=models.PROTECT, related_name="parts")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="instalments")
    position = models.PositiveSmallIntegerField(_("part"))
    due_on = models.DateField(_("due"))
    amount = MoneyField(_("amount"))
    later = MoneyField()

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="one_instalment_per_position"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(later__gte=0), name="instalment_asks_for_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.amount}"


class OpenPart(models.Model):
    """What is open now, by the day it is due: a view, one row for an open invoice, or for each open part of one.

    The ORM's way to ask what is late, of how many customers, in one query. `queries.parts.open_parts` answers for
    other days.
    """

    id = models.CharField(primary_key=True, max_length=32)
    invoice = models.ForeignKey(Invoice, on_delete=models.DO_NOTHING, related_name="open_parts")
    account = models.ForeignKey(CreditAccount, on_delete=models.DO_NOTHING, related_name="open_parts")
    currency = CurrencyField()
    position = models.PositiveSmallIntegerField()
    issued_on = models.DateField()
    due_on = models.DateField()
    amount = MoneyField()
    outstanding = MoneyField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "credit_openpart"
        default_permissions = ()
        ordering = ["due_on", "invoice", "position"]

    def __str__(self) -> str:
        return f"{self.id}: {self.outstanding}"
