"""What is asked about promotions, copies of lists and files of prices."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, importing
from customers.models import Segment
from pricing.importing import FIELDS, REQUIRED
from pricing.models import PriceList, PriceRule
from pricing.repricing import Method

from .changes import PriceChangeForm


class PromotionForm(PriceChangeForm):
    """A price for a while: for which products, how much off or at which price, from when until when."""

    sections = {
        _("Promotion"): ["name", "starts_on", "ends_on", "reason"],
        _("Which products"): ["category", "brand", "grade", "words"],
        _("Their price"): ["method", "value", "ending", "direction"],
    }
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What the price is called on orders, such as Diwali.")
    )
    ends_on = DateField(label=_("Last day"), near="future")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        for name in ("price_list", "source", "source_list", "supplier_list"):
            self.fields.pop(name, None)
        method: Any = self.fields["method"]
        method.choices = [choice for choice in Method.choices if choice[0] != Method.MARGIN]
        self.fields["value"].help_text = _("Of the base price: -10 is ten percent off. Or the price itself.")


class CopyListForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[c for c in PriceList.Kind.choices if c[0] != PriceList.Kind.BASE],
        initial=PriceList.Kind.PROMOTION,
    )
    segment = forms.ModelChoiceField(
        label=_("Segment"),
        queryset=Segment.objects.all(),
        required=False,
        help_text=_("Only for a segment's list."),
    )
    on = DateField(label=_("First day"), near="future", initial=timezone.localdate)


class PriceFileForm(forms.Form):
    file = forms.FileField(
        label=_("Table"),
        help_text=_(
            "csv, tsv, xlsx, xls or ods, as the list's own export is. The first row names the columns."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": importing.TABLES}),
    )


class PriceColumnsForm(importing.ColumnsForm):
    """Which column of the file holds which field; guessed, to be confirmed."""

    known = FIELDS
    required = REQUIRED


class PriceRuleFilter(filters.FilterSet):
    category = filters.CharFilter(label=_("Category"), method="is_below")
    own = filters.BooleanFilter(
        label=_("A customer's own"), field_name="customer", lookup_expr="isnull", exclude=True
    )
    breaks = filters.BooleanFilter(label=_("From several pieces"), method="has_break")

    class Meta:
        model = PriceRule
        fields = ["category", "own", "breaks"]

    def is_below(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(product__category__path__icontains=value.replace("\x00", "")[:200])

    def has_break(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(min_quantity__gt=1) if value else rows.filter(min_quantity=1)


class CustomerPriceFilter(filters.FilterSet):
    customer = filters.CharFilter(label=_("Customer code"), field_name="customer__code", lookup_expr="iexact")

    class Meta:
        model = PriceRule
        fields = ["customer"]
