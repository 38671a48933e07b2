"""Late fees: what is due to be charged, what was, waiving, policies, who pays none."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.forms import Form, ModelForm
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core import jobs
from core.errors import Refusal
from core.models import Job
from core.screens import (
    Acting,
    Action,
    ActionScreen,
    BulkAction,
    Column,
    Crumb,
    FormScreen,
    ListScreen,
    Tab,
)
from credit.forms.dunning import ExemptForm, FeeFilter, PolicyForm, WaiveForm
from credit.forms.reasons import ReasonForm
from credit.models import FeeExemption, LateFee, LateFeePolicy
from credit.operations import end_exemption, exempt_from_fees, waive_fee
from credit.operations.dunning_settings import save_policy
from credit.queries.late_fees import PlannedFee, whole_fee_plan
from customers.models import Customer

from .dunning import DUNNING
from .invoices import INVOICES

FEES = Crumb(_("Late fees"), "credit:late_fee_list")
POLICIES = Crumb(_("Late fee policies"), "credit:fee_policy_list")
SHOWN = 200
WITH_ALL = LateFee.objects.select_related("account__customer", "invoice", "document", "policy", "level")


def _waive(fee: LateFee, acting: Acting) -> None:
    waive_fee(
        fee,
        reason=acting.values["reason"],
        reference=f"waive:{fee.pk}:{acting.key}"[:120],
        by=acting.by,
        at=acting.at,
    )


class LateFeeList(ListScreen):
    queryset = WITH_ALL
    permission_required = "credit.view_latefee"
    title = _("Late fees")
    crumbs = [INVOICES, DUNNING]
    columns = [
        Column(
            _("Fee"),
            "document.number",
            kind="code",
            link=lambda fee: fee.document.get_absolute_url(),
            sub="account.customer.name",
            phone="title",
        ),
        Column(
            _("About"),
            "invoice.number",
            kind="code",
            link=lambda fee: fee.invoice.get_absolute_url(),
            phone="label",
        ),
        Column(_("Charged"), "on", kind="date", order="on", phone="label"),
        Column(_("Days late"), "days", kind="number"),
        Column(_("Of"), "base", kind="money", currency="document.currency"),
        Column(_("Policy"), "policy.name", hidden=True),
        Column(_("Level"), "level.name", hidden=True),
        Column(_("Waived"), "waived", kind="money", currency="document.currency", sub="waived_why"),
        Column(_("Open"), "document.outstanding", kind="money", currency="document.currency"),
        Column(_("Fee"), "document.total", kind="money", currency="document.currency", phone="figure"),
    ]
    ordering = ["-on"]
    search_hint = _("Shop, phone…")
    filterset_class = FeeFilter
    tabs = [
        Tab("open", _("Open"), lambda rows, user: rows.filter(document__outstanding__gt=0)),
        Tab("waived", _("Waived"), lambda rows, user: rows.filter(waived__gt=0)),
        Tab("all", _("All")),
    ]
    actions = [
        Action(
            _("Charge late fees"),
            "credit:late_fee_charge",
            permission="credit.charge_latefee",
            tone="primary",
        ),
        Action(_("Policies"), "credit:fee_policy_list", permission="credit.view_latefeepolicy"),
        Action(_("Who pays none"), "credit:fee_exemption_list", permission="credit.view_feeexemption"),
    ]
    bulk = [
        BulkAction(
            _("Waive"),
            "waive",
            perform=_waive,
            permission="credit.waive_latefee",
            form_class=ReasonForm,
            ask=_("Each fee is taken back by a credit note over what is left of it."),
        )
    ]
    export_permission = "credit.view_latefee"
    empty = _("No late fees.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(account__customer__in=Customer.objects.search(text))


class LateFeeCharge(FormScreen):
    """Which fees are due today, and why some are not; confirming it charges them."""

    permission_required = "credit.charge_latefee"
    template_name = "credit/late_fee_charge.html"
    title = _("Charge late fees")
    button = _("Charge them")
    form_class = Form
    crumbs = [INVOICES, DUNNING, FEES]

    @cached_property
    def planned(self) -> list[PlannedFee]:
        return whole_fee_plan(on=timezone.localdate(), user=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        due = [row for row in self.planned if not row.why]
        return super().get_context_data(
            due=due[:SHOWN],
            count=len(due),
            left_out=[row for row in self.planned if row.why][:SHOWN],
            any_policy=LateFeePolicy.objects.filter(is_active=True).exists(),
            **kwargs,
        )

    @transaction.atomic
    def perform(self, form: Form) -> Job:
        accounts = sorted({row.account.pk for row in self.planned if not row.why})
        if not accounts:
            raise Refusal(gettext_now("No late fee is due."), code="nothing_due")
        return jobs.start(
            "credit.charge_fees",
            gettext_now("Late fees"),
            by=self.request.user,
            at=timezone.now(),
            params={"accounts": accounts},
            total=len(accounts),
            back_url=reverse("credit:late_fee_list"),
            idempotency_key=f"fees:{self.idempotency_key}",
        )


class LateFeeWaive(FormScreen):
    queryset = WITH_ALL
    permission_required = "credit.waive_latefee"
    title = _("Waive this late fee")
    button = _("Waive")
    form_class = WaiveForm
    crumbs = [INVOICES, DUNNING, FEES]
    success_message = _("The fee is waived.")

    def perform(self, form: WaiveForm) -> LateFee:
        told = form.cleaned_data
        return waive_fee(
            self.object,
            reason=told["reason"],
            amount=told["amount"],
            reference=f"waive:{self.object.pk}:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )

    def success_url(self, result: LateFee) -> str:
        htmx: Any = getattr(self.request, "htmx", None)
        back = htmx.current_url_abs_path if htmx else ""
        return back or reverse("credit:late_fee_list")


class FeePolicyList(ListScreen):
    model = LateFeePolicy
    permission_required = "credit.view_latefeepolicy"
    title = _("Late fee policies")
    crumbs = [INVOICES, DUNNING, FEES]
    columns = [
        Column(
            _("Policy"),
            "name",
            link=lambda row: reverse("credit:fee_policy_change", args=[row.pk]),
            phone="title",
        ),
        Column(_("Currency"), "currency", order="currency"),
        Column(_("Counted as"), "get_kind_display", phone="label"),
        Column(_("Charged"), "get_when_display", phone="label"),
        Column(_("Amount"), "amount", kind="money", currency="currency"),
        Column(_("Percent"), "rate", kind="number"),
        Column(_("Grace days"), "grace_days", kind="number"),
        Column(_("At most"), "cap", kind="money", currency="currency"),
        Column(
            _("In use"), lambda row: _("yes") if row.is_active else _("no"), key="is_active", phone="figure"
        ),
    ]
    ordering = ["currency"]
    actions = [
        Action(
            _("New policy"), "credit:fee_policy_add", permission="credit.add_latefeepolicy", tone="primary"
        )
    ]
    export_permission = None
    empty = _("No late fee policy: nothing is charged for being late.")


class PolicyScreen(FormScreen):
    form_class = PolicyForm
    button = _("Save")
    crumbs = [INVOICES, DUNNING, FEES, POLICIES]
    success_message = _("The policy is saved.")

    def success_url(self, result: LateFeePolicy) -> str:
        return reverse("credit:fee_policy_list")


class FeePolicyAdd(PolicyScreen):
    permission_required = "credit.add_latefeepolicy"
    title = _("New late fee policy")

    def perform(self, form: ModelForm) -> LateFeePolicy:
        return save_policy(LateFeePolicy(), form.cleaned_data)


class FeePolicyChange(PolicyScreen):
    model = LateFeePolicy
    permission_required = "credit.change_latefeepolicy"
    title = _("Change late fee policy")

    def perform(self, form: ModelForm) -> LateFeePolicy:
        return save_policy(LateFeePolicy.objects.get(pk=self.object.pk), form.cleaned_data)


class FeeExemptionList(ListScreen):
    queryset = FeeExemption.objects.select_related("account__customer", "by")
    permission_required = "credit.view_feeexemption"
    title = _("Who pays no late fees")
    crumbs = [INVOICES, DUNNING, FEES]
    columns = [
        Column(
            _("Customer"),
            "account.customer.name",
            link=lambda row: row.account.customer.get_absolute_url(),
            sub="reason",
            phone="title",
        ),
        Column(_("Until"), "until", kind="date", phone="figure"),
        Column(_("Since"), "at", kind="ago", order="at", sub="by.name", phone="label"),
        Column(_("Ended"), "ended_at", kind="moment"),
        Column(_("Action"), template="credit/_exemption_end.html", key="end", phone="show", file=False),
    ]
    ordering = ["-at"]
    search_hint = _("Shop, phone…")
    tabs = [
        Tab("living", _("Now"), lambda rows, user: rows.living(on=timezone.localdate())),
        Tab("all", _("All")),
    ]
    export_permission = "credit.view_feeexemption"
    empty = _("Everybody who is late pays the fees.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(account__customer__in=Customer.objects.search(text))


class FeeExempt(FormScreen):
    model = Customer
    permission_required = "credit.exempt_from_fees"
    title = _("No late fees for this customer")
    button = _("Charge none")
    form_class = ExemptForm
    success_message = _("This customer pays no late fees.")

    def get_crumbs(self) -> list[Crumb]:
        return [FEES, Crumb(self.object.name, "customers:customer_detail", (self.object.pk,))]

    def perform(self, form: ExemptForm) -> FeeExemption:
        return exempt_from_fees(self.object.pk, **form.cleaned_data, by=self.request.user, at=timezone.now())

    def success_url(self, result: FeeExemption) -> str:
        return str(self.object.get_absolute_url())


class FeeExemptionEnd(ActionScreen):
    queryset = FeeExemption.objects.select_related("account__customer")
    permission_required = "credit.exempt_from_fees"
    title = _("Charge late fees again")
    button = _("Charge again")
    success_message = _("Late fees are charged again.")

    def record_url(self, row: FeeExemption) -> str:
        return str(row.account.customer.get_absolute_url())

    def perform(self, row: FeeExemption) -> FeeExemption:
        return end_exemption(row, by=self.request.user, at=timezone.now())
