"""How a list of ages is cut."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.forms import DateField
from credit.queries.ageing import BUCKETS, checked_bounds


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
