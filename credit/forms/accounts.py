"""The terms of a customer's credit."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import DateField, MoneyField, Sectioned
from credit.models import CreditAccount, CreditGroup, LimitKind, PaymentTerms


class AccountForm(Sectioned, forms.ModelForm):
    """The terms of a customer's credit. The limit has four states, and each says what it means."""

    sections = {
        gettext_lazy("Limit"): ["limit_kind", "credit_limit", "group"],
        gettext_lazy("Higher for a while"): ["temporary_limit", "temporary_until"],
        gettext_lazy("Terms"): ["terms", "max_overdue_days", "max_open_invoices", "grace_days"],
        gettext_lazy("Standing"): ["status", "review_on", "special_conditions"],
        gettext_lazy("Known of the shop"): ["years_in_business", "trade_references"],
        gettext_lazy("Why"): ["reason"],
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
        help_text=gettext_lazy("Empty: as the group."),
    )
    max_open_invoices = forms.IntegerField(
        label=gettext_lazy("Open invoices allowed"),
        required=False,
        min_value=0,
        max_value=9_999,
        help_text=gettext_lazy("Empty: as the group."),
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace"),
        required=False,
        min_value=0,
        max_value=365,
        help_text=gettext_lazy("So long after its day nothing counts as late. Empty: as the group."),
    )
    years_in_business = forms.IntegerField(
        label=gettext_lazy("Years in business"), required=False, min_value=0, max_value=300
    )
    trade_references = forms.IntegerField(
        label=gettext_lazy("Trade references"),
        required=False,
        min_value=0,
        max_value=99,
        help_text=gettext_lazy("Suppliers who spoke well of it."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why this limit"),
        required=False,
        max_length=240,
        help_text=gettext_lazy("Stands in the history of the limit."),
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
            "grace_days",
            "status",
            "review_on",
            "special_conditions",
            "years_in_business",
            "trade_references",
        ]
        widgets = {"special_conditions": forms.Textarea(attrs={"rows": 3})}

    def _post_clean(self) -> None:
        """Nothing is written into the record here: the operation sets and checks it, under the account's lock."""
