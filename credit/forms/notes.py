"""A credit note: what of an invoice is taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import MoneyField
from credit.forms.reasons import ReasonForm
from credit.models import Invoice


class CreditNoteForm(ReasonForm):
    """So many pieces of each line of an invoice, or so much of their money; no figure anywhere takes back all that is
    left of it. `keep` leaves the invoice open beside the note."""

    keep = forms.BooleanField(
        label=gettext_lazy("Keep it unallocated"),
        help_text=gettext_lazy("The invoice stays open; somebody decides later what the credit note pays."),
        required=False,
    )

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = Coalesce(Sum("credited__quantity"), 0)
        self.lines: list[Any] = list(invoice.lines.annotate(taken=taken).order_by("position"))
        for line in self.lines:
            line.left = line.quantity - line.taken
            self.fields[f"line_{line.pk}"] = forms.IntegerField(
                label=line.description, required=False, min_value=0, max_value=line.left
            )
            self.fields[f"money_{line.pk}"] = MoneyField(
                label=_("Amount back for %(item)s") % {"item": line.description},
                required=False,
                currency=invoice.currency,
                maximum=line.gross,
            )

    def line_fields(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """Each line with pieces left, and the fields for how many, or how much, come back."""
        return [(line, self[f"line_{line.pk}"], self[f"money_{line.pk}"]) for line in self.lines if line.left]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.amounts() and self.quantities():
            raise forms.ValidationError(
                _("Give pieces or amounts, not both: each is a credit note of its own.")
            )
        return cleaned

    def amounts(self) -> dict[int, Decimal]:
        """`{invoice_line_pk: gross}` where only the price was wrong."""
        given = {line.pk: self.cleaned_data.get(f"money_{line.pk}") for line in self.lines}
        return {pk: amount for pk, amount in given.items() if amount}

    def quantities(self) -> dict[int, int] | None:
        """`{invoice_line_pk: pieces}`; None for the whole invoice."""
        given = {line.pk: self.cleaned_data.get(f"line_{line.pk}") or 0 for line in self.lines}
        chosen = {pk: pieces for pk, pieces in given.items() if pieces}
        return chosen or None
