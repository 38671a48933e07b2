"""Customers in the admin. What happened with them is history and read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from unfold.admin import TabularInline

from core.admin import ReadOnly, ReadOnlyAdmin, TrackedAdmin

from .models import Address, Contact, Customer, Segment, SegmentMembership, TimelineEntry

PROFILE = [
    "code", "status", "kind", "name", "first_name", "middle_name", "last_name", "gender", "born_on", "account_number",
    "photo", "language", "representative",
]  # fmt: skip
REACH = [
    "phone", "second_phone", "whatsapp", "email", "second_email", "fax", "website", "facebook", "instagram", "linkedin",
    "wechat", "other_social",
]  # fmt: skip
BUSINESS = ["company_name", "industry", "tax_id", "tax_treatment", "licence", "annual_revenue", "employees"]
PREFERENCES = [
    "payment_method", "delivery_method", "currency", "contact_method", "channels", "communication_language",
]  # fmt: skip


class ContactInline(ReadOnly, TabularInline):
    model = Contact
    extra = 0


class AddressInline(ReadOnly, TabularInline):
    model = Address
    extra = 0


@admin.register(Customer)
class CustomerAdmin(TrackedAdmin):
    """History (who changed what) is behind the button of that name."""

    list_display = ["code", "name", "kind", "status", "phone", "representative"]
    list_filter = ["status", "kind"]
    list_select_related = ["representative"]
    search_fields = ["name"]
    ordering = ["name", "pk"]
    show_full_result_count = False
    autocomplete_fields = ["representative"]
    readonly_fields = [
        "code",
        "status",
        "created_at",
        "updated_at",
    ]  # a status is changed with a reason, on the page
    inlines = [ContactInline, AddressInline]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return (queryset.search(search_term) if search_term.strip() else queryset), False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).visible_to(request.user)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        business = (
            BUSINESS
            if request.user.has_perm("customers.see_tax_id")
            else [f for f in BUSINESS if f != "tax_id"]
        )
        return [
            (None, {"fields": PROFILE}),
            ("How to reach it", {"fields": REACH}),
            ("Business", {"fields": business}),
            ("Preferences", {"fields": PREFERENCES}),
            ("Dates", {"fields": ["created_at", "updated_at"]}),
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest | None, **kwargs: Any) -> Any:
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A customer has a history; it is made inactive instead."""
        return False


class MembershipInline(TabularInline):
    model = SegmentMembership
    extra = 0
    autocomplete_fields = ["customer"]


@admin.register(Segment)
class SegmentAdmin(TrackedAdmin):
    list_display = ["name", "description", "created_at", "updated_at"]
    search_fields = ["name"]
    readonly_fields = ["created_by", "created_at", "updated_at"]
    inlines = [MembershipInline]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(TimelineEntry)
class TimelineEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "customer", "event", "text", "by"]
    list_select_related = ["customer", "by"]
    search_fields = ["event"]
    show_full_result_count = False
