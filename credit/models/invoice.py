"""Issued documents. They are never edited; another document reverses them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Collate, Reverse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField, PriceField
from core.history import AppendOnly, frozen_except
from customers.models import Customer

from .account import CreditAccount


class DocumentQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> DocumentQuerySet:
        return self.filter(account__customer__in=Customer.objects.visible_to(user))

    def open(self) -> DocumentQuerySet:
        return self.filter(outstanding__gt=0)

    def overdue(self, *, on: dt.date) -> DocumentQuerySet:
        """Invoices with something due before `on`: whole, or a part of the plan in force."""
        late = self._open_parts().filter(due_on__lt=on)
        whole = Q(in_parts=False, due_on__lt=on)
        return self.open().filter(whole | Q(Q(in_parts=True) & Q(Exists(late))))

    def with_late_part(self, *, on: dt.date) -> DocumentQuerySet:
        """Invoices in parts of which a part is late."""
        return self.overdue(on=on).filter(in_parts=True)

    def with_next_due(self) -> DocumentQuerySet:
        """Annotate `next_due`: what `Invoice.next_due_on` says, for lists and orders, without asking for each row."""
        parts = self._open_parts().order_by("position").values("due_on")[:1]
        ordinary = F("due_on")
        by_plan = Coalesce(Subquery(parts), ordinary)
        return self.annotate(
            next_due=Case(
                When(in_parts=True, then=by_plan), default=ordinary, output_field=models.DateField()
            )
        )

    def longest_due(self) -> DocumentQuerySet:
        """The open ones, in the order a payment pays them."""
        return self.open().with_next_due().order_by("next_due", "pk")

    def _open_parts(self) -> models.QuerySet[Any]:
        """The open parts of the plan in force of an invoice around this question."""
        from .instalment import Instalment

        return Instalment.objects.filter(
            invoice=OuterRef("pk"), plan__until_on=None, later__lt=OuterRef("outstanding")
        )


class Invoice(models.Model):
    """A bill. Frozen once issued; only what is still outstanding on it, and its printed file, may change.

    `bill_to` and `seller` are the words as printed that day. `order_number` says which order it bills, as on paper:
    credit does not know orders. lines + rounding = total, to the cent.

    `kind` tells a bill for goods from what else is owed by paper: a debit note, a late fee, an amount that was open
    before Tradeline. All of them age, are paid and are taken back alike. `about` is the invoice a charge is for.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        DEBIT_NOTE = "debit_note", _("Debit note")
        LATE_FEE = "late_fee", _("Late fee")
        OPENING = "opening", _("Opening balance")

    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind.choices, default=Kind.INVOICE, db_default=Kind.INVOICE
    )
    number = models.CharField(_("number"), max_length=24, unique=True)
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="invoices")
    currency = CurrencyField(_("currency"))
    issued_on = models.DateField(_("issued"))
    due_on = models.DateField(_("due"))
    terms = models.CharField(_("payment terms"), max_length=60, blank=True)
    order_number = models.CharField(_("order"), max_length=24, blank=True)
    about = models.ForeignKey(
        "self",
        verbose_name=_("about invoice"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="charges",
    )
    reason = models.CharField(_("reason"), max_length=240, blank=True, default="", db_default="")
    reference = models.CharField(max_length=120, unique=True)
    net = MoneyField(_("net"))
    tax = MoneyField(_("tax"))
    rounding = MoneyField(_("rounding"), default=0)
    total = MoneyField(_("total"))
    outstanding = MoneyField(_("outstanding"))
    bill_to = models.JSONField(default=dict)
    seller = models.JSONField(default=dict)
    language = models.CharField(max_length=8, default="en")
    in_parts = models.BooleanField(_("in parts"), default=False, db_default=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField()
    pdf = models.FileField(upload_to="invoices/%Y/%m/", blank=True)
    pdf_made_at = models.DateTimeField(null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        permissions = [("issue_debitnote", "Can issue a debit note")]
        ordering = ["-issued_on", "-pk"]
        triggers = frozen_except("outstanding", "in_parts", "pdf", "pdf_made_at")
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("net") + F("tax") + F("rounding")), name="invoice_total_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(outstanding__gte=0) & Q(outstanding__lte=F("total")),
                name="outstanding_between_nothing_and_total",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="invoice_due_after_issue"),
            models.CheckConstraint(
                condition=Q(kind__in=["invoice", "debit_note", "late_fee", "opening"]),
                name="invoice_is_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["invoice", "opening"]) | ~Q(reason=""), name="charge_says_why"
            ),
            models.CheckConstraint(
                condition=Q(about__isnull=True) | Q(kind__in=["debit_note", "late_fee"]),
                name="only_a_charge_is_about_an_invoice",
            ),
        ]
        indexes = [
            models.Index(fields=["-issued_on", "-id"], name="invoice_newest_first"),
            models.Index(fields=["due_on", "id"], name="invoice_by_due_day"),
            models.Index(fields=["total", "id"], name="invoice_by_total"),
            models.Index(fields=["outstanding", "id"], name="invoice_by_outstanding"),
            models.Index(
                fields=["account", "due_on", "id"],
                include=["outstanding", "currency", "issued_on", "in_parts"],
                condition=Q(outstanding__gt=0),
                name="invoice_open_by_account_parts",
            ),
            models.Index(fields=["account", "id"], condition=Q(in_parts=True), name="invoice_in_parts"),
            # What came due of one account since a day, for its rating; read without touching the rows.
            models.Index(
                fields=["account", "due_on"], include=["id", "outstanding"], name="invoice_due_by_account"
            ),
            models.Index(fields=["account", "-issued_on"], name="invoice_by_account"),
            models.Index(
                fields=["kind", "-issued_on", "-id"], condition=~Q(kind="invoice"), name="charges_by_kind"
            ),
            models.Index(fields=["order_number"], condition=~Q(order_number=""), name="invoice_by_order"),
            # "412" finds INV-2026-00412: the number backwards, in plain order, so a prefix is a range.
            models.Index(Collate(Reverse(F("number")), "C"), name="invoice_by_number_ending"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("credit:invoice_detail", args=[self.pk])

    @property
    def is_charge(self) -> bool:
        """A debit note or a fee: it says why, and comes from no order."""
        return self.kind in (self.Kind.DEBIT_NOTE, self.Kind.LATE_FEE)

    @property
    def is_paid(self) -> bool:
        return self.outstanding == 0

    @property
    def next_due_on(self) -> dt.date:
        """When what is open is due: the day of the oldest open part, or of the whole invoice.

        One query for an invoice in parts that `with_next_due` did not load.
        """
        if not self.in_parts:
            return self.due_on
        if "next_due" not in self.__dict__:
            parts = self.instalments.filter(plan__until_on=None, later__lt=self.outstanding)
            found = parts.order_by("position").values_list("due_on", flat=True).first()
            self.__dict__["next_due"] = found or self.due_on
        day: dt.date = self.__dict__["next_due"]
        return day

    def days_late(self, on: dt.date) -> int:
        """Whole days past the due date of what is open, 0 when not due or paid."""
        return max(0, (on - self.next_due_on).days) if self.outstanding else 0


class InvoiceLine(AppendOnly):
    """One line as printed. `order_line` is its line number on the order it bills."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    order_line = models.PositiveSmallIntegerField(null=True)
    sku = models.CharField(max_length=64)
    description = models.CharField(max_length=300)
    quantity = models.PositiveIntegerField()
    unit_price = PriceField()
    price_includes_tax = models.BooleanField(default=False)
    discount = MoneyField(default=0)
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3)
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="one_invoice_line_per_position"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="invoice_line_adds_up"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="invoice_line_bills_something"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"


class CreditNote(models.Model):
    """Takes back what an invoice billed, whole or in part. What the invoice no longer needs stays unallocated."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="credit_notes")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    currency = CurrencyField(_("currency"))
    issued_on = models.DateField(_("issued"))
    reason = models.CharField(_("reason"), max_length=240)
    reference = models.CharField(max_length=120, unique=True)
    net = MoneyField(_("net"))
    tax = MoneyField(_("tax"))
    rounding = MoneyField(_("rounding"), default=0)
    total = MoneyField(_("total"))
    unallocated_amount = MoneyField(_("unallocated"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
        ordering = ["-issued_on", "-pk"]
        permissions = [("issue_creditnote", "Can issue a credit note")]
        triggers = frozen_except("unallocated_amount")
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("net") + F("tax") + F("rounding")) & Q(total__gt=0),
                name="credit_note_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(unallocated_amount__gte=0) & Q(unallocated_amount__lte=F("total")),
                name="credit_note_allocates_at_most_its_total",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "issued_on"],
                condition=Q(unallocated_amount__gt=0),
                name="credit_note_with_rest",
            ),
            models.Index(fields=["issued_on"], name="credit_note_by_day"),
            models.Index(Collate(Reverse(F("number")), "C"), name="credit_note_by_number_ending"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("credit:credit_note_detail", args=[self.pk])


class CreditNoteLine(AppendOnly):
    """A line taken back."""

    credit_note = models.ForeignKey(CreditNote, on_delete=models.PROTECT, related_name="lines")
    invoice_line = models.ForeignKey(InvoiceLine, on_delete=models.PROTECT, related_name="credited")
    quantity = models.PositiveIntegerField()
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="credit_note_line_adds_up"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.invoice_line_id}"
