"""What is asked before labels are printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.documents.labels import DEFAULT, FORMATS, Format
from inventory.models import Product

MOST_LABELS = 2_000
MOST_COPIES = 500


class PaperForm(forms.Form):
    """On which paper, from which label on, with or without the price."""

    paper = forms.ChoiceField(
        label=gettext_lazy("Paper"),
        choices=[(name, made.label) for name, made in FORMATS.items()],
        initial=DEFAULT,
    )
    start = forms.IntegerField(
        label=gettext_lazy("First label"),
        min_value=1,
        max_value=100,
        initial=1,
        required=False,
        help_text=gettext_lazy("Where a sheet that was begun goes on. 1 is at the top."),
    )
    with_price = forms.BooleanField(label=gettext_lazy("With the list price"), required=False)

    @property
    def format(self) -> Format:
        return FORMATS[self.cleaned_data["paper"]]


class BulkLabelsForm(PaperForm):
    copies = forms.IntegerField(
        label=gettext_lazy("Labels of each"), min_value=1, max_value=MOST_COPIES, initial=1
    )


class LabelsForm(PaperForm):
    """The same for these products, each with a number of its own; 0 leaves one out."""

    def __init__(self, data: Any = None, *, products: Sequence[tuple[Product, int]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.products = list(products)
        for product, copies in self.products:
            self.fields[f"copies-{product.pk}"] = forms.IntegerField(
                label=product.name,
                min_value=0,
                max_value=MOST_COPIES,
                initial=min(copies, MOST_COPIES),
                required=False,
            )

    @property
    def lines(self) -> list[tuple[Product, Any]]:
        """Each product with its field."""
        return [(product, self[f"copies-{product.pk}"]) for product, _copies in self.products]

    @property
    def paper_fields(self) -> list[Any]:
        return [self[name] for name in ("paper", "start", "with_price")]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        wanted = [(product, said.get(f"copies-{product.pk}") or 0) for product, _copies in self.products]
        said["wanted"] = [(product, copies) for product, copies in wanted if copies]
        total = sum(copies for _product, copies in said["wanted"])
        if not self.errors and not total:
            raise ValidationError(_("Say how many labels are wanted."))
        if total > MOST_LABELS:
            raise ValidationError(_("At most %(most)s labels at a time.") % {"most": MOST_LABELS})
        return said
