"""What the bank says came in and went out, and what became of each line."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import MoneyField
from core.history import frozen_except, tracked_changes
from customers.models import Customer

from .cheque import BankAccount
from .payment import Payment


class BankStatement(models.Model):
    """One file of a bank, as it came. Its lines are read all or none; `problems` says why none.

    `layout` says how a table was read (`credit.banking.layout`). `difference` is what the lines and the opening
    balance leave unexplained of the closing one; empty where the file names no balances.
    """

    class Format(models.TextChoices):
        TABLE = "table", _("Table")
        OFX = "ofx", "OFX"
        CAMT = "camt", "CAMT"

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to confirm")
        READING = "reading", _("Being read")
        READ = "read", _("Read")
        REFUSED = "refused", _("Refused")

    account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, related_name="statements", verbose_name=_("bank account")
    )
    file = models.FileField(upload_to="statements/%Y/%m/")
    file_name = models.CharField(_("file"), max_length=240)
    sha256 = models.CharField(max_length=64, editable=False)
    format = models.CharField(_("format"), max_length=5, choices=Format.choices)
    layout: Any = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.UPLOADED)
    problems: Any = models.JSONField(default=list)
    starts_on = models.DateField(_("from"), null=True)
    ends_on = models.DateField(_("to"), null=True)
    opening = MoneyField(_("opening balance"), null=True)
    closing = MoneyField(_("closing balance"), null=True)
    difference = MoneyField(_("difference"), null=True)
    found = models.PositiveIntegerField(_("lines in the file"), default=0)
    added = models.PositiveIntegerField(_("new lines"), default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("uploaded"))
    job = models.ForeignKey("core.Job", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-at", "-pk"]
        permissions = [("import_bankstatement", "Can import a bank statement and settle its lines")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "sha256"],
                condition=~Q(state="refused"),
                name="one_statement_per_file_of_a_bank_account",
            ),
            models.CheckConstraint(
                condition=Q(added__lte=F("found")), name="statement_adds_at_most_its_lines"
            ),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="bank_statement_newest_first")]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("credit:bank_statement_detail", args=[self.pk])


class BankLineQuerySet(models.QuerySet["BankLine"]):
    def open(self) -> BankLineQuerySet:
        """Those nobody has settled yet."""
        return self.filter(state=BankLine.State.OPEN)


@tracked_changes("state", "payment", "reason")
class BankLine(models.Model):
    """One movement on a bank account, as the bank wrote it. Frozen; only what became of it is written later.

    `fingerprint` names the fact, so that two files that overlap hold it once: equal lines of one day are numbered.
    `amount` is what came in, negative what went out. A booked line has the payment that it is; `bookings` counts how
    often it was booked, so that a line that was undone can be booked again. `score` is what the best suggestion was
    worth when it was last looked at, 0 to 100.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("bank line", "To do")
        BOOKED = "booked", _("Booked")
        IGNORED = "ignored", _("Ignored")

    class How(models.TextChoices):
        NEW = "new", _("Booked as a new payment")
        LINKED = "linked", _("Was booked already")
        APPROVED = "approved", _("Approved an announced payment")
        CLEARED = "cleared", _("Cleared a cheque")

    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="lines")
    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField(_("line"), help_text=_("Where it stands in the file."))
    booked_on = models.DateField(_("date"))
    value_on = models.DateField(_("value date"), null=True)
    amount = MoneyField(_("amount"))
    balance = MoneyField(_("balance after it"), null=True)
    text = models.CharField(_("text"), max_length=600, blank=True)
    payer = models.CharField(_("payer"), max_length=160, blank=True)
    payer_account = models.CharField(_("payer's account"), max_length=80, blank=True)
    reference = models.CharField(_("bank or UPI reference"), max_length=80, blank=True)
    fingerprint = models.CharField(max_length=64, editable=False)

    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.OPEN)
    how = models.CharField(max_length=8, choices=How.choices, blank=True)
    payment = models.OneToOneField(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="bank_line"
    )
    reason = models.CharField(_("reason"), max_length=240, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    bookings = models.PositiveSmallIntegerField(default=0)
    score = models.PositiveSmallIntegerField(_("score"), default=0)

    objects = BankLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank line")
        verbose_name_plural = _("bank lines")
        ordering = ["-booked_on", "-pk"]
        triggers = frozen_except(
            "state", "how", "payment", "reason", "decided_by", "decided_at", "bookings", "score"
        )
        constraints = [
            models.UniqueConstraint(fields=["account", "fingerprint"], name="one_bank_line_per_fingerprint"),
            models.CheckConstraint(condition=~Q(amount=0), name="bank_line_moves_money"),
            models.CheckConstraint(
                condition=Q(state="booked", payment__isnull=False) & ~Q(how="")
                | ~Q(state="booked") & Q(payment__isnull=True, how=""),
                name="booked_bank_line_has_its_payment",
            ),
            models.CheckConstraint(
                condition=~Q(state="ignored") | ~Q(reason=""), name="ignored_bank_line_says_why"
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=True) | Q(amount__gt=0), name="only_money_in_is_a_payment"
            ),
        ]
        indexes = [
            models.Index(fields=["statement", "state", "-score", "id"], name="bank_line_work_list"),
            models.Index(fields=["-booked_on", "-id"], name="bank_line_newest_first"),
            models.Index(fields=["account", "booked_on", "amount"], name="bank_line_alike"),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on:%Y-%m-%d} {self.amount} {self.payer or self.text[:40]}"

    def get_absolute_url(self) -> str:
        return reverse("credit:bank_line_detail", args=[self.pk])


class PayerAlias(models.Model):
    """How a customer is called on bank statements, learnt from lines that somebody confirmed.

    `key` is a name, UPI address, account or phone, folded (`credit.banking.payers`); `times` how often it was so.
    """

    key = models.CharField(max_length=160)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="payer_aliases")
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("name on bank statements")
        verbose_name_plural = _("names on bank statements")
        constraints = [
            models.UniqueConstraint(fields=["key", "customer"], name="one_alias_per_name_and_customer")
        ]

    def __str__(self) -> str:
        return self.key
