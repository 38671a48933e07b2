"""What a payment or credit note pays, said by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import MoneyField
from core.money import ZERO, format_money
from credit.models import CreditNote, Invoice, Payment


class SharingForm(forms.Form):
    """For each invoice what it gets of this money, starting with what it has. Less than that needs a reason.

    `now` is what each has; `seen` in the page keeps two people from sharing out the same money differently.
    """

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Needed when an invoice gets less than it had."),
    )

    def __init__(
        self,
        *args: Any,
        source: Payment | CreditNote,
        invoices: Sequence[Invoice],
        now: Mapping[int, Decimal],
        proposed: Mapping[int, Decimal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.source, self.invoices, self.now = source, list(invoices), dict(now)
        for invoice in self.invoices:
            has = self.now.get(invoice.pk, ZERO)
            share = MoneyField(
                label=_("For %(number)s") % {"number": invoice.number},
                required=False,
                currency=invoice.currency,
                maximum=invoice.outstanding + has,
                positive=False,
                minimum=ZERO,
            )
            share.widget.attrs.pop("data-understood", None)
            share.initial = proposed.get(invoice.pk) or has or None
            self.fields[f"share_{invoice.pk}"] = share

    @property
    def available(self) -> Decimal:
        """What can be shared out: what is unallocated, and what stands on these invoices."""
        return self.source.unallocated_amount + sum(self.now.values(), ZERO)

    def share_fields(self) -> list[tuple[Invoice, forms.BoundField, Decimal, Decimal]]:
        """Each invoice with its field, what it has of this money, and the most it could get."""
        return [
            (each, self[f"share_{each.pk}"], has, each.outstanding + has)
            for each in self.invoices
            for has in [self.now.get(each.pk, ZERO)]
        ]

    def shares(self) -> dict[int, Decimal]:
        given = {each.pk: self.cleaned_data.get(f"share_{each.pk}") for each in self.invoices}
        return {pk: amount for pk, amount in given.items() if amount}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = sum(self.shares().values(), ZERO)
        if given > self.available:
            text = _("The invoices get %(given)s together; there is %(available)s.")
            money = self.source.currency
            said = {"given": format_money(given, money), "available": format_money(self.available, money)}
            raise forms.ValidationError(text % said)
        return cleaned
