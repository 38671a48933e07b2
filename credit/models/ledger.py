"""The receivables ledger and what paid what. Append-only, by trigger."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.history import AppendOnly

from .account import CreditAccount
from .invoice import CreditNote, Invoice
from .payment import Payment
from .write_off import WriteOff


class ReceivableEntry(AppendOnly):
    """One fact that changed a balance: an invoice adds, a payment or credit note takes away.

    A write-off takes away what will not come (or, over money nobody asks back, adds it); a refund adds what was paid
    back. Each is undone by an entry of its own kind: `recovery`, `refund_back`.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        DEBIT_NOTE = "debit_note", _("Debit note")
        LATE_FEE = "late_fee", _("Late fee")
        OPENING = "opening", _("Opening balance")
        PAYMENT = "payment", _("Payment")
        REVERSAL = "reversal", _("Reversed payment")
        CREDIT_NOTE = "credit_note", _("Credit note")
        WRITE_OFF = "write_off", _("Write-off")
        RECOVERY = "recovery", _("Write-off taken back")
        REFUND = "refund", _("Refund")
        REFUND_BACK = "refund_back", _("Refund that came back")

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    amount = MoneyField(_("amount"))
    currency = CurrencyField()
    document = models.CharField(_("document"), max_length=24)
    reference = models.CharField(max_length=120, unique=True)
    posted_on = models.DateField(_("date"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("receivable entry")
        verbose_name_plural = _("receivable entries")
        ordering = ["posted_on", "pk"]
        indexes = [models.Index(fields=["account", "posted_on", "id"], name="receivables_by_account")]

    def __str__(self) -> str:
        return f"{self.document} {self.amount}"


class Allocation(AppendOnly):
    """So much of a payment, credit note or write-off went to this invoice. Taking it back is a negative row."""

    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="allocations")
    credit_note = models.ForeignKey(
        CreditNote, null=True, on_delete=models.PROTECT, related_name="allocations"
    )
    write_off = models.ForeignKey(WriteOff, null=True, on_delete=models.PROTECT, related_name="allocations")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    amount = MoneyField()
    allocated_on = models.DateField()
    reference = models.CharField(max_length=120, unique=True)
    reason = models.CharField(_("reason"), max_length=240, blank=True, db_default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit_note__isnull=True, write_off__isnull=True)
                | Q(payment__isnull=True, credit_note__isnull=False, write_off__isnull=True)
                | Q(payment__isnull=True, credit_note__isnull=True, write_off__isnull=False),
                name="allocation_has_one_source",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="allocation_moves_something"),
        ]
        indexes = [
            models.Index(fields=["invoice", "allocated_on"], name="allocation_by_invoice"),
            models.Index(fields=["allocated_on"], include=["invoice", "amount"], name="allocation_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} to {self.invoice_id}"
