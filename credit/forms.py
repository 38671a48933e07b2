"""What people type about money owed. Forms check; operations write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.forms import DateField, MoneyField, Sectioned
from core.money import ZERO, format_money
from credit.models import (
    CreditAccount,
    CreditGroup,
    Invoice,
    LimitKind,
    Payment,
    PaymentTerms,
    PromiseToPay,
)
from credit.queries.ageing import BUCKETS, checked_bounds


class InvoiceFilter(filters.FilterSet):
    issued = filters.DateFromToRangeFilter(field_name="issued_on", label=gettext_lazy("Issued"))
    due = filters.DateFromToRangeFilter(field_name="due_on", label=gettext_lazy("Due"))
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = Invoice
        fields: list[str] = []


class PaymentFilter(filters.FilterSet):
    received = filters.DateFromToRangeFilter(field_name="received_on", label=gettext_lazy("Received"))
    method = filters.ChoiceFilter(choices=Payment.Method.choices, label=gettext_lazy("Method"))
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = Payment
        fields: list[str] = []


@dataclass(frozen=True)
class Plan:
    """What a payment would pay: by invoice, and what stays unallocated (below 0: more was given than came)."""

    amount: Decimal
    gets: dict[int, Decimal]
    rest: Decimal

    @property
    def over(self) -> Decimal:
        """How much more than came was given to invoices."""
        return max(-self.rest, ZERO)


class PaymentForm(forms.Form):
    """A payment of one customer. Amounts beside invoices choose what it pays; left empty, the oldest are paid first."""

    amount = MoneyField(label=gettext_lazy("Amount"))
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=Payment.Method.choices)
    received_on = DateField(label=gettext_lazy("Received on"), near="past")
    method_reference = forms.CharField(
        label=gettext_lazy("Bank or UPI reference"), max_length=80, required=False
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)
    keep = forms.BooleanField(
        label=gettext_lazy("Keep it unallocated"),
        help_text=gettext_lazy("It then pays no invoice now; the next invoices use it."),
        required=False,
    )

    def __init__(
        self, *args: Any, account: CreditAccount, invoices: Iterable[Invoice], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.invoices = list(invoices)
        self.fields["amount"].widget.currency = account.currency
        self.fields["received_on"].initial = timezone.localdate()
        for invoice in self.invoices:
            label = _("Pay of %(number)s") % {"number": invoice.number}
            share = MoneyField(
                label=label, required=False, currency=invoice.currency, maximum=invoice.outstanding
            )
            share.widget.attrs.pop("data-understood")  # the line says what the invoice gets
            self.fields[_name(invoice)] = share

    def share_fields(self) -> list[tuple[Invoice, forms.BoundField, Decimal]]:
        """Each open invoice with the field for what it gets, and what it would get as the form stands."""
        gets = self.plan.gets
        return [(each, self[_name(each)], gets.get(each.pk, ZERO)) for each in self.invoices]

    @cached_property
    def plan(self) -> Plan:
        """What the payment would pay, as far as the form can be read: chosen shares, or the oldest first."""
        amount = self._read("amount")
        given = {each.pk: share for each in self.invoices if (share := self._read(_name(each)))}
        if given or self["keep"].value() or not amount:
            return Plan(amount, given, amount - sum(given.values(), ZERO))
        left = amount
        for invoice in self.invoices:
            given[invoice.pk] = min(left, invoice.outstanding)
            left -= given[invoice.pk]
        return Plan(amount, {pk: share for pk, share in given.items() if share}, left)

    def _read(self, name: str) -> Decimal:
        try:
            return self.fields[name].clean(self[name].value()) or ZERO
        except forms.ValidationError:
            return ZERO

    def main_fields(self) -> list[forms.BoundField]:
        return [
            self[name] for name in ("amount", "method", "received_on", "method_reference", "note", "keep")
        ]

    def shares(self) -> dict[int, Decimal] | None:
        """`{invoice_pk: amount}` when invoices were chosen, {} to keep all unallocated, None for the oldest first."""
        given = {i.pk: self.cleaned_data.get(_name(i)) for i in self.invoices}
        chosen = {pk: amount for pk, amount in given.items() if amount}
        if self.cleaned_data.get("keep"):
            return {}
        return chosen or None

    def clean_received_on(self) -> Any:
        on = self.cleaned_data["received_on"]
        if on > timezone.localdate():
            raise forms.ValidationError(_("A payment can't be received in the future."))
        return on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen: dict[int, Decimal] = {i.pk: cleaned[_name(i)] for i in self.invoices if cleaned.get(_name(i))}
        if cleaned.get("keep") and chosen:
            self.add_error("keep", _("You also gave amounts to invoices. Choose one of the two."))
        amount: Decimal | None = cleaned.get("amount")
        given = sum(chosen.values(), ZERO)
        if amount is not None and given > amount:
            self.add_error(
                "amount",
                _("The invoices get %(given)s together; the payment is %(amount)s.")
                % {
                    "given": format_money(given, self.account.currency),
                    "amount": format_money(amount, self.account.currency),
                },
            )
        return cleaned


def _name(invoice: Invoice) -> str:
    return f"share_{invoice.pk}"


class ReasonForm(forms.Form):
    """Why a document is undone."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=240)


class SettleForm(forms.Form):
    """What was done about an online payment that could not simply be booked."""

    note = forms.CharField(label=gettext_lazy("What was done"), max_length=240)


class CreditNoteForm(ReasonForm):
    """So many pieces of each line of an invoice; no figure anywhere takes back all that is left of it."""

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = Coalesce(Sum("credited__quantity"), 0)
        self.lines: list[Any] = list(invoice.lines.annotate(taken=taken).order_by("position"))
        for line in self.lines:
            line.left = line.quantity - line.taken
            self.fields[f"line_{line.pk}"] = forms.IntegerField(
                label=line.description, required=False, min_value=0, max_value=line.left
            )

    def line_fields(self) -> list[tuple[Any, forms.BoundField]]:
        """Each line with pieces left, and the field for how many come back."""
        return [(line, self[f"line_{line.pk}"]) for line in self.lines if line.left]

    def quantities(self) -> dict[int, int] | None:
        """`{invoice_line_pk: pieces}`; None for the whole invoice."""
        given = {line.pk: self.cleaned_data.get(f"line_{line.pk}") or 0 for line in self.lines}
        chosen = {pk: pieces for pk, pieces in given.items() if pieces}
        return chosen or None


class AccountForm(Sectioned, forms.ModelForm):
    """The terms of a customer's credit. The limit has four states, and each says what it means."""

    sections = {
        gettext_lazy("Limit"): ["limit_kind", "credit_limit", "group"],
        gettext_lazy("Higher for a while"): ["temporary_limit", "temporary_until"],
        gettext_lazy("Terms"): ["terms", "max_overdue_days", "max_open_invoices"],
        gettext_lazy("Standing"): ["status", "review_on", "special_conditions"],
    }

    limit_kind = forms.ChoiceField(
        label=gettext_lazy("Limit"), choices=LimitKind.choices, widget=forms.RadioSelect
    )
    credit_limit = MoneyField(
        label=gettext_lazy("Credit limit"), required=False, help_text=gettext_lazy("Only for “amount”.")
    )
    temporary_limit = MoneyField(
        label=gettext_lazy("Temporary limit"),
        required=False,
        help_text=gettext_lazy("Counts instead of a lower limit until its last day."),
    )
    group = forms.ModelChoiceField(
        CreditGroup.objects.all(),
        label=gettext_lazy("Group"),
        required=False,
        empty_label=gettext_lazy("the default group"),
    )
    terms = forms.ModelChoiceField(
        PaymentTerms.objects.all(),
        label=gettext_lazy("Payment terms"),
        required=False,
        empty_label=gettext_lazy("the default terms"),
    )
    temporary_until = DateField(label=gettext_lazy("Until"), required=False, near="future")
    max_overdue_days = forms.IntegerField(
        label=gettext_lazy("Days overdue allowed"),
        required=False,
        min_value=0,
        max_value=9_999,
        help_text=gettext_lazy("Empty: lateness does not stop an order."),
    )
    max_open_invoices = forms.IntegerField(
        label=gettext_lazy("Open invoices allowed"), required=False, min_value=0, max_value=9_999
    )
    review_on = DateField(label=gettext_lazy("Next review"), required=False, near="future")

    class Meta:
        model = CreditAccount
        fields = [
            "group",
            "limit_kind",
            "credit_limit",
            "temporary_limit",
            "temporary_until",
            "terms",
            "max_overdue_days",
            "max_open_invoices",
            "status",
            "review_on",
            "special_conditions",
        ]
        widgets = {"special_conditions": forms.Textarea(attrs={"rows": 3})}

    def _post_clean(self) -> None:
        """Nothing is written into the record here: the operation sets and checks it, under the account's lock."""


class AgeingForm(forms.Form):
    """The day, what age counts from, and the bounds of the buckets. Empty fields mean today, the due date, 30 60 90."""

    on = DateField(label=gettext_lazy("On"), required=False)
    by = forms.ChoiceField(
        label=gettext_lazy("Age since"),
        required=False,
        choices=[("due", gettext_lazy("the due date")), ("issued", gettext_lazy("the invoice date"))],
    )
    buckets = forms.CharField(label=gettext_lazy("Days"), required=False, max_length=40)

    def clean_on(self) -> Any:
        return self.cleaned_data["on"] or timezone.localdate()

    def clean_by(self) -> str:
        return self.cleaned_data["by"] or "due"

    def clean_buckets(self) -> list[int]:
        typed = re.findall(r"\d{1,4}", self.cleaned_data["buckets"])
        try:
            return checked_bounds([int(days) for days in typed] or list(BUCKETS))
        except Refusal as refusal:
            raise forms.ValidationError(refusal.text) from None


class StatementForm(forms.Form):
    """The days of a statement, both included. Empty fields mean last month and this one."""

    first = DateField(label=gettext_lazy("From"), required=False, near="past")
    last = DateField(label=gettext_lazy("To"), required=False, near="past")


def payable(account: CreditAccount) -> QuerySet[Invoice]:
    """The open invoices a payment form offers: the hundred longest due."""
    return account.invoices.open().order_by("due_on", "pk")[:100] if account.pk else Invoice.objects.none()


class PromiseForm(forms.Form):
    """What a shop said on the phone: how much, by when, and perhaps for which invoices."""

    amount = MoneyField(label=gettext_lazy("Amount"))
    promised_on = DateField(label=gettext_lazy("By when"), near="future")
    invoices = forms.ModelMultipleChoiceField(
        Invoice.objects.none(),
        label=gettext_lazy("About"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Any payment of the shop counts; this only says what was talked about."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)

    def __init__(self, *args: Any, account: CreditAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].widget.currency = account.currency
        invoices: Any = self.fields["invoices"]
        open_ones = payable(account)
        invoices.queryset = account.invoices.open().order_by("due_on", "pk") if account.pk else open_ones
        invoices.choices = [(each.pk, _invoice_words(each)) for each in open_ones[:OFFERED]]
        if not invoices.choices:
            del self.fields["invoices"]

    def clean_promised_on(self) -> Any:
        on = self.cleaned_data["promised_on"]
        if on < timezone.localdate():
            raise forms.ValidationError(_("That day is over."))
        return on


OFFERED = 6
"""Invoices that a promise is about; the oldest are what people call about."""


def _invoice_words(invoice: Invoice) -> str:
    return f"{invoice.number}, {format_money(invoice.outstanding, invoice.currency)}"


class PromiseFilter(filters.FilterSet):
    promised = filters.DateFromToRangeFilter(field_name="promised_on", label=gettext_lazy("Promised for"))
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = PromiseToPay
        fields: list[str] = []
