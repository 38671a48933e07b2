"""What people type about reminding: levels, hours, pauses, fees."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.filters import DateRangeFilter
from core.forms import DateField, MoneyField
from credit.models import (
    DunningLevel,
    DunningNotice,
    DunningPause,
    DunningRun,
    DunningSettings,
    LateFee,
    LateFeePolicy,
)
from credit.models.dunning import Weekday
from customers.models.choices import Channel


class LevelForm(forms.ModelForm):
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"),
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("None: the first of the customer's own channels that works."),
    )

    class Meta:
        model = DunningLevel
        fields = (
            "name",
            "days",
            "event",
            "channels",
            "charges_fee",
            "tells_representative",
            "asks_for_call",
            "is_active",
        )


class SettingsForm(forms.ModelForm):
    quiet_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Quiet days"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("On these days of the week nobody is reminded."),
    )

    class Meta:
        model = DunningSettings
        fields = ("automatic", "hour", "from_hour", "until_hour", "quiet_days", "gap_days", "smallest")

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = told.get("from_hour"), told.get("until_hour")
        if first is not None and last is not None and first >= last:
            self.add_error("until_hour", _("Messages stop leaving after they begin."))
        if len(told.get("quiet_days") or []) == len(Weekday):
            self.add_error("quiet_days", _("Leave one day on which people may be reminded."))
        return told


class PauseForm(forms.Form):
    until = DateField(label=gettext_lazy("Until the end of"), near="future")
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=240)


class PolicyForm(forms.ModelForm):
    class Meta:
        model = LateFeePolicy
        fields = (
            "name",
            "currency",
            "kind",
            "when",
            "amount",
            "rate",
            "grace_days",
            "minimum",
            "cap",
            "tax_rate",
            "on_fees",
            "automatic",
            "is_active",
        )

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        name = "amount" if told.get("kind") == LateFeePolicy.Kind.FLAT else "rate"
        if told.get(name) is not None and not told[name]:
            self.add_error(name, _("Give what is charged."))
        return told


class ExemptForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=240)
    until = DateField(
        label=gettext_lazy("Until"),
        near="future",
        required=False,
        help_text=gettext_lazy("Empty: until it is ended."),
    )


class WaiveForm(forms.Form):
    """`amount` empty is all that is left of the fee."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=240)
    amount = MoneyField(
        label=gettext_lazy("Amount"),
        required=False,
        help_text=gettext_lazy("Empty: all that is left of the fee."),
    )


class RunFilter(filters.FilterSet):
    on = DateRangeFilter(field_name="on", label=gettext_lazy("Day"))

    class Meta:
        model = DunningRun
        fields = ["state", "automatic"]


class NoticeOfRunFilter(filters.FilterSet):
    run = filters.NumberFilter(field_name="run", widget=forms.HiddenInput)
    customer = filters.NumberFilter(field_name="account__customer", widget=forms.HiddenInput)

    class Meta:
        model = DunningNotice
        fields = ["level", "state"]


class PauseFilter(filters.FilterSet):
    until = DateRangeFilter(field_name="until", label=gettext_lazy("Until"))

    class Meta:
        model = DunningPause
        fields: list[str] = []


class FeeFilter(filters.FilterSet):
    on = DateRangeFilter(field_name="on", label=gettext_lazy("Charged"))
    customer = filters.NumberFilter(field_name="account__customer", widget=forms.HiddenInput)
    invoice = filters.NumberFilter(field_name="invoice", widget=forms.HiddenInput)

    class Meta:
        model = LateFee
        fields = ["policy", "level"]
