"""Promises to pay: the list, recording one, one of them, withdrawing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.money import format_money
from core.screens import Action, Badge, Column, Crumb, Figure, FormScreen, ListScreen, RecordScreen, Tab
from core.templatetags.figures import day
from credit.forms import PromiseFilter, PromiseForm, ReasonForm
from credit.models import CreditAccount, PromiseToPay
from credit.operations import record_promise, withdraw_promise
from credit.queries.promises import not_promised, with_times_broken, word_of
from credit.queries.standing import account_of, standing
from credit.states import promise_state
from customers.models import Customer

from .invoices import INVOICES

PROMISES = Crumb(_("Promises"), "credit:promise_list")
WITH_CUSTOMER = PromiseToPay.objects.select_related("account__customer", "by")
SOON = dt.timedelta(days=1)


def _due_today(rows: Any, user: Any) -> Any:
    return rows.open().filter(promised_on=timezone.localdate())


class PromiseList(ListScreen):
    queryset = with_times_broken(WITH_CUSTOMER)
    permission_required = "credit.view_promisetopay"
    title = _("Promises")
    crumbs = [INVOICES]
    columns = [
        Column(_("Customer"), "account.customer.name", link=True, sub="note", phone="title"),
        Column(_("Promised for"), "promised_on", kind="date", order="promised_on", phone="label"),
        Column(_("State"), promise_state, kind="status", phone="show"),
        Column(_("Times broken"), "times_broken", kind="number"),
        Column(_("Recorded"), "at", kind="ago", sub="by.name"),
        Column(_("Received"), "received", kind="money", currency="currency"),
        Column(_("Amount"), "amount", kind="money", currency="currency", order="amount", phone="figure"),
    ]
    ordering = ["promised_on"]
    search_hint = _("Shop, phone…")
    filterset_class = PromiseFilter
    tabs = [
        Tab("open", _("Open"), lambda rows, user: rows.open()),
        Tab("today", _("Due today"), _due_today),
        Tab("broken", _("Broken"), lambda rows, user: rows.broken()),
        Tab("all", _("All")),
    ]
    export_permission = "credit.view_promisetopay"
    empty = _("No promises. When a shop says by when it pays, press “Promise” on its page or in the ageing.")
    empty_action = Action(_("Ageing"), "credit:ageing", permission="credit.view_ageing")

    def get_order(self) -> list[str]:
        """What was broken or settled long ago comes last."""
        if self.request.GET.get("sort") or not self.tab or self.tab.slug in {"open", "today"}:
            return super().get_order()
        return ["-promised_on"]

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(account__customer__in=Customer.objects.search(text))


class PromiseDetail(RecordScreen):
    queryset = WITH_CUSTOMER.select_related("withdrawn_by").prefetch_related("invoices")
    permission_required = "credit.view_promisetopay"
    template_name = "credit/promise_detail.html"
    crumbs = [INVOICES, PROMISES]
    context_object_name = "promise"

    def get_title(self) -> str:
        said = {"amount": format_money(self.object.amount, self.object.currency)}
        return gettext_now("Promise of %(amount)s") % said

    def subtitle(self, promise: PromiseToPay) -> str:
        return str(promise.account.customer.name)

    def badges(self, promise: PromiseToPay) -> Sequence[Badge]:
        state = promise_state(promise)
        return [Badge(state, state.tone)]

    def figures(self, promise: PromiseToPay) -> Sequence[Figure]:
        word = word_of(promise.account)
        return [
            Figure(_("Promised"), promise.amount, kind="money", currency=promise.currency),
            Figure(_("Received"), promise.received, kind="money", currency=promise.currency),
            Figure(_("By"), promise.promised_on, kind="date"),
            Figure(
                _("Kept and broken"),
                f"{word.kept} · {word.broken}",
                note=_("all promises of this customer"),
                tone="bad" if word.broken else "",
            ),
        ]

    def actions(self, promise: PromiseToPay) -> Sequence[Action]:
        customer = promise.account.customer_id
        actions = []
        if promise.state in {PromiseToPay.State.OPEN, PromiseToPay.State.BROKEN}:
            actions.append(
                Action(
                    _("Record payment"),
                    href=f"{reverse('credit:payment_add')}?customer={customer}",
                    permission="credit.record_payment",
                    tone="primary",
                )
            )
        if promise.state == PromiseToPay.State.OPEN:
            actions.append(
                Action(
                    _("Withdraw"),
                    "credit:promise_withdraw",
                    (promise.pk,),
                    permission="credit.withdraw_promisetopay",
                    ask=True,
                )
            )
        if promise.state == PromiseToPay.State.BROKEN:
            actions.append(
                Action(
                    _("New promise"),
                    "credit:promise_add",
                    (customer,),
                    permission="credit.record_promisetopay",
                    ask=True,
                )
            )
        return actions


class PromiseAdd(FormScreen):
    """In the dialog of the page where somebody is on the phone; it leads back to that page."""

    model = Customer
    permission_required = "credit.record_promisetopay"
    title = _("Promise to pay")
    button = _("Record promise")
    form_class = PromiseForm

    @cached_property
    def account(self) -> CreditAccount:
        return account_of(self.object)

    def get_title(self) -> str:
        return f"{_('Promise to pay')}: {self.object.name}"

    def get_crumbs(self) -> list[Crumb]:
        return [PROMISES, Crumb(self.object.name, "customers:customer_detail", (self.object.pk,))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "account": self.account}

    def get_initial(self) -> dict[str, Any]:
        """What is overdue, else what is owed; tomorrow."""
        today = timezone.localdate()
        most = not_promised(self.account)
        overdue = standing(self.account, on=today).overdue
        amount = min(overdue, most) or most
        return {"amount": amount or None, "promised_on": today + SOON, **super().get_initial()}

    def perform(self, form: PromiseForm) -> PromiseToPay:
        told = form.cleaned_data
        return record_promise(
            self.object.pk,
            told["amount"],
            promised_on=told["promised_on"],
            invoices=[invoice.pk for invoice in told.get("invoices") or ()],
            note=told["note"],
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )

    def success_url(self, result: PromiseToPay) -> str:
        htmx: Any = getattr(self.request, "htmx", None)
        back = htmx.current_url_abs_path if htmx else ""
        return back or str(self.object.get_absolute_url())

    def get_success_message(self, promise: PromiseToPay) -> str:
        said = {
            "customer": self.object.name,
            "amount": format_money(promise.amount, promise.currency),
            "day": day(promise.promised_on),
        }
        return gettext_now("%(customer)s promised %(amount)s, %(day)s.") % said


class PromiseWithdraw(FormScreen):
    queryset = WITH_CUSTOMER
    permission_required = "credit.withdraw_promisetopay"
    title = _("Withdraw this promise")
    button = _("Withdraw")
    crumbs = [PROMISES]
    form_class = ReasonForm
    success_message = _("The promise is withdrawn.")

    def perform(self, form: ReasonForm) -> PromiseToPay:
        reason = form.cleaned_data["reason"]
        return withdraw_promise(self.object, reason=reason, by=self.request.user, at=timezone.now())
