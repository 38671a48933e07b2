"""Goods in the admin. What happened (moves, receipts, imports) and the figures beside it are read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from core.admin import ReadOnlyAdmin, TrackedAdmin

from . import models, queries


class NeverDeleted:
    """Goods have a history; they are taken off sale instead."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SeesCost:
    """Costs are shown only to those who may see them."""

    costs: tuple[str, ...] = ("unit_cost",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)  # type: ignore[misc]
        return (
            fields
            if request.user.has_perm("inventory.view_cost")
            else [f for f in fields if f not in self.costs]
        )


@admin.register(models.Brand)
class BrandAdmin(NeverDeleted, ModelAdmin):
    search_fields = ["name"]


class SpecificationInline(TabularInline):
    """Read here, changed on the page of the category: a new name takes the values of products along there."""

    model = models.Specification
    extra = 0
    can_delete = False
    readonly_fields = fields = ["name", "kind", "unit", "choices", "is_required", "position"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.Category)
class CategoryAdmin(NeverDeleted, TrackedAdmin):
    list_display = ["path", "warranty_months"]
    search_fields = ["path"]
    inlines = [SpecificationInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["path"] if obj else []  # what lies below it would stay behind


class CompatibilityInline(TabularInline):
    model = models.Compatibility
    extra = 0
    autocomplete_fields = ["device_model"]
    readonly_fields = ["by", "at"]


@admin.register(models.Product)
class ProductAdmin(NeverDeleted, TrackedAdmin):
    list_display = ["sku", "name", "brand", "grade", "list_price", "is_active"]
    list_filter = ["is_active", "grade", "tax_category"]
    list_select_related = ["brand"]
    search_fields = ["sku"]
    show_full_result_count = False
    autocomplete_fields = ["brand", "category"]
    readonly_fields = ["created_at", "updated_at"]
    inlines = [CompatibilityInline]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return (queries.narrow(queryset, search_term) if search_term.strip() else queryset), False


@admin.register(models.DeviceModel)
class DeviceModelAdmin(TrackedAdmin):
    list_display = ["name", "brand", "codes", "aliases"]
    list_select_related = ["brand"]
    search_fields = ["search_text"]
    show_full_result_count = False
    autocomplete_fields = ["brand"]


@admin.register(models.ProductPhoto)
class ProductPhotoAdmin(ReadOnlyAdmin):
    list_display = ["product", "position", "size", "width", "height", "by", "at", "removed_at"]
    list_select_related = ["product", "by"]
    search_fields = ["product__sku"]


@admin.register(models.Location)
class LocationAdmin(NeverDeleted, TrackedAdmin):
    list_display = ["name", "kind", "is_default", "is_active"]


@admin.register(models.ProductCost)
class ProductCostAdmin(ReadOnlyAdmin):
    list_display = ["product", "average", "last"]
    list_select_related = ["product"]
    search_fields = ["product__sku"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("inventory.view_cost"))


@admin.register(models.StockLevel)
class StockLevelAdmin(ReadOnlyAdmin):
    list_display = ["product", "location", "shelf", "on_hand", "reserved", "counted_at"]
    list_select_related = ["product", "location"]
    list_filter = ["location"]
    search_fields = ["product__sku"]


@admin.register(models.StockMove)
class StockMoveAdmin(SeesCost, ReadOnlyAdmin):
    list_display = ["at", "product", "location", "kind", "quantity", "document", "by"]
    list_select_related = ["product", "location", "by"]
    list_filter = ["kind", "location"]
    search_fields = ["product__sku", "document"]


@admin.register(models.Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = ["reference", "product", "location", "quantity", "state", "at", "closed_at"]
    list_select_related = ["product", "location"]
    list_filter = ["state", "location"]
    search_fields = ["reference", "product__sku"]


class ReceiptLineInline(SeesCost, TabularInline):
    model = models.GoodsReceiptLine
    extra = 0
    can_delete = False


@admin.register(models.GoodsReceipt)
class GoodsReceiptAdmin(ReadOnlyAdmin):
    list_display = ["number", "supplier", "document", "location", "at", "by"]
    list_select_related = ["location", "by", "supplier"]
    search_fields = ["number", "supplier__name", "document"]
    inlines = [ReceiptLineInline]


@admin.register(models.StockCount)
class StockCountAdmin(ReadOnlyAdmin):
    list_display = ["number", "location", "scope", "state", "opened_by", "opened_at", "decided_by"]
    list_select_related = ["location", "opened_by", "decided_by"]
    list_filter = ["state", "location"]
    search_fields = ["number"]


@admin.register(models.Adjustment)
class AdjustmentAdmin(SeesCost, ReadOnlyAdmin):
    costs = ("value",)
    list_display = [
        "number",
        "product",
        "location",
        "quantity",
        "reason",
        "state",
        "requested_by",
        "decided_by",
    ]
    list_select_related = ["product", "location", "requested_by", "decided_by"]
    list_filter = ["state", "reason", "location"]
    search_fields = ["number", "product__sku"]


class TransferLineInline(TabularInline):
    model = models.StockTransferLine
    extra = 0
    can_delete = False


@admin.register(models.StockTransfer)
class StockTransferAdmin(ReadOnlyAdmin):
    list_display = ["number", "source", "destination", "reason", "at", "by"]
    list_select_related = ["source", "destination", "by"]
    search_fields = ["number"]
    inlines = [TransferLineInline]


@admin.register(models.ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    list_display = ["file_name", "at", "state", "rows", "created", "updated", "unchanged", "refused", "by"]
    list_select_related = ["by"]
    list_filter = ["state"]
    search_fields = ["file_name"]


@admin.register(models.ImportRow)
class ImportRowAdmin(ReadOnlyAdmin):
    list_display = ["batch", "number", "sku", "outcome", "sentence"]
    list_select_related = ["batch"]
    list_filter = ["outcome"]
    search_fields = ["sku"]


class OnlyWithCosts(ReadOnlyAdmin):
    """What suppliers ask is what things cost us."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        sees = bool(super().has_view_permission(request, obj))
        return sees and bool(request.user.has_perm("inventory.view_cost"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(models.SupplierPriceList)
class SupplierPriceListAdmin(OnlyWithCosts):
    list_display = ["code", "supplier", "file_name", "at", "state", "rows", "refused", "by"]
    list_select_related = ["supplier", "by"]
    list_filter = ["state"]
    search_fields = ["file_name", "supplier__name"]


@admin.register(models.SupplierPriceListRow)
class SupplierPriceListRowAdmin(OnlyWithCosts):
    list_display = [
        "price_list",
        "number",
        "kind",
        "sku",
        "name",
        "old_price",
        "price",
        "state",
        "decided_by",
    ]
    list_select_related = ["price_list", "decided_by"]
    list_filter = ["kind", "state"]
    search_fields = ["sku"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perms(["inventory.view_supplierpricelist", "inventory.view_cost"]))


@admin.register(models.SupplierCategory)
class SupplierCategoryAdmin(TrackedAdmin):
    list_display = ["supplier", "theirs", "ours"]
    list_select_related = ["supplier", "ours"]
    search_fields = ["theirs"]
    autocomplete_fields = ["ours"]


class SupplierContactInline(TabularInline):
    model = models.SupplierContact
    extra = 0


@admin.register(models.Supplier)
class SupplierAdmin(TrackedAdmin):
    list_display = ["name", "code", "email", "currency", "lead_time_days", "is_active"]
    list_filter = ["is_active", "currency"]
    search_fields = ["name", "email"]
    inlines = [SupplierContactInline]


class PurchaseOrderLineInline(TabularInline):
    model = models.PurchaseOrderLine
    fields = ["product", "quantity", "received", "closed", "expected_on"]
    extra = 0
    can_delete = False


@admin.register(models.PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "supplier", "status", "created_at", "sent_at"]
    list_select_related = ["supplier"]
    list_filter = ["status"]
    search_fields = ["number", "supplier__name"]
    fields = ["number", "supplier", "location", "status", "created_by", "created_at", "sent_at", "closed_at"]
    inlines = [PurchaseOrderLineInline]


@admin.register(models.SupplierReturn)
class SupplierReturnAdmin(ReadOnlyAdmin):
    list_display = ["number", "supplier", "status", "at", "by"]
    list_select_related = ["supplier", "by"]
    list_filter = ["status"]
    search_fields = ["number", "supplier__name"]
    fields = ["number", "supplier", "receipt", "status", "wanted", "document", "note", "by", "at"]


@admin.register(models.Waiting)
class WaitingAdmin(ReadOnlyAdmin):
    list_display = ["reference", "product", "location", "customer", "pieces", "priority", "since"]
    list_select_related = ["product", "location", "customer"]
    list_filter = ["location"]
    search_fields = ["reference", "product__sku"]


@admin.register(models.ShortageReader)
class ShortageReaderAdmin(TrackedAdmin):
    list_display = ["user", "alert_by_bell", "alert_by_email", "report_by_email", "report_by_whatsapp"]
    list_select_related = ["user"]


@admin.register(models.ShortageReport)
class ShortageReportAdmin(ReadOnlyAdmin):
    list_display = ["on", "made_at", "products", "uncovered", "pieces", "shops", "people"]
