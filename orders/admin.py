"""Orders in the admin: to be read. Operations write them, so that credit, stock and invoices agree."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from core.admin import ReadOnlyAdmin

from .models import Delivery, DeliveryLine, Order, OrderLine, Quotation, Return, ReturnLine

FREE = ("priority", "note", "customer_reference")
"""What nothing else depends on: may be corrected here."""


class OrderLineInline(TabularInline):
    model = OrderLine
    extra = 0
    can_delete = False
    fields = readonly_fields = (
        "position",
        "product",
        "quantity",
        "unit_price",
        "discount",
        "tax_rate",
        "gross",
        "reserved",
        "backordered",
        "delivered",
        "invoiced",
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Order)
class OrderAdmin(ModelAdmin):
    list_display = ("code", "customer", "status", "total", "currency", "created_at", "confirmed_at")
    list_filter = ("status", "location")
    list_select_related = ("customer",)
    search_fields = ("code", "customer__name", "customer_reference")
    date_hierarchy = "created_at"
    inlines = (OrderLineInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        hidden = {"id", *FREE}
        return [field.name for field in Order._meta.concrete_fields if field.name not in hidden]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.get_readonly_fields(request, obj), *FREE]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Quotation)
class QuotationAdmin(ReadOnlyAdmin):
    """What was told, to be read."""

    list_display = ["number", "kind", "order", "issued_on", "valid_until", "total", "currency", "issued_by"]
    list_filter = ["kind", "issued_on"]
    list_select_related = ["order", "issued_by"]
    search_fields = ["number", "order__customer__name"]


class ReturnLineInline(TabularInline):
    model = ReturnLine
    extra = 0
    can_delete = False
    fields = readonly_fields = ("position", "product", "quantity", "reason", "words", "condition")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Return)
class ReturnAdmin(ReadOnlyAdmin):
    list_display = ["number", "customer", "state", "settlement", "credited", "fee", "asked_at"]
    list_filter = ["state", "settlement", "asked_at"]
    list_select_related = ["customer"]
    search_fields = ["number", "customer__name"]
    inlines = (ReturnLineInline,)


class DeliveryLineInline(TabularInline):
    model = DeliveryLine
    extra = 0
    can_delete = False
    fields = readonly_fields = ("line", "pieces")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["number", "order", "invoice", "at", "by"]
    list_filter = ["at"]
    list_select_related = ["order", "invoice", "by"]
    search_fields = ["number", "order__code", "order__customer__name"]
    inlines = (DeliveryLineInline,)
