"""Prices and taxes in the admin."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from core.admin import ReadOnlyAdmin

from .models import PriceImport, PriceList, PriceRule, TaxRate


@admin.register(PriceList)
class PriceListAdmin(ModelAdmin):
    list_display = ["name", "kind", "segment", "currency", "prices_include_tax", "is_active"]
    list_filter = ["kind", "is_active", "currency"]
    search_fields = ["name"]
    list_select_related = ["segment"]


@admin.register(PriceRule)
class PriceRuleAdmin(ModelAdmin):
    list_display = [
        "product",
        "price_list",
        "customer",
        "min_quantity",
        "unit_price",
        "valid_from",
        "valid_to",
    ]
    list_filter = ["price_list"]
    search_fields = ["product__sku", "product__name", "customer__name"]
    raw_id_fields = ["product", "customer"]
    list_select_related = ["product", "price_list", "customer"]


@admin.register(TaxRate)
class TaxRateAdmin(ModelAdmin):
    list_display = ["product_category", "customer_treatment", "rate", "valid_from", "valid_to"]
    list_filter = ["product_category", "customer_treatment"]


@admin.register(PriceImport)
class PriceImportAdmin(ReadOnlyAdmin):
    """Files of prices as they were sent, how their columns were understood, and what came of them. Read only."""

    list_display = ["file_name", "price_list", "at", "state", "rows", "by"]
    list_select_related = ["price_list", "by"]
    list_filter = ["state"]
    search_fields = ["file_name", "price_list__name"]
    date_hierarchy = "at"
    fields = [
        "file_name",
        "price_list",
        "state",
        "rows",
        "mapping",
        "refusal",
        "by",
        "at",
        "finished_at",
        "job",
    ]
