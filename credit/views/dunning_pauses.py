"""Reminders of one customer or invoice: where they stand, pausing, going on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.screens import Action, ActionScreen, Column, Crumb, FormScreen, ListScreen, PanelScreen, Tab
from credit.forms.dunning import PauseFilter, PauseForm
from credit.models import DunningItem, DunningPause, FeeExemption, Invoice, LateFee
from credit.operations import pause_dunning, resume_dunning
from credit.queries.dunning import level_of, plan, policy
from credit.queries.standing import account_of
from credit.states import notice_outcome
from customers.models import Customer

from .dunning import DUNNING, NOTICES, with_message
from .invoices import INVOICES

PAUSES = Crumb(_("Pauses"), "credit:dunning_pause_list")
SHOWN = 5


class DunningPauseList(ListScreen):
    queryset = DunningPause.objects.select_related("account__customer", "invoice", "by")
    permission_required = "credit.view_dunningpause"
    title = _("Pauses")
    crumbs = [INVOICES, DUNNING]
    columns = [
        Column(
            _("Customer"),
            "account.customer.name",
            link=lambda pause: pause.account.customer.get_absolute_url(),
            sub="reason",
            phone="title",
        ),
        Column(_("Invoice"), "invoice.number", kind="code"),
        Column(_("Until"), "until", kind="date", order="until", phone="figure"),
        Column(_("Since"), "at", kind="ago", sub="by.name", phone="label"),
        Column(_("Ended"), "ended_at", kind="moment"),
        Column(_("Action"), template="credit/_pause_end.html", key="resume", phone="show", file=False),
    ]
    ordering = ["until"]
    search_hint = _("Shop, phone…")
    filterset_class = PauseFilter
    tabs = [
        Tab("living", _("Paused now"), lambda rows, user: rows.living(on=timezone.localdate())),
        Tab("all", _("All")),
    ]
    export_permission = "credit.view_dunningpause"
    empty = _("Nobody is paused.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(account__customer__in=Customer.objects.search(text))


class PauseScreen(FormScreen):
    permission_required = "credit.pause_dunning"
    title = _("Pause reminders")
    button = _("Pause")
    form_class = PauseForm
    success_message = _("Reminders are paused.")

    def get_initial(self) -> dict[str, Any]:
        return {"until": timezone.localdate() + dt.timedelta(days=7), **super().get_initial()}

    def success_url(self, result: DunningPause) -> str:
        htmx: Any = getattr(self.request, "htmx", None)
        back = htmx.current_url_abs_path if htmx else ""
        return back or str(self.object.get_absolute_url())


class DunningPauseAdd(PauseScreen):
    model = Customer

    def get_crumbs(self) -> list[Crumb]:
        return [DUNNING, Crumb(self.object.name, "customers:customer_detail", (self.object.pk,))]

    def perform(self, form: PauseForm) -> DunningPause:
        return pause_dunning(self.object.pk, **form.cleaned_data, by=self.request.user, at=timezone.now())


class InvoiceDunningPause(PauseScreen):
    queryset = Invoice.objects.select_related("account")

    def get_crumbs(self) -> list[Crumb]:
        return [DUNNING, Crumb(self.object.number, "credit:invoice_detail", (self.object.pk,))]

    def perform(self, form: PauseForm) -> DunningPause:
        customer = self.object.account.customer_id
        return pause_dunning(
            customer, **form.cleaned_data, invoice=self.object, by=self.request.user, at=timezone.now()
        )


class DunningResume(ActionScreen):
    queryset = DunningPause.objects.select_related("account__customer", "invoice")
    permission_required = "credit.pause_dunning"
    title = _("Go on reminding")
    button = _("Go on")
    success_message = _("Reminders go on.")

    def record_url(self, pause: DunningPause) -> str:
        about = pause.invoice or pause.account.customer
        return str(about.get_absolute_url())

    def perform(self, pause: DunningPause) -> DunningPause:
        return resume_dunning(pause, by=self.request.user, at=timezone.now())


class DunningCustomerPanel(PanelScreen):
    """Where a customer stands: its level, what it heard last, what comes next, whether it is paused."""

    model = Customer
    permission_required = "credit.view_dunningnotice"
    template_name = "credit/dunning_customer_panel.html"
    title = _("Dunning")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        customer = self.get_object()
        account = account_of(customer)
        today = timezone.localdate()
        stored = account.pk is not None
        standing = level_of([account.pk], on=today).get(account.pk) if stored else None
        notices = (
            with_message(NOTICES.filter(account=account)).order_by("-at", "-pk")[:SHOWN] if stored else []
        )
        pauses = DunningPause.objects.living(on=today).filter(account=account) if stored else []
        may = self.request.user.has_perm
        let_off = FeeExemption.objects.living(on=today).filter(account=account).first() if stored else None
        return super().get_context_data(
            account=account,
            customer=customer,
            standing=standing,
            coming=next(iter(plan([account.pk], on=today, by=policy())), None) if stored else None,
            notices=[(row, notice_outcome(row)) for row in notices],
            pauses=list(pauses),
            may_pause=may("credit.pause_dunning"),
            pause_action=Action(_("Pause reminders"), "credit:dunning_pause_add", (customer.pk,), ask=True),
            let_off=let_off,
            exempt_action=Action(
                _("No late fees"), "credit:fee_exempt", (customer.pk,), ask=True, tone="quiet"
            )
            if may("credit.exempt_from_fees") and let_off is None
            else None,
            may_exempt=may("credit.exempt_from_fees"),
            **kwargs,
        )


class DunningInvoicePanel(PanelScreen):
    """Which levels an invoice was reminded at, and its late fees."""

    queryset = Invoice.objects.select_related("account__customer")
    permission_required = "credit.view_dunningnotice"
    template_name = "credit/dunning_invoice_panel.html"
    title = _("Dunning")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        invoice = self.get_object()
        today = timezone.localdate()
        may = self.request.user.has_perm
        fees = LateFee.objects.filter(invoice=invoice).select_related("document", "account")
        items = DunningItem.objects.filter(invoice=invoice, dropped_at=None).select_related("level")
        return super().get_context_data(
            invoice=invoice,
            items=list(items.order_by("-at", "-pk")[:20]),
            pause=DunningPause.objects.living(on=today).filter(invoice=invoice).first(),
            fees=list(fees.order_by("-on", "-pk")) if may("credit.view_latefee") else [],
            may_pause=may("credit.pause_dunning") and not invoice.is_paid,
            may_waive=may("credit.waive_latefee"),
            pause_action=Action(
                _("Pause reminders"), "credit:invoice_dunning_pause", (invoice.pk,), ask=True
            ),
            **kwargs,
        )
