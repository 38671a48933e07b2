"""What people type about goods that come back, checked. Nothing is saved here."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import MoneyField
from credit.models import Refund
from inventory.models import Location
from orders.models import Disposition, Return, ReturnLine
from orders.operations import ReturnItem
from orders.queries.returns import Returnable


class ReturnFilter(filters.FilterSet):
    """Filters of the list of returns."""

    asked = filters.DateFromToRangeFilter(field_name="asked_at", label=gettext_lazy("Asked"))
    state = filters.MultipleChoiceFilter(label=gettext_lazy("State"), choices=Return.State.choices)
    settlement = filters.ChoiceFilter(label=gettext_lazy("Settlement"), choices=Return.Settlement.choices)
    reason = filters.ChoiceFilter(
        label=gettext_lazy("Reason"),
        field_name="lines__reason",
        choices=ReturnLine.Reason.choices,
        distinct=True,
    )
    disposition = filters.ChoiceFilter(
        label=gettext_lazy("Where it went"),
        field_name="lines__parts__disposition",
        choices=Disposition.choices,
        distinct=True,
    )
    customer = filters.NumberFilter(
        field_name="customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = Return
        fields: list[str] = []


class ReturnForm(forms.Form):
    """So many pieces of each line, why, and a note."""

    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, lines: Sequence[Returnable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"pieces_{line.line_id}"] = forms.IntegerField(
                label=_("Pieces back"),
                required=False,
                min_value=0,
                max_value=line.left,
                widget=forms.NumberInput(attrs={"placeholder": "0"}),
            )
            self.fields[f"reason_{line.line_id}"] = forms.ChoiceField(
                label=_("Reason"), choices=ReturnLine.Reason.choices, required=False
            )
            self.fields[f"condition_{line.line_id}"] = forms.ChoiceField(
                label=_("Condition"), choices=ReturnLine.Condition.choices, required=False
            )

    def line_fields(self) -> list[tuple[Any, ...]]:
        """Each line with its fields."""
        names = ("pieces", "reason", "condition")
        return [(line, *(self[f"{name}_{line.line_id}"] for name in names)) for line in self.lines]

    def items(self) -> list[ReturnItem]:
        """What comes back."""
        told = self.cleaned_data
        return [
            ReturnItem(
                line.line_id,
                told[f"pieces_{line.line_id}"],
                told[f"reason_{line.line_id}"] or ReturnLine.Reason.OTHER,
                "",
                told[f"condition_{line.line_id}"],
            )
            for line in self.lines
            if told.get(f"pieces_{line.line_id}")
        ]


class ReceiveReturnForm(forms.Form):
    """What came of each line, and where each piece goes; the shelf it goes back to."""

    shelf = forms.ModelChoiceField(
        label=gettext_lazy("Good pieces go to"),
        queryset=Location.objects.filter(kind=Location.Kind.SELLABLE),
        empty_label=None,
    )

    def __init__(self, *args: Any, lines: Sequence[ReturnLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            for kind, label in Disposition.choices:
                self.fields[f"came_{line.pk}_{kind}"] = forms.IntegerField(
                    label=label,
                    required=False,
                    min_value=0,
                    max_value=100_000,
                    widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "came"}),
                )
            self.fields[f"condition_{line.pk}"] = forms.ChoiceField(
                label=_("Condition"),
                choices=ReturnLine.Condition.choices,
                required=False,
                initial=line.condition,
            )

    def line_fields(self) -> list[tuple[ReturnLine, list[tuple[str, forms.BoundField]], forms.BoundField]]:
        """Each line, its fields by where a piece goes, and its condition."""
        return [
            (
                line,
                [(kind, self[f"came_{line.pk}_{kind}"]) for kind in Disposition.values],
                self[f"condition_{line.pk}"],
            )
            for line in self.lines
        ]

    def came(self) -> dict[int, dict[str, int]]:
        """`{line_pk: {disposition: pieces}}`."""
        told = self.cleaned_data
        found = {
            line.pk: {
                kind: told[f"came_{line.pk}_{kind}"]
                for kind in Disposition.values
                if told.get(f"came_{line.pk}_{kind}")
            }
            for line in self.lines
        }
        return {pk: kinds for pk, kinds in found.items() if kinds}

    def conditions(self) -> dict[int, str]:
        return {line.pk: self.cleaned_data[f"condition_{line.pk}"] for line in self.lines}


class SettleReturnForm(forms.Form):
    """How a return ends, and what we keep for the trouble."""

    settlement = forms.ChoiceField(
        label=gettext_lazy("Settlement"), choices=Return.Settlement.choices, widget=forms.RadioSelect
    )
    fee_percent = forms.DecimalField(
        label=gettext_lazy("Restocking fee, %"), required=False, min_value=0, max_value=100, decimal_places=2
    )
    fee = MoneyField(
        label=gettext_lazy("or as an amount"), required=False, positive=False, minimum=Decimal(0)
    )
    waived_reason = forms.CharField(label=gettext_lazy("Why less is kept"), max_length=240, required=False)
    refund_method = forms.ChoiceField(
        label=gettext_lazy("Money back by"),
        choices=[c for c in Refund.Method.choices if c[0] != Refund.Method.GATEWAY],
        required=False,
    )
    pay_to = forms.CharField(
        label=gettext_lazy("Paid to"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Account or UPI address, where the money goes back."),
    )

    def __init__(self, *args: Any, nothing_kept: bool, may_refund: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            choice
            for choice in Return.Settlement.choices
            if (choice[0] == Return.Settlement.NOTHING) == nothing_kept
            and (may_refund or choice[0] != Return.Settlement.REFUND)
        ]
        settlement: Any = self.fields["settlement"]
        settlement.choices = choices
        self.initial.setdefault("settlement", choices[0][0])
        if nothing_kept:
            for name in ("fee_percent", "fee", "waived_reason"):
                del self.fields[name]
        if nothing_kept or not may_refund:
            del self.fields["refund_method"], self.fields["pay_to"]
