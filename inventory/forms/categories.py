"""What is asked about categories."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Category, Specification
from inventory.operations.categories import SpecificationLine

MOST_LINES = 60
BLANK_LINES = 3
Kind = Specification.Kind


class CategoryAddForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    under = forms.ModelChoiceField(
        label=gettext_lazy("Under"),
        queryset=Category.objects.all(),
        required=False,
        empty_label=gettext_lazy("at the top"),
    )


class CategoryRenameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)


class CategoryMoveForm(forms.Form):
    under = CategoryAddForm.base_fields["under"]


class CategoryMergeForm(forms.Form):
    into = forms.ModelChoiceField(
        label=gettext_lazy("Into"),
        queryset=Category.objects.all(),
        help_text=gettext_lazy("Its products and what lies below it go there, and this category is gone."),
    )


class WarrantyForm(forms.ModelForm):
    class Meta:
        model = Category
        fields = ["warranty_months", "warranty_terms"]
        widgets = {"warranty_terms": forms.Textarea(attrs={"rows": 3})}


class SpecificationLineForm(forms.Form):
    """One thing that products are asked for; without a name it is none."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices, required=False)
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=20, required=False)
    choices = forms.CharField(
        label=gettext_lazy("Choices, separated by commas"), max_length=1000, required=False
    )
    is_required = forms.BooleanField(label=gettext_lazy("Needed"), required=False)
    order = forms.IntegerField(label=gettext_lazy("Order"), required=False, min_value=0, max_value=999)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not said.get("name"):
            return said
        said["kind"] = said.get("kind") or Kind.TEXT
        choices = dict.fromkeys(" ".join(part.split()) for part in said.get("choices", "").split(","))
        said["choices"] = tuple(choice for choice in choices if choice)
        if said["kind"] == Kind.CHOICE and len(said["choices"]) < 2:
            self.add_error("choices", _("A choice needs at least two, separated by commas."))
        if said["kind"] != Kind.CHOICE:
            said["choices"] = ()
        if said["kind"] != Kind.NUMBER:
            said["unit"] = ""
        return said


LINES = forms.formset_factory(
    SpecificationLineForm, extra=BLANK_LINES, max_num=MOST_LINES, absolute_max=MOST_LINES
)


class SpecificationsForm(forms.Form):
    """All that a category asks for, a line each. One whose name is emptied is taken off."""

    def __init__(self, data: Any = None, *, category: Category, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        there = [
            {
                "pk": spec.pk,
                "name": spec.name,
                "kind": spec.kind,
                "unit": spec.unit,
                "choices": ", ".join(spec.choices),
                "is_required": spec.is_required,
                "order": place,
            }
            for place, spec in enumerate(category.specifications.all(), 1)
        ]
        self.lines = LINES(data, prefix="lines", initial=None if data else there)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.lines.is_valid():
            raise ValidationError(_("Look at the lines below."))
        named = [line.cleaned_data for line in self.lines if line.cleaned_data.get("name")]
        ordered = sorted(
            enumerate(named),
            key=lambda numbered: (numbered[1].get("order") or MOST_LINES + numbered[0], numbered[0]),
        )
        said["lines"] = [
            SpecificationLine(
                line.get("pk"),
                line["name"],
                line["kind"],
                line.get("unit", ""),
                line["choices"],
                line.get("is_required", False),
            )
            for _place, line in ordered
        ]
        return said
