"""A change of many prices, as it is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, Sectioned
from inventory.models import Brand, Category, Product, SupplierPriceList
from inventory.models.catalogue import Grade
from pricing.models import PriceList
from pricing.repricing import COSTS, Direction, Ending, Method, Source


class PriceChangeForm(Sectioned, forms.Form):
    """Which prices, by how much, from when. Who may not see costs can't start from one."""

    sections = {
        gettext_lazy("Which prices"): ["price_list", "category", "brand", "grade", "words", "supplier_list"],
        gettext_lazy("What they become"): ["source", "source_list", "method", "value", "ending", "direction"],
        gettext_lazy("When"): ["starts_on", "ends_on", "reason"],
    }
    price_list = forms.ModelChoiceField(
        label=gettext_lazy("List"), queryset=PriceList.objects.filter(is_active=True)
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), queryset=Category.objects.all(), required=False
    )
    brand = forms.ModelChoiceField(label=gettext_lazy("Brand"), queryset=Brand.objects.all(), required=False)
    grade = forms.ChoiceField(
        label=gettext_lazy("Grade"), choices=[("", gettext_lazy("All")), *Grade.choices], required=False
    )
    words = forms.CharField(
        label=gettext_lazy("Words in the name, or SKU"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Empty: all products that are sold."),
    )
    supplier_list = forms.ModelChoiceField(
        label=gettext_lazy("Repriced in a supplier's list"),
        queryset=SupplierPriceList.objects.filter(state="done"),
        required=False,
        help_text=gettext_lazy("Only products whose new price of that list was accepted."),
    )
    source = forms.ChoiceField(label=gettext_lazy("Start from"), choices=Source.choices)
    source_list = forms.ModelChoiceField(
        label=gettext_lazy("Prices of"),
        queryset=PriceList.objects.filter(is_active=True),
        required=False,
    )
    method = forms.ChoiceField(label=gettext_lazy("Change by"), choices=Method.choices)
    value = forms.DecimalField(
        label=gettext_lazy("How much"),
        max_digits=12,
        decimal_places=4,
        help_text=gettext_lazy("Less than nought makes it cheaper: -5. Nought copies the prices."),
    )
    ending = forms.ChoiceField(label=gettext_lazy("Round to"), choices=Ending.choices, initial=Ending.CENT)
    direction = forms.ChoiceField(label=gettext_lazy("Rounding"), choices=Direction.choices)
    starts_on = DateField(label=gettext_lazy("First day"), near="future", initial=timezone.localdate)
    ends_on = DateField(
        label=gettext_lazy("Last day"),
        near="future",
        required=False,
        help_text=gettext_lazy("Only in a promotion's list."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=240, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price_list"].initial = PriceList.objects.filter(kind=PriceList.Kind.BASE).first()
        self.fields["price_list"].empty_label = None  # type: ignore[attr-defined]
        self.fields["source_list"].empty_label = _("The same list")  # type: ignore[attr-defined]
        self.fields["category"].empty_label = _("All")  # type: ignore[attr-defined]
        self.fields["brand"].empty_label = _("All")  # type: ignore[attr-defined]
        if not user.has_perms(["inventory.view_cost", "inventory.view_supplierpricelist"]):
            del self.fields["supplier_list"]
        if not user.has_perm("inventory.view_cost"):
            for name, barred in (("source", COSTS), ("method", {Method.MARGIN})):
                field: Any = self.fields[name]
                field.choices = [choice for choice in field.choices if choice[0] not in barred]

    @property
    def products(self) -> QuerySet[Product]:
        """The products asked for."""
        asked = self.cleaned_data
        rows = Product.objects.filter(is_active=True)
        if asked["category"]:
            rows = rows.filter(category__path__startswith=asked["category"].path)
        for name in ("brand", "grade"):
            if asked[name]:
                rows = rows.filter(**{name: asked[name]})
        if asked.get("supplier_list"):
            accepted = asked["supplier_list"].entries.filter(state="accepted").repriced()
            rows = rows.filter(pk__in=accepted.values("product"))
        for word in asked["words"].casefold().split():
            rows = rows.filter(search_text__contains=word)
        return rows

    @property
    def chosen(self) -> str:
        """The same in words: `Displays › Xiaomi · Incell · “note 10”`."""
        asked = self.cleaned_data
        grade = Grade(asked["grade"]).label if asked["grade"] else ""
        words = f"“{asked['words']}”" if asked["words"] else ""
        listed = asked.get("supplier_list")
        said = [str(part) for part in (asked["category"], asked["brand"], grade, words, listed) if part]
        return " · ".join(said) or _("all products that are sold")
