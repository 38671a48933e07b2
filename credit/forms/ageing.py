"""How a list of ages is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    group = forms.ChoiceField(
        required=False,
        choices=[
            ("", gettext_lazy("Customer")),
            ("representative", gettext_lazy("Representative")),
            ("city", gettext_lazy("City")),
        ],
    )
    representative = forms.IntegerField(required=False, min_value=0, max_value=2**62)
    city = forms.CharField(required=False, max_length=120)

    def __init__(self, *args: Any, usual: Sequence[int] = BUCKETS, **kwargs: Any) -> None:
        """`usual`: the bounds of the buckets when none are typed."""
        super().__init__(*args, **kwargs)
        self.usual = usual

    def clean_on(self) -> Any:
        return self.cleaned_data["on"] or timezone.localdate()

    def clean_by(self) -> str:
        return self.cleaned_data["by"] or "due"

    def clean_city(self) -> str | None:
        """None: any city. Empty but asked for: customers without one."""
        return self.cleaned_data["city"].strip() if "city" in self.data else None

    def clean_buckets(self) -> list[int]:
        typed = re.findall(r"\d{1,4}", self.cleaned_data["buckets"])
        try:
            return checked_bounds([int(days) for days in typed] or list(self.usual))
        except Refusal as refusal:
            raise forms.ValidationError(refusal.text) from None
