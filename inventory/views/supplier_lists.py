"""Suppliers' price lists: uploaded, their columns, and the lists there were."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Column, Crumb, FormScreen, ListScreen, Tab
from inventory import operations, queries
from inventory.forms import (
    SupplierCategoryFilter,
    SupplierCategoryForm,
    SupplierColumnsForm,
    SupplierListFilter,
    SupplierListForm,
)
from inventory.models import SupplierCategory, SupplierPriceList

from .products import STOCK

LISTS = Crumb(_("Suppliers' price lists"), "inventory:supplierlist_list")
SEES = ("inventory.view_supplierpricelist", "inventory.view_cost")
UPLOADS = ("inventory.import_supplierpricelist", "inventory.view_cost")
DECIDES = ("inventory.decide_supplierpricelist", "inventory.view_cost")
UPLOAD = Action(
    _("Upload a price list"),
    "inventory:supplierlist_add",
    permission="inventory.import_supplierpricelist",
    tone="primary",
    icon="arrow-up-tray",
)


class SupplierListList(ListScreen):
    queryset = SupplierPriceList.objects.select_related("supplier", "by")
    permission_required = SEES
    title = _("Suppliers' price lists")
    crumbs = [STOCK]
    columns = [
        Column(_("List"), "code", kind="code", link=True, sub="file_name", phone="title"),
        Column(_("Supplier"), "supplier.name", phone="show"),
        Column(_("When"), "at", kind="moment", order="at", phone="show"),
        Column(_("State"), "state", kind="status", phone="label"),
        Column(_("Rows"), "rows", kind="number"),
        Column(_("To decide"), "open_rows", kind="number", phone="figure"),
        Column(_("Unreadable"), "refused", kind="number", hidden=True),
        Column(_("Currency"), "currency", hidden=True),
        Column(_("By"), "by.name"),
    ]
    ordering = ["-at"]
    filterset_class = SupplierListFilter
    tabs = [
        Tab("all", _("All")),
        Tab("open", _("To decide"), lambda rows, user: rows.filter(open_rows__gt=0)),
    ]
    actions = [
        Action(
            _("Categories"),
            "inventory:suppliercategory_list",
            permission="inventory.decide_supplierpricelist",
        ),
        UPLOAD,
    ]
    export_permission = "inventory.view_supplierpricelist"
    empty = _("No price list yet. Upload one, and see what it changes before anything changes.")
    empty_action = UPLOAD

    def get_queryset(self) -> QuerySet[Any]:
        return queries.with_open(super().get_queryset())


class SupplierListAdd(FormScreen):
    permission_required = UPLOADS
    title = _("Upload a supplier's price list")
    crumbs = [STOCK, LISTS]
    form_class = SupplierListForm
    button = _("Next")

    def perform(self, form: SupplierListForm) -> SupplierPriceList:
        told = form.cleaned_data
        return operations.accept_supplier_list(
            told["supplier"],
            told["file"] or operations.pasted(told["text"]),
            currency=told["currency"],
            is_whole=told["is_whole"],
            by=self.request.user,
            at=timezone.now(),
            reference=f"form:{self.idempotency_key}",
        )

    def success_url(self, result: SupplierPriceList) -> str:
        return reverse("inventory:supplierlist_columns", args=[result.pk])


class SupplierListColumns(FormScreen):
    queryset = SupplierPriceList.objects.select_related("supplier")
    permission_required = UPLOADS
    title = _("Which column is what?")
    crumbs = [STOCK, LISTS]
    template_name = "inventory/import_columns.html"
    button = _("Compare")

    def get_form(self) -> SupplierColumnsForm:
        self.preview = queries.list_preview(self.object)
        return SupplierColumnsForm(
            self.request.POST or None, headers=self.preview.headers, initial=self.object.mapping
        )

    def perform(self, form: SupplierColumnsForm) -> SupplierPriceList:
        return operations.start_comparing(self.object, form.mapping, by=self.request.user, at=timezone.now())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(preview=self.preview, **kwargs)


class SupplierCategoryList(ListScreen):
    """Where new products of each supplier's category go."""

    queryset = SupplierCategory.objects.select_related("supplier", "ours")
    permission_required = "inventory.decide_supplierpricelist"
    title = _("Suppliers' categories")
    crumbs = [STOCK, LISTS]
    columns = [
        Column(_("Their category"), "theirs", order="theirs", phone="title", link=lambda row: row.change_url),
        Column(_("Supplier"), "supplier.name", phone="label"),
        Column(_("Our category"), lambda row: row.ours or _("the same name"), key="ours", phone="show"),
    ]
    ordering = ["theirs"]
    filterset_class = SupplierCategoryFilter
    search_hint = _("Category…")
    tabs = [
        Tab("all", _("All")),
        Tab("plain", _("Not mapped"), lambda rows, user: rows.filter(ours=None)),
    ]
    edit = Action(
        _("Change"), "inventory:suppliercategory_change", permission="inventory.decide_supplierpricelist"
    )
    export_permission = "inventory.decide_supplierpricelist"
    empty = _("Categories come with suppliers' price lists.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(theirs__icontains=text)


class SupplierCategoryChange(FormScreen):
    queryset = SupplierCategory.objects.select_related("supplier", "ours")
    permission_required = "inventory.decide_supplierpricelist"
    title = _("Where new products go")
    crumbs = [STOCK, LISTS]
    form_class = SupplierCategoryForm
    button = _("Save")
    success_message = _("Saved. New products of this category go there.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "initial": {"ours": self.object.ours_id}}

    def perform(self, form: SupplierCategoryForm) -> SupplierCategory:
        return operations.map_category(self.object, form.cleaned_data["ours"], by=self.request.user)

    def success_url(self, result: SupplierCategory) -> str:
        return f"{reverse('inventory:suppliercategory_list')}?supplier={result.supplier_id}"
