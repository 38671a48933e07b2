"""A credit note: what of an invoice is taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Sum
from django.db.models.functions import Coalesce

from credit.forms.reasons import ReasonForm
from credit.models import Invoice


class CreditNoteForm(ReasonForm):
    """So many pieces of each line of an invoice; no figure anywhere takes back all that is left of it."""

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = Coalesce(Sum("credited__quantity"), 0)
        self.lines: list[Any] = list(invoice.lines.annotate(taken=taken).order_by("position"))
        for line in self.lines:
            line.left = line.quantity - line.taken
            self.fields[f"line_{line.pk}"] = forms.IntegerField(
                label=line.description, required=False, min_value=0, max_value=line.left
            )

    def line_fields(self) -> list[tuple[Any, forms.BoundField]]:
        """Each line with pieces left, and the field for how many come back."""
        return [(line, self[f"line_{line.pk}"]) for line in self.lines if line.left]

    def quantities(self) -> dict[int, int] | None:
        """`{invoice_line_pk: pieces}`; None for the whole invoice."""
        given = {line.pk: self.cleaned_data.get(f"line_{line.pk}") or 0 for line in self.lines}
        chosen = {pk: pieces for pk, pieces in given.items() if pieces}
        return chosen or None
