"""What will not be paid, given up by two people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate, Reverse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.history import AppendOnly, frozen_except

from .account import CreditAccount
from .invoice import CreditNote, DocumentQuerySet, Invoice
from .payment import Payment


class WriteOff(models.Model):
    """Asked for by one person, approved by another; only then it has a number, and moves the books.

    `amount` is what leaves the debt: above zero over invoices (`lines`), below zero over money that came too much and
    that nobody asks back (`payment` or `credit_note`). It is taken back, "recovered", by a row of the opposite amount
    that `reverses` it.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Waits for approval")
        APPROVED = "approved", _("Written off")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    number = models.CharField(_("number"), max_length=24, unique=True, null=True)
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="write_offs")
    currency = CurrencyField(_("currency"))
    amount = MoneyField(_("amount"))
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="write_offs"
    )
    credit_note = models.ForeignKey(
        CreditNote, null=True, blank=True, on_delete=models.PROTECT, related_name="write_offs"
    )
    reason = models.CharField(_("reason"), max_length=240)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.REQUESTED)
    reference = models.CharField(max_length=120, unique=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_note = models.CharField(_("note on the decision"), max_length=240, blank=True)
    written_on = models.DateField(_("written off on"), null=True)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    reversed_at = models.DateTimeField(null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("write-off")
        verbose_name_plural = _("write-offs")
        ordering = ["-requested_at", "-pk"]
        permissions = [
            ("request_writeoff", "Can ask for a write-off"),
            ("approve_writeoff", "Can approve a write-off"),
        ]
        triggers = frozen_except(
            "number", "state", "decided_by", "decided_at", "decision_note", "written_on", "reversed_at"
        )
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="write_off_gives_up_something"),
            models.CheckConstraint(
                condition=Q(state="approved", number__isnull=False, written_on__isnull=False)
                | (~Q(state="approved") & Q(number__isnull=True, written_on__isnull=True)),
                name="write_off_is_numbered_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=False)
                | Q(amount__gt=0, payment__isnull=True, credit_note__isnull=True)
                | Q(amount__lt=0, payment__isnull=False, credit_note__isnull=True)
                | Q(amount__lt=0, payment__isnull=True, credit_note__isnull=False),
                name="write_off_is_of_debt_or_of_money",
            ),
            models.CheckConstraint(
                condition=Q(state="requested", decided_at__isnull=True)
                | (~Q(state="requested") & Q(decided_at__isnull=False)),
                name="write_off_decided_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(reverses__isnull=False)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("requested_by")),
                name="write_off_approved_by_somebody_else",
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_at", "id"], condition=Q(state="requested"), name="write_off_waiting"
            ),
            models.Index(fields=["-requested_at", "-id"], name="write_off_newest_first"),
            models.Index(fields=["account", "-requested_at"], name="write_off_by_account"),
            models.Index(
                fields=["written_on"],
                include=["account", "amount"],
                condition=Q(written_on__isnull=False),
                name="write_off_by_day",
            ),
            models.Index(Collate(Reverse(F("number")), "C"), name="write_off_by_number_ending"),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Write-off not yet approved"))

    def get_absolute_url(self) -> str:
        return reverse("credit:write_off_detail", args=[self.pk])


class WriteOffLine(AppendOnly):
    """How much of which invoice is asked to be given up. What was given up then is in the allocations."""

    write_off = models.ForeignKey(WriteOff, on_delete=models.PROTECT, related_name="lines")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="write_off_lines")
    amount = MoneyField(_("amount"))

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="write_off_line_gives_up_something"),
            models.UniqueConstraint(fields=["write_off", "invoice"], name="one_write_off_line_per_invoice"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.invoice_id}"
