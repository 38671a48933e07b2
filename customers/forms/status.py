"""Whether a customer may order."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models.choices import Status


class StatusForm(forms.Form):
    status = forms.ChoiceField(
        label=_("Status"),
        choices=Status.choices,
        widget=forms.RadioSelect,
        help_text=_("Blocked and blacklisted customers can't order."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=240, widget=forms.Textarea(attrs={"rows": 2}), strip=True
    )
