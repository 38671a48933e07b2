"""What customers owed before Tradeline, brought over invoice by invoice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.models import FileImport, FileRow
from customers.models import Customer

from .invoice import Invoice
from .payment import Payment


class OpeningImport(FileImport):
    """One file of opening balances. Nothing of it is booked unless it comes to the total that was given.

    `control_amount` is what the documents add up to, `control_open` what is still open on them on `as_of`; what was
    given of the two must be met. `amount` and `open` are what the file has, also the rows that were booked before.
    """

    class Unknown(models.TextChoices):
        ADD = "add", _("Add them as new customers")
        REFUSE = "refuse", _("Refuse their rows")

    class Days(models.TextChoices):
        GUESS = "", _("As the file shows")
        DAY_FIRST = "dmy", _("Day first: 25/12/2026")
        MONTH_FIRST = "mdy", _("Month first: 12/25/2026")

    unknown = models.CharField(
        _("unknown customers"), max_length=6, choices=Unknown.choices, default=Unknown.REFUSE
    )
    days = models.CharField(_("dates"), max_length=3, choices=Days.choices, default=Days.GUESS, blank=True)
    method = models.CharField(
        _("payments came by"), max_length=16, choices=Payment.Method.choices, default=Payment.Method.BANK
    )
    as_of = models.DateField(_("as of"))
    currency = CurrencyField(_("currency"), default=settings.CURRENCY)
    control_amount = MoneyField(_("total of the documents"), null=True, blank=True)
    control_open = MoneyField(_("total still open"), null=True, blank=True)
    amount = MoneyField(_("total of the documents"), default=0)
    open = MoneyField(_("still open"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    known = models.PositiveIntegerField(_("there already"), default=0)
    customers_added = models.PositiveIntegerField(_("customers added"), default=0)
    undone_at = models.DateTimeField(_("taken back"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_why = models.CharField(max_length=240, blank=True)

    class Meta(FileImport.Meta):
        abstract = False
        verbose_name = _("import of opening balances")
        verbose_name_plural = _("imports of opening balances")
        permissions = [("import_openings", "Can import opening balances and take them back")]

    def get_absolute_url(self) -> str:
        return reverse("credit:opening_detail", args=[self.pk])


class OpeningRow(FileRow):
    """What became of one row: its invoice, and the payment of what was paid on it before."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("New")
        KNOWN = "known", _("There already")
        REFUSED = "refused", _("Refused")
        TAKEN_BACK = "taken_back", _("Taken back")

    batch = models.ForeignKey(OpeningImport, on_delete=models.CASCADE, related_name="outcomes")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    document = models.CharField(_("document"), max_length=40, blank=True)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="+")
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(FileRow.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_outcome_per_opening_row"),
            models.CheckConstraint(
                condition=~Q(outcome="created") | Q(invoice__isnull=False),
                name="new_opening_row_has_its_invoice",
            ),
        ]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="opening_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id} row {self.number}: {self.outcome}"
