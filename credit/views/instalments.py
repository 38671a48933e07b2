"""Letting an invoice be paid in parts: the plan with its preview, and taking it back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.screens import Crumb, FormScreen
from credit.forms import PlanForm, ReasonForm
from credit.models import InstalmentPlan, Invoice
from credit.operations import agree_plan, cancel_plan

from .invoices import INVOICES, WITH_CUSTOMER


class OfInvoice(FormScreen):
    queryset = WITH_CUSTOMER
    permission_required = "credit.agree_instalmentplan"

    def get_crumbs(self) -> list[Crumb]:
        return [INVOICES, Crumb(self.object.number, "credit:invoice_detail", (self.object.pk,))]

    def success_url(self, result: InstalmentPlan) -> str:
        return str(self.object.get_absolute_url())


class InstalmentPlanAdd(OfInvoice):
    """Make a plan, or another one in the place of the one in force."""

    template_name = "credit/instalment_plan.html"
    title = _("Instalment plan")
    button = _("Agree the plan")
    form_class = PlanForm

    @cached_property
    def replaces(self) -> bool:
        invoice: Invoice = self.object
        kept = {InstalmentPlan.Source.TERMS, InstalmentPlan.Source.AGREED}
        return invoice.in_parts and invoice.plans.filter(until_on=None, source__in=kept).exists()

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "invoice": self.object, "replaces": self.replaces}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.POST.get("do") == "show":  # as it stands, to see the parts; nothing is agreed
            self._find()
            return self.show(self.get_form())
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parts, missing = kwargs["form"].preview
        return super().get_context_data(
            fields_template="credit/_instalment_fields.html", parts=parts, missing=missing, **kwargs
        )

    def perform(self, form: PlanForm) -> InstalmentPlan:
        return agree_plan(
            self.object,
            form.parts,
            reason=form.cleaned_data["reason"],
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self, result: InstalmentPlan) -> str:
        return gettext_now("%(number)s is to be paid in parts.") % {"number": self.object.number}


class InstalmentPlanCancel(OfInvoice):
    """Let the invoice be due as printed again."""

    title = _("Cancel the instalment plan")
    button = _("Cancel the plan")
    form_class = ReasonForm

    def perform(self, form: ReasonForm) -> InstalmentPlan:
        return cancel_plan(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user, at=timezone.now()
        )

    def get_success_message(self, result: InstalmentPlan) -> str:
        return gettext_now("%(number)s is due as printed again.") % {"number": self.object.number}
