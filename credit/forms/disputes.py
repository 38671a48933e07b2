"""What is wrong with a bill, and what we say to it."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy

from core.forms import MoneyField
from credit.models import Dispute, Invoice, InvoiceLine


class LineField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.quantity} × {obj.description}"


class DisputeForm(forms.Form):
    """A line of the invoice, or all of it; how much; why."""

    line = LineField(
        InvoiceLine.objects.none(),
        label=gettext_lazy("Line"),
        required=False,
        empty_label=gettext_lazy("The whole invoice"),
    )
    reason = forms.ChoiceField(label=gettext_lazy("What is wrong"), choices=Dispute.Reason.choices)
    amount = MoneyField(
        label=gettext_lazy("Amount disputed"),
        required=False,
        help_text=gettext_lazy("Empty: all of it that was billed."),
    )
    words = forms.CharField(
        label=gettext_lazy("In their words"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photo = forms.FileField(label=gettext_lazy("Photo or PDF"), required=False)

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line: Any = self.fields["line"]
        line.queryset = invoice.lines.all()
        amount: Any = self.fields["amount"]
        amount.widget.currency = invoice.currency


class UpholdForm(forms.Form):
    """How much of it we take back, and what we say."""

    amount = MoneyField(label=gettext_lazy("Take back"))
    answer = forms.CharField(
        label=gettext_lazy("Answer to the customer"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, dispute: Dispute, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount: Any = self.fields["amount"]
        amount.widget.currency = dispute.currency
        amount.help_text = gettext_lazy("All of it, or less. A credit note is issued at once.")


class RejectForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Answer to the customer"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It is sent as a message."),
    )


class DisputeFilter(filters.FilterSet):
    raised = filters.DateFromToRangeFilter(field_name="at", label=gettext_lazy("Raised"))
    reason = filters.ChoiceFilter(label=gettext_lazy("What is wrong"), choices=Dispute.Reason.choices)
    customer = filters.NumberFilter(
        field_name="invoice__account__customer",
        label=gettext_lazy("Customer"),
        widget=forms.HiddenInput,
    )
    invoice = filters.NumberFilter(
        field_name="invoice", label=gettext_lazy("Invoice"), widget=forms.HiddenInput
    )

    class Meta:
        model = Dispute
        fields: list[str] = []
