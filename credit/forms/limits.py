"""Limits: what is asked for, what is granted, what is reviewed, and the lists of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, MoneyField
from core.forms.importing import TABLES
from credit.models import CreditAccount, CreditGroup, LimitKind, LimitRequest, PaymentTerms


class LimitRequestForm(forms.Form):
    """A limit that is wanted, for good or for a while, and why."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Limit"),
        choices=LimitKind.choices,
        initial=LimitKind.AMOUNT,
        widget=forms.RadioSelect,
    )
    amount = MoneyField(
        label=gettext_lazy("Amount"), required=False, help_text=gettext_lazy("Only for “amount”.")
    )
    until = DateField(
        label=gettext_lazy("Only until"),
        required=False,
        near="future",
        help_text=gettext_lazy("A temporary limit ends by itself. Empty: for good."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    about = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].widget.currency = currency


class ApproveLimitForm(forms.Form):
    """What is granted: what was asked, less of it, or only for a while."""

    amount = MoneyField(label=gettext_lazy("Limit"), required=False)
    until = DateField(
        label=gettext_lazy("Only until"),
        required=False,
        near="future",
        help_text=gettext_lazy("Empty: as it was asked."),
    )
    reason = forms.CharField(label=gettext_lazy("Say to who asked"), max_length=240, required=False)

    def __init__(self, *args: Any, request: LimitRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].widget.currency = request.account.currency
        self.fields["amount"].initial = request.amount
        self.fields["until"].initial = request.until
        if request.kind not in {LimitKind.AMOUNT, LimitKind.UNLIMITED}:
            del self.fields["amount"], self.fields["until"]


class ReviewForm(forms.Form):
    """The account was looked at; when it is looked at again."""

    review_on = DateField(label=gettext_lazy("Next review"), near="future")
    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)

    def clean_review_on(self) -> Any:
        on = self.cleaned_data["review_on"]
        if on <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day to come."))
        return on


class ApprovalForm(forms.Form):
    """One order of the customer may pass, up to an amount, until a day."""

    amount = MoneyField(label=gettext_lazy("Up to"))
    until = DateField(
        label=gettext_lazy("Until"),
        near="future",
        help_text=gettext_lazy("An order that was not delivered by then is held again."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=240)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].widget.currency = currency


class AccountsChangeForm(forms.Form):
    """What many accounts get at once; empty fields leave theirs."""

    group = forms.ModelChoiceField(
        CreditGroup.objects.all(),
        label=gettext_lazy("Group"),
        required=False,
        empty_label=gettext_lazy("as it is"),
    )
    terms = forms.ModelChoiceField(
        PaymentTerms.objects.all(),
        label=gettext_lazy("Payment terms"),
        required=False,
        empty_label=gettext_lazy("as they are"),
    )
    review_on = DateField(label=gettext_lazy("Next review"), required=False, near="future")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError(_("Say what to change."))
        return cleaned


class AccountsFileForm(forms.Form):
    """A table of limits and terms, by customer code."""

    file = forms.FileField(
        label=gettext_lazy("Table"),
        widget=forms.FileInput(attrs={"accept": TABLES}),
        help_text=gettext_lazy(
            "csv or xlsx, as the list of accounts exports it: the column “Code” says whose; columns that are not"
            " there change nothing."
        ),
    )


def _used(rows: QuerySet[Any], name: str, value: Decimal) -> QuerySet[Any]:
    return rows.filter(limit_now__gt=0, exposure_now__gte=F("limit_now") * value / 100)


def _ends_within(rows: QuerySet[Any], name: str, value: Decimal) -> QuerySet[Any]:
    today = timezone.localdate()
    return rows.filter(temporary_until__range=(today, today + dt.timedelta(days=int(value))))


class AccountFilter(filters.FilterSet):
    used = filters.NumberFilter(
        method=_used, label=gettext_lazy("Uses at least % of its limit"), min_value=0, max_value=1_000
    )
    review = filters.DateFromToRangeFilter(field_name="review_on", label=gettext_lazy("Next review"))
    limit = filters.ChoiceFilter(
        field_name="limit_kind", choices=LimitKind.choices, label=gettext_lazy("Limit")
    )
    group = filters.ModelChoiceFilter(queryset=CreditGroup.objects.all(), label=gettext_lazy("Group"))
    terms = filters.ModelChoiceFilter(
        queryset=PaymentTerms.objects.all(), label=gettext_lazy("Payment terms")
    )
    status = filters.ChoiceFilter(choices=CreditAccount.Status.choices, label=gettext_lazy("Status"))
    ending = filters.NumberFilter(
        method=_ends_within,
        label=gettext_lazy("Temporary limit ends within days"),
        min_value=0,
        max_value=3_650,
    )

    class Meta:
        model = CreditAccount
        fields: list[str] = []


class LimitRequestFilter(filters.FilterSet):
    asked = filters.DateFromToRangeFilter(field_name="at", label=gettext_lazy("Asked"))
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = LimitRequest
        fields: list[str] = []
