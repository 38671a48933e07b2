"""Money owed in the admin: terms, groups and accounts are set here; what was issued, paid or decided is only read.

Balances are nobody's to type, and nothing here deletes: the operations write, and the database refuses the rest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, TabularInline

from core.admin import ReadOnly, ReadOnlyAdmin
from core.errors import Refusal
from core.money import format_money
from core.templatetags.figures import bare
from credit.terms import check_shares, percent_of

from .models import (
    Allocation,
    Assessment,
    BankAccount,
    Chargeback,
    Cheque,
    ChequeDeposit,
    ChequeStep,
    CollectionCall,
    CreditAccount,
    CreditApproval,
    CreditDecision,
    CreditGroup,
    CreditNote,
    CreditNoteLine,
    Dispute,
    DunningLevel,
    DunningNotice,
    DunningPause,
    DunningRun,
    DunningSettings,
    FeeExemption,
    Instalment,
    InstalmentPlan,
    Invoice,
    InvoiceLine,
    LateFee,
    LateFeePolicy,
    LimitRequest,
    OrderCommitment,
    Payment,
    PaymentNotice,
    PaymentTerms,
    ReceivableEntry,
    Refund,
    RetailerLink,
    TermsLine,
    WriteOff,
)


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


class TermsLineFormSet(BaseInlineFormSet):
    """The parts together: whether they can add up to any invoice."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        in_parts = self.instance.kind == PaymentTerms.Kind.INSTALMENTS
        if not in_parts:
            if kept:
                raise ValidationError(_("Only terms “in parts” have parts."))
            return
        lines = sorted((form.instance for form in kept), key=lambda line: line.position)
        try:
            check_shares([line.share for line in lines])
        except Refusal as refusal:
            raise ValidationError(refusal.text) from None


class TermsLineForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        """One way to say how much; a fraction says its percentage itself."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        kind = told.get("kind")
        if kind == TermsLine.Kind.PERCENT:
            told["amount"] = None
            if told.get("divisor") and not told.get("percent"):
                told["percent"] = percent_of(told["divisor"])
            if not told.get("percent"):
                self.add_error("percent", _("Say the percentage, or one in how many."))
        else:
            told["percent"] = told["divisor"] = None
            if kind == TermsLine.Kind.REMAINDER:
                told["amount"] = None
            elif not told.get("amount"):
                self.add_error("amount", _("Say the amount."))
        return told


class TermsLines(TabularInline):
    model = TermsLine
    form, formset = TermsLineForm, TermsLineFormSet
    extra = 0
    fields = ["position", "kind", "percent", "divisor", "amount", "months", "day_of_month", "days"]


@admin.register(PaymentTerms)
class PaymentTermsAdmin(ModelAdmin):
    """When invoices are due, with what that means for one of today."""

    list_display = ["name", "kind", "days", "months", "day_of_month", "is_default"]
    list_filter = ["kind"]
    readonly_fields = ["preview"]
    inlines = [TermsLines]

    @admin.display(description=gettext_lazy("An invoice of today over 1,000 is due"))
    def preview(self, terms: PaymentTerms) -> str:
        """As saved; new terms have none yet."""
        if not terms.pk:
            return _("Save to see it.")
        try:
            parts = terms.parts(Decimal(1000), timezone.localdate())
        except Refusal as refusal:
            return refusal.text
        return "; ".join(f"{date_format(part.due_on)}: {bare(format_money(part.amount))}" for part in parts)


@admin.register(CreditGroup)
class CreditGroupAdmin(ModelAdmin):
    list_display = [
        "name",
        "limit_kind",
        "credit_limit",
        "terms",
        "max_overdue_days",
        "grace_days",
        "is_default",
    ]
    list_select_related = ["terms"]


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
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = ["number", "account", "issued_on", "due_on", "total", "outstanding"]
    list_filter = ["currency", "issued_on"]
    list_select_related = ["account__customer"]
    search_fields = ["number", "order_number", "account__customer__name"]
    inlines = [InvoiceLines, Allocations]


@admin.register(CreditNote)
class CreditNoteAdmin(ReadOnlyAdmin):
    list_display = ["number", "account", "invoice", "issued_on", "total", "unallocated_amount"]
    list_select_related = ["account__customer", "invoice"]
    search_fields = ["number", "invoice__number", "account__customer__name"]
    inlines = [CreditNoteLines, Allocations]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
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
class ReceivableEntryAdmin(ReadOnlyAdmin):
    list_display = ["posted_on", "document", "kind", "account", "amount", "currency", "by"]
    list_filter = ["kind", "posted_on"]
    list_select_related = ["account__customer", "by"]
    search_fields = ["document", "reference", "account__customer__name"]


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    list_display = ["allocated_on", "payment", "credit_note", "write_off", "invoice", "amount", "by"]
    list_select_related = ["payment", "credit_note", "write_off", "invoice", "by"]
    search_fields = ["reference", "invoice__number"]


@admin.register(WriteOff)
class WriteOffAdmin(ReadOnlyAdmin):
    """Asked for and approved on their own pages, by two people."""

    list_display = [
        "number",
        "account",
        "amount",
        "currency",
        "state",
        "requested_by",
        "decided_by",
        "written_on",
    ]
    list_filter = ["state", "written_on"]
    list_select_related = ["account__customer", "requested_by", "decided_by"]
    search_fields = ["number", "account__customer__name", "reason"]


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Asked for, approved and paid out on their own pages."""

    list_display = [
        "number",
        "account",
        "amount",
        "currency",
        "method",
        "state",
        "requested_by",
        "decided_by",
    ]
    list_filter = ["state", "method"]
    list_select_related = ["account__customer", "requested_by", "decided_by"]
    search_fields = ["number", "account__customer__name", "provider_refund_id"]
    exclude = ["key"]


@admin.register(Chargeback)
class ChargebackAdmin(ReadOnlyAdmin):
    list_display = ["opened_at", "provider", "provider_dispute_id", "amount", "currency", "state", "problem"]
    list_filter = ["state", "provider"]
    search_fields = ["provider_dispute_id"]


@admin.register(CreditDecision)
class CreditDecisionAdmin(ReadOnlyAdmin):
    list_display = ["at", "reference", "account", "amount", "verdict", "rule", "by"]
    list_filter = ["verdict", "rule"]
    list_select_related = ["account__customer", "by"]
    search_fields = ["reference", "account__customer__name"]


@admin.register(OrderCommitment)
class OrderCommitmentAdmin(ReadOnlyAdmin):
    list_display = ["reference", "account", "amount"]
    list_select_related = ["account__customer"]
    search_fields = ["reference", "account__customer__name"]


@admin.register(RetailerLink)
class RetailerLinkAdmin(ReadOnlyAdmin):
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
class DunningPauseAdmin(ReadOnlyAdmin):
    list_display = ["account", "invoice", "reason", "until", "by", "ended_at"]
    list_select_related = ["account__customer", "invoice", "by"]
    search_fields = ["account__customer__name", "reason"]


@admin.register(FeeExemption)
class FeeExemptionAdmin(ReadOnlyAdmin):
    list_display = ["account", "reason", "until", "by", "ended_at"]
    list_select_related = ["account__customer", "by"]
    search_fields = ["account__customer__name", "reason"]


@admin.register(DunningRun)
class DunningRunAdmin(ReadOnlyAdmin):
    list_display = ["on", "state", "automatic", "queued", "calls", "left_out", "fees", "by", "at"]
    list_select_related = ["by"]


@admin.register(DunningNotice)
class DunningNoticeAdmin(ReadOnlyAdmin):
    list_display = ["at", "account", "level", "amount", "state", "why"]
    list_filter = ["state", "level"]
    list_select_related = ["account__customer", "level"]
    search_fields = ["account__customer__name"]


@admin.register(LateFee)
class LateFeeAdmin(ReadOnlyAdmin):
    list_display = ["on", "account", "invoice", "period", "net", "document", "waived"]
    list_select_related = ["account__customer", "invoice", "document"]
    search_fields = ["account__customer__name", "invoice__number"]


class InstalmentLines(ReadOnly, TabularInline):
    model = Instalment
    fields = ["position", "due_on", "amount"]


@admin.register(InstalmentPlan)
class InstalmentPlanAdmin(ReadOnlyAdmin):
    """Agreed on the invoice's page; read here."""

    list_display = ["invoice", "version", "source", "from_on", "until_on", "reason", "by"]
    list_filter = ["source", "from_on"]
    list_select_related = ["invoice", "by"]
    search_fields = ["invoice__number", "reason"]
    inlines = [InstalmentLines]


@admin.register(PaymentNotice)
class PaymentNoticeAdmin(ReadOnlyAdmin):
    list_display = ["account", "method", "amount", "received_on", "state", "recorded_by", "decided_by"]
    list_filter = ["state", "method", "source"]
    list_select_related = ["account__customer", "recorded_by", "decided_by"]
    search_fields = ["method_reference", "account__customer__name"]


@admin.register(BankAccount)
class BankAccountAdmin(ModelAdmin):
    """Where cheques are deposited and statements come from. One in use is never deleted, only put out of use."""

    list_display = ["name", "bank", "branch", "number", "is_active"]
    search_fields = ["name", "bank", "number"]


class Steps(ReadOnly, TabularInline):
    model = ChequeStep
    fields = ["kind", "on", "reason", "charge", "payment", "deposit", "fee", "by", "at"]


@admin.register(Cheque)
class ChequeAdmin(ReadOnlyAdmin):
    list_display = ["number", "bank", "account", "dated_on", "amount", "state", "times_bounced"]
    list_filter = ["state", "dated_on"]
    list_select_related = ["account__customer"]
    search_fields = ["number", "bank", "account__customer__name"]
    inlines = [Steps]


@admin.register(ChequeDeposit)
class ChequeDepositAdmin(ReadOnlyAdmin):
    list_display = ["number", "bank_account", "deposited_on", "count", "total", "by"]
    list_select_related = ["bank_account", "by"]
    search_fields = ["number"]


@admin.register(LimitRequest)
class LimitRequestAdmin(ReadOnlyAdmin):
    """Asked and decided on its own page, where the authority is asked for."""

    list_display = ["at", "account", "kind", "amount", "state", "by", "decided_by"]
    list_filter = ["state", "kind"]
    list_select_related = ["account__customer", "by", "decided_by"]
    search_fields = ["account__customer__name", "reason"]


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    list_display = ["at", "account", "rating", "points", "limit_kind", "credit_limit", "rule", "by"]
    list_filter = ["rating", "rule"]
    list_select_related = ["account__customer", "by"]
    search_fields = ["account__customer__name"]


@admin.register(CreditApproval)
class CreditApprovalAdmin(ReadOnlyAdmin):
    list_display = ["at", "account", "amount", "until", "by", "used_for", "used_at", "settled_at"]
    list_filter = ["until"]
    list_select_related = ["account__customer", "by"]
    search_fields = ["account__customer__name", "used_for"]


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    """Decided on its own page: upholding it issues the credit note, rejecting it sends the answer."""

    list_display = ["at", "invoice", "amount", "reason", "state", "raised_by_retailer", "by", "answered_by"]
    list_filter = ["state", "reason", "raised_by_retailer"]
    list_select_related = ["invoice", "by", "answered_by"]
    search_fields = ["invoice__number", "invoice__account__customer__name", "words"]


@admin.register(CollectionCall)
class CollectionCallAdmin(ReadOnlyAdmin):
    """What was said stays said: the database takes no change."""

    list_display = ["at", "account", "way", "outcome", "next_on", "overdue", "by"]
    list_filter = ["outcome", "way"]
    list_select_related = ["account__customer", "by"]
    search_fields = ["account__customer__name", "note"]
