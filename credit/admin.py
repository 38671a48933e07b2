"""Money owed in the admin: terms, groups and accounts are set here; what was issued, paid or decided is only read.

Balances are nobody's to type, and nothing here deletes: the operations write, and the database refuses the rest.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from .models import (
    Allocation,
    CreditAccount,
    CreditDecision,
    CreditGroup,
    CreditNote,
    CreditNoteLine,
    DunningLevel,
    DunningNotice,
    DunningPause,
    DunningRun,
    DunningSettings,
    FeeExemption,
    Invoice,
    InvoiceLine,
    LateFee,
    LateFeePolicy,
    OrderCommitment,
    Payment,
    PaymentTerms,
    ReceivableEntry,
    RetailerLink,
)


class ReadOnly:
    """To be read, also by a super admin."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class InvoiceLines(ReadOnly, TabularInline):
    model = InvoiceLine
    fields = [
        "position",
        "sku",
        "description",
        "quantity",
        "unit_price",
        "discount",
        "tax_rate",
        "net",
        "tax",
        "gross",
    ]


class CreditNoteLines(ReadOnly, TabularInline):
    model = CreditNoteLine
    fields = ["invoice_line", "quantity", "net", "tax", "gross"]


class Allocations(ReadOnly, TabularInline):
    model = Allocation
    fields = ["payment", "credit_note", "invoice", "amount", "allocated_on", "by"]


@admin.register(PaymentTerms)
class PaymentTermsAdmin(ModelAdmin):
    list_display = ["name", "kind", "days", "is_default"]


@admin.register(CreditGroup)
class CreditGroupAdmin(ModelAdmin):
    list_display = ["name", "limit_kind", "credit_limit", "is_default"]


@admin.register(CreditAccount)
class CreditAccountAdmin(ModelAdmin):
    """Limit and terms may be changed; the figures come from the ledger."""

    list_display = [
        "customer",
        "status",
        "limit_kind",
        "credit_limit",
        "balance",
        "unallocated",
        "open_orders",
    ]
    list_filter = ["status", "limit_kind", "group", "currency"]
    list_select_related = ["customer"]
    search_fields = ["customer__name"]
    autocomplete_fields = ["customer"]
    readonly_fields = ["balance", "unallocated", "open_orders", "uncleared", "approved_on", "approved_by"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Whose account it is and its currency are fixed with the first document."""
        fixed = ["customer", "currency"] if obj else []
        return [*self.readonly_fields, *fixed]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Invoice)
class InvoiceAdmin(ReadOnly, ModelAdmin):
    list_display = ["number", "account", "issued_on", "due_on", "total", "outstanding"]
    list_filter = ["currency", "issued_on"]
    list_select_related = ["account__customer"]
    search_fields = ["number", "order_number", "account__customer__name"]
    inlines = [InvoiceLines, Allocations]


@admin.register(CreditNote)
class CreditNoteAdmin(ReadOnly, ModelAdmin):
    list_display = ["number", "account", "invoice", "issued_on", "total", "unallocated_amount"]
    list_select_related = ["account__customer", "invoice"]
    search_fields = ["number", "invoice__number", "account__customer__name"]
    inlines = [CreditNoteLines, Allocations]


@admin.register(Payment)
class PaymentAdmin(ReadOnly, ModelAdmin):
    list_display = [
        "number",
        "account",
        "method",
        "received_on",
        "amount",
        "unallocated_amount",
        "reversed_at",
    ]
    list_filter = ["method", "received_on"]
    list_select_related = ["account__customer"]
    search_fields = ["number", "method_reference", "account__customer__name"]
    inlines = [Allocations]


@admin.register(ReceivableEntry)
class ReceivableEntryAdmin(ReadOnly, ModelAdmin):
    list_display = ["posted_on", "document", "kind", "account", "amount", "currency", "by"]
    list_filter = ["kind", "posted_on"]
    list_select_related = ["account__customer", "by"]
    search_fields = ["document", "reference", "account__customer__name"]


@admin.register(Allocation)
class AllocationAdmin(ReadOnly, ModelAdmin):
    list_display = ["allocated_on", "payment", "credit_note", "invoice", "amount", "by"]
    list_select_related = ["payment", "credit_note", "invoice", "by"]
    search_fields = ["reference", "invoice__number"]


@admin.register(CreditDecision)
class CreditDecisionAdmin(ReadOnly, ModelAdmin):
    list_display = ["at", "reference", "account", "amount", "verdict", "rule", "by"]
    list_filter = ["verdict", "rule"]
    list_select_related = ["account__customer", "by"]
    search_fields = ["reference", "account__customer__name"]


@admin.register(OrderCommitment)
class OrderCommitmentAdmin(ReadOnly, ModelAdmin):
    list_display = ["reference", "account", "amount"]
    list_select_related = ["account__customer"]
    search_fields = ["reference", "account__customer__name"]


@admin.register(RetailerLink)
class RetailerLinkAdmin(ReadOnly, ModelAdmin):
    """Ended on the invoice's page, where it says so. The address itself is stored nowhere."""

    list_display = [
        "account",
        "invoice",
        "created_at",
        "expires_at",
        "revoked_at",
        "opened",
        "last_opened_at",
    ]
    list_select_related = ["account__customer", "invoice"]
    search_fields = ["invoice__number", "account__customer__name"]
    exclude = ["uid"]


@admin.register(DunningLevel)
class DunningLevelAdmin(ModelAdmin):
    """Set here or on the pages of dunning. A level that was told stays; it is taken out of use."""

    list_display = ["name", "days", "event", "charges_fee", "asks_for_call", "is_active"]
    list_filter = ["is_active"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(DunningSettings)
class DunningSettingsAdmin(ModelAdmin):
    list_display = ["automatic", "hour", "from_hour", "until_hour", "gap_days", "smallest"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(LateFeePolicy)
class LateFeePolicyAdmin(ModelAdmin):
    list_display = [
        "name",
        "currency",
        "kind",
        "when",
        "rate",
        "amount",
        "grace_days",
        "automatic",
        "is_active",
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(DunningPause)
class DunningPauseAdmin(ReadOnly, ModelAdmin):
    list_display = ["account", "invoice", "reason", "until", "by", "ended_at"]
    list_select_related = ["account__customer", "invoice", "by"]
    search_fields = ["account__customer__name", "reason"]


@admin.register(FeeExemption)
class FeeExemptionAdmin(ReadOnly, ModelAdmin):
    list_display = ["account", "reason", "until", "by", "ended_at"]
    list_select_related = ["account__customer", "by"]
    search_fields = ["account__customer__name", "reason"]


@admin.register(DunningRun)
class DunningRunAdmin(ReadOnly, ModelAdmin):
    list_display = ["on", "state", "automatic", "queued", "calls", "left_out", "fees", "by", "at"]
    list_select_related = ["by"]


@admin.register(DunningNotice)
class DunningNoticeAdmin(ReadOnly, ModelAdmin):
    list_display = ["at", "account", "level", "amount", "state", "why"]
    list_filter = ["state", "level"]
    list_select_related = ["account__customer", "level"]
    search_fields = ["account__customer__name"]


@admin.register(LateFee)
class LateFeeAdmin(ReadOnly, ModelAdmin):
    list_display = ["on", "account", "invoice", "period", "net", "document", "waived"]
    list_select_related = ["account__customer", "invoice", "document"]
    search_fields = ["account__customer__name", "invoice__number"]
