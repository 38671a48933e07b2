"""What is done with many products at once, each by the operation of its own page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.errors import Refusal
from core.jobs import Run, Steps
from core.screens import Acting, BulkAction
from inventory import operations, queries
from inventory.documents.labels import print_labels
from inventory.forms.labels import MOST_LABELS, BulkLabelsForm
from inventory.models import Brand, Category, Product
from inventory.models.catalogue import Grade, TaxCategory

from .ordering import ORDER_THESE


class CategoryForm(forms.Form):
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.order_by("path"), required=False, empty_label=_("None")
    )


class ReorderForm(forms.Form):
    reorder_point = forms.IntegerField(
        label=_("Reorder point"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text=_("At or below so many pieces it is time to order. Empty: never."),
    )


def _set(**fixed: Any) -> Callable[[Product, Acting], None]:
    """Give fields the values that are fixed here, or that were typed."""

    def perform(product: Product, acting: Acting) -> None:
        values = fixed or acting.values
        product = Product.objects.select_for_update().get(pk=product.pk)
        if all(getattr(product, name) == value for name, value in values.items()):
            raise Refusal(gettext_now("It is so already."))
        for name, value in values.items():
            setattr(product, name, value)
        operations.change_product(product)

    return perform


LEAVE, NONE = "leave", "none"
YES_NO = [(LEAVE, _("as it is")), ("yes", _("yes")), ("no", _("no"))]


class ClearableNumber(forms.CharField):
    """A whole number to set, nothing to leave it, a dash to take it away."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=12,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": _("as it is")}),
            **kwargs,
        )
        self.most = most

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return LEAVE
        if text in {"-", "–", "—"}:
            return None
        if not (text.isascii() and text.isdigit()) or int(text) > self.most:
            message = gettext_now("A whole number up to %(most)s, or – to take it away.")
            raise forms.ValidationError(message % {"most": f"{self.most:,}"})
        return int(text)


class ManyForm(forms.Form):
    """What to set on many products; what is left as it is, stays."""

    category = forms.ChoiceField(label=_("Category"), required=False)
    brand = forms.ChoiceField(label=_("Brand"), required=False)
    grade = forms.ChoiceField(label=_("Grade"), required=False)
    tax_category = forms.ChoiceField(label=_("Taxed as"), required=False)
    warranty_months = ClearableNumber(
        600, label=_("Warranty in months"), help_text=_("– leaves it to the category.")
    )
    reorder_point = ClearableNumber(1_000_000, label=_("Reorder point"), help_text=_("– takes it away."))
    reorder_quantity = ClearableNumber(
        1_000_000, label=_("Reorder quantity"), help_text=_("– takes it away.")
    )
    is_active = forms.ChoiceField(label=_("Sold"), choices=YES_NO, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leave, none = (LEAVE, gettext_now("as it is")), (NONE, gettext_now("None"))
        said: dict[str, Any] = {
            "category": [leave, none, *((str(c.pk), c.path) for c in Category.objects.order_by("path"))],
            "brand": [leave, none, *((str(b.pk), b.name) for b in Brand.objects.order_by("name"))],
            "grade": [leave, none, *Grade.choices],
            "tax_category": [leave, *TaxCategory.choices],
        }
        for name, choices in said.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        changes: dict[str, Any] = {}
        for name, value in said.items():
            if value in (LEAVE, "") and value is not None:
                continue
            changes[name] = value
        for name, empty in (("category", None), ("brand", None), ("grade", "")):
            if changes.get(name) == NONE:
                changes[name] = empty
        for name, model in (("category", Category), ("brand", Brand)):
            if changes.get(name):
                changes[name] = model.objects.filter(pk=changes[name]).first()
        if "is_active" in changes:
            changes["is_active"] = changes["is_active"] == "yes"
        if not changes and not self.errors:
            raise forms.ValidationError(gettext_now("Say what is to be changed."))
        return changes


def _change_many(product: Product, acting: Acting) -> str:
    """What differs is set, and said beside the row: from what to what."""
    product = (
        Product.objects.select_for_update(of=("self",)).select_related("category", "brand").get(pk=product.pk)
    )
    said = []
    for name, value in acting.values.items():
        if getattr(product, name) == value:
            continue
        before = _shown(product, name)
        setattr(product, name, value)
        label = Product._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        said.append(f"{capfirst(str(label))}: {before} → {_shown(product, name)}")
    if not said:
        raise Refusal(gettext_now("It is so already."))
    operations.change_product(product)
    kept = queries.note_kept(product) if "category" in acting.values else ""
    return " ".join(filter(None, ["; ".join(said) + ("." if kept else ""), kept]))


def _shown(product: Product, name: str) -> str:
    display = getattr(product, f"get_{name}_display", None)
    value = display() if display else getattr(product, name)
    if isinstance(value, bool):
        return gettext_now("yes") if value else gettext_now("no")
    return "–" if value in (None, "") else str(value)


def _print_many(run: Run, products: Iterator[Product]) -> Steps:
    """The labels of all chosen products in one PDF. A runner: see `core.jobs`."""
    form = BulkLabelsForm(run.params["said"])
    if not form.is_valid():
        raise Refusal(gettext_now("What was said in the form does not fit any more. Ask again."))
    for product in products:
        run.cursor.setdefault("products", []).append(product.pk)
        run.advance()
        yield
    said, keys = form.cleaned_data, run.cursor.get("products", [])
    total = len(keys) * said["copies"]
    if not total:
        raise Refusal(gettext_now("None of these products is there any more."))
    if total > MOST_LABELS:
        raise Refusal(gettext_now("At most %(most)s labels at a time.") % {"most": f"{MOST_LABELS:,}"})
    found = Product.objects.in_bulk(keys)
    wanted = [(found[key], said["copies"]) for key in keys if key in found]
    run.keep(
        "labels.pdf",
        print_labels(wanted, form.format, with_price=said["with_price"], start=said["start"] or 1),
    )
    return ngettext("%(n)d label.", "%(n)d labels.", total) % {"n": total}


def _give_barcode(product: Product, acting: Acting) -> str:
    return str(operations.give_barcode(product, at=acting.at).barcode)


PRODUCT_ACTIONS = [
    ORDER_THESE,
    BulkAction(
        _("Change fields"),
        "change",
        perform=_change_many,
        permission="inventory.change_product",
        form_class=ManyForm,
        icon="pencil",
    ),
    BulkAction(
        _("Labels"),
        "labels",
        collect=_print_many,
        permission="inventory.print_labels",
        form_class=BulkLabelsForm,
        icon="printer",
        most=MOST_LABELS,
    ),
    BulkAction(
        _("Give barcodes"),
        "barcodes",
        perform=_give_barcode,
        permission="inventory.change_product",
        ask=_("Those without a barcode get the next EAN-13 of our own series."),
    ),
    BulkAction(
        _("Category"),
        "category",
        perform=_set(),
        permission="inventory.change_product",
        form_class=CategoryForm,
        icon="folder",
    ),
    BulkAction(
        _("Reorder point"),
        "reorder_point",
        perform=_set(),
        permission="inventory.change_product",
        form_class=ReorderForm,
    ),
    BulkAction(
        _("Sell"),
        "activate",
        perform=_set(is_active=True),
        permission="inventory.change_product",
        ask=_("They can be put on orders again."),
    ),
    BulkAction(
        _("Stop selling"),
        "deactivate",
        perform=_set(is_active=False),
        permission="inventory.change_product",
        ask=_("They can't be put on new orders. Their stock and their history stay."),
        tone="danger",
    ),
]
