"""The page of one phone: its names and codes, and what we have for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Crumb, Figure, FormScreen, RecordScreen, inlines
from core.values import say
from inventory import operations, queries
from inventory.forms import devices as forms
from inventory.models import Compatibility, DeviceModel, Product

from .products import STOCK

DEVICES = Crumb(_("Phones"), "inventory:devicemodel_list")


class DeviceModelDetail(RecordScreen):
    queryset = DeviceModel.objects.select_related("brand")
    permission_required = "inventory.view_devicemodel"
    template_name = "inventory/devicemodel_detail.html"
    context_object_name = "device"
    crumbs = [STOCK, DEVICES]
    inline = inlines(
        forms.DeviceModelForm, "inventory.change_devicemodel", "brand", "name", "codes", "aliases"
    )

    def subtitle(self, obj: Any) -> str:
        return ", ".join(obj.codes[:6])

    @property
    def fitting(self) -> list[Any]:
        """Each product that fits, with what is here of it, and the pair."""
        fits = {
            fit.product_id: fit for fit in self.object.compatibilities.fitting().order_by("product__name")
        }
        sold = Product.objects.filter(pk__in=fits).select_related("cost")
        rows: Any = queries.with_available(sold).order_by("-is_active", "-available", "name")
        return [(product, fits[product.pk]) for product in rows]

    def figures(self, obj: Any) -> Sequence[Figure]:
        products = [product for product, _fit in self.rows]
        learnt = sum(fit.state == Compatibility.State.LEARNT for _product, fit in self.rows)
        return [
            Figure(_("Products"), len(products), kind="number", note=_("%(n)s only read") % {"n": learnt}),
            Figure(_("Available"), sum(max(0, p.available) for p in products), kind="number"),
        ]

    def actions(self, obj: Any) -> Sequence[Action]:
        here = (obj.pk,)
        return [
            Action(
                _("Add a product"),
                "inventory:devicemodel_fit",
                here,
                permission="inventory.review_compatibility",
                ask=True,
                tone="primary",
                icon="plus",
            ),
            Action(
                _("Change"), "inventory:devicemodel_change", here, permission="inventory.change_devicemodel"
            ),
            Action(
                _("The same as another"),
                "inventory:devicemodel_merge",
                here,
                permission="inventory.delete_devicemodel",
                ask=True,
            ),
        ]

    def details(self, obj: Any) -> dict[str, Any]:
        return {
            "said": [
                (_("Maker"), obj.brand, "brand"),
                (_("Market name"), obj.name, "name"),
                (_("Model codes"), ", ".join(obj.codes), "codes"),
                (_("Also called"), ", ".join(obj.aliases), "aliases"),
            ]
        }

    def say_stored(self, obj: Any, name: str) -> str:
        value = self.stored(obj, name)
        if isinstance(value, list):
            return ", ".join(value)
        pointed = str(obj.brand) if name == "brand" else ""
        return say(obj._meta.get_field(name), value, name=pointed)

    def change_inline(self, obj: Any, name: str, value: Any) -> Any:
        device = DeviceModel.objects.select_for_update().get(pk=obj.pk)
        setattr(device, name, value)
        return operations.save_device_model(device)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.rows = self.fitting
        may = self.request.user.has_perm("inventory.review_compatibility")
        return super().get_context_data(has_aside=True, fitting=self.rows, may_review=may, **kwargs)


class DeviceModelAdd(FormScreen):
    permission_required = "inventory.add_devicemodel"
    title = _("New phone")
    crumbs = [STOCK, DEVICES]
    form_class = forms.DeviceModelForm
    button = _("Save")
    success_message = _("Phone added.")

    def perform(self, form: Any) -> DeviceModel:
        return operations.save_device_model(form.instance)


class DeviceModelChange(FormScreen):
    model = DeviceModel
    permission_required = "inventory.change_devicemodel"
    title = _("Change phone")
    crumbs = [STOCK, DEVICES]
    form_class = forms.DeviceModelForm
    button = _("Save")
    success_message = _("Saved.")

    def perform(self, form: Any) -> DeviceModel:
        return operations.save_device_model(form.instance)


class DeviceModelMerge(FormScreen):
    queryset = DeviceModel.objects.select_related("brand")
    permission_required = "inventory.delete_devicemodel"
    title = _("The same as another phone")
    crumbs = [STOCK, DEVICES]
    form_class = forms.DeviceMergeForm
    button = _("Merge")
    success_message = _("The two are one now.")

    def perform(self, form: Any) -> DeviceModel:
        return operations.merge_device_models(self.object, form.cleaned_data["into"])

    def success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())


class DeviceModelFit(FormScreen):
    """A product that fits it."""

    queryset = DeviceModel.objects.select_related("brand")
    permission_required = "inventory.review_compatibility"
    title = _("A product that fits")
    crumbs = [STOCK, DEVICES]
    form_class = forms.FittingProductForm
    button = _("Add")
    success_message = _("Added.")

    def perform(self, form: Any) -> Any:
        product = form.cleaned_data["product"]
        return operations.add_fit(product, self.object, by=self.request.user, at=timezone.now())

    def success_url(self, result: Any) -> str:
        return reverse("inventory:devicemodel_detail", args=[self.object.pk])
