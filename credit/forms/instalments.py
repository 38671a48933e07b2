"""Typing an instalment plan: so many equal parts, parts of an amount, or row by row."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.forms import DateField, MoneyField
from core.money import ZERO
from credit.models import Invoice
from credit.terms import Part, by_amount, in_equal_parts

MOST = 120


class PlanForm(forms.Form):
    """What is outstanding, in parts. The preview under the fields is made from what is typed so far."""

    how = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=[
            ("equal", gettext_lazy("in equal parts")),
            ("amount", gettext_lazy("so much each time")),
            ("rows", gettext_lazy("day by day, as agreed")),
        ],
        initial="equal",
    )
    count = forms.IntegerField(
        label=gettext_lazy("How many parts"), min_value=1, max_value=MOST, initial=3, required=False
    )
    each = MoneyField(label=gettext_lazy("Each time"), required=False)
    first = DateField(label=gettext_lazy("First part on"), near="future", required=False)
    every = forms.IntegerField(
        label=gettext_lazy("Then every"), min_value=1, max_value=24, initial=1, required=False
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Months or weeks"),
        choices=[("month", gettext_lazy("months")), ("week", gettext_lazy("weeks"))],
        required=False,
    )
    rows = forms.CharField(
        label=gettext_lazy("Parts"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=4000,
        help_text=gettext_lazy(
            "For “day by day”: a line for each part, the day, then the amount: 15/12 4,000"
        ),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=240, required=False)

    def __init__(self, *args: Any, invoice: Invoice, replaces: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invoice = invoice
        self.fields["first"].initial = timezone.localdate() + dt.timedelta(days=7)
        self.fields["reason"].required = replaces
        self.fields["each"].widget.currency = invoice.currency
        self.parts: list[Part] = []

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if self.errors.keys() - {"reason"}:
            return told
        try:
            self.parts = self._parts(told)
        except Refusal as refusal:
            field = refusal.details.get("field")
            self.add_error(field if field in self.fields else None, refusal.text)
        return told

    def _parts(self, told: dict[str, Any]) -> list[Part]:
        amount = self.invoice.outstanding
        how = told.get("how")
        if how == "rows":
            return self._typed(told.get("rows") or "")
        first = told.get("first") or timezone.localdate()
        pace: dict[str, Any] = {"every": told.get("every") or 1, "unit": told.get("unit") or "month"}
        if how == "amount":
            if not told.get("each"):
                raise Refusal(_("Say how much each time."), code="no_amount", field="each")
            return by_amount(amount, told["each"], first, **pace)
        if not told.get("count"):
            raise Refusal(_("Say how many parts."), code="no_count", field="count")
        return in_equal_parts(amount, told["count"], first, **pace)

    def _typed(self, text: str) -> list[Part]:
        day, money = DateField(near="future"), MoneyField()
        parts = []
        for line in filter(None, map(str.strip, text.splitlines()[: MOST + 1])):
            on, _space, amount = line.rpartition(" ")
            try:
                parts.append(Part(day.clean(on), money.clean(amount)))
            except forms.ValidationError as error:
                raise Refusal(f"{line}: {error.messages[0]}", code="bad_row", field="rows") from None
        if not parts:
            raise Refusal(_("Write a line for each part."), code="no_rows", field="rows")
        return parts

    @cached_property
    def preview(self) -> tuple[list[Part], Decimal]:
        """The parts as far as the form can be read, and by how much they miss what is outstanding."""
        if self.is_bound:
            _read = self.errors
            parts = self.parts
        else:
            unsaid = {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}
            try:
                parts = self._parts(unsaid)
            except Refusal:
                parts = []
        given = sum((part.amount for part in parts), ZERO)
        return parts, self.invoice.outstanding - given if parts else ZERO
