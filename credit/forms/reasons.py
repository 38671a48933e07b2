"""A few words on why, or on what was done."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy


class ReasonForm(forms.Form):
    """Why a document is undone."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=240)


class SettleForm(forms.Form):
    """What was done about an online payment that could not simply be booked."""

    note = forms.CharField(label=gettext_lazy("What was done"), max_length=240)
