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
