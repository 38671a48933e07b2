"""Write-offs: the list, asking for one, one of them, deciding it, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.changes import Source
from core.money import format_money
from core.screens import (
    Action,
    Badge,
    Column,
    Crumb,
    Figure,
    FormScreen,
    ListScreen,
    RecordScreen,
    Screen,
    Tab,
)
from credit.documents import of_write_off, to_pdf
from credit.forms import DecideForm, ReasonForm, SurplusForm, WriteOffFilter, WriteOffForm, payable
from credit.models import CreditAccount, CreditNote, Payment, WriteOff
from credit.operations import (
    approve_write_off,
    recover_write_off,
    reject_write_off,
    request_surplus_write_off,
    request_write_off,
)
from credit.queries.paid import shares_of_write_off
from credit.queries.search import search_documents
from credit.queries.standing import account_of
from credit.states import write_off_state
from customers.models import Customer

from .invoices import INVOICES
from .records import told_about
from .retailer import pdf_response

WRITE_OFFS = Crumb(_("Write-offs"), "credit:write_off_list")
WITH_CUSTOMER = WriteOff.objects.select_related("account__customer", "requested_by", "decided_by")
State = WriteOff.State


class WriteOffList(ListScreen):
    queryset = WITH_CUSTOMER
    permission_required = "credit.view_writeoff"
    title = _("Write-offs")
    crumbs = [INVOICES]
    columns = [
        Column(_("Customer"), "account.customer.name", link=True, sub="reason", phone="title"),
        Column(_("Number"), "number", kind="code"),
        Column(
            _("Asked"),
            "requested_at",
            kind="ago",
            order="requested_at",
            sub="requested_by.name",
            phone="label",
        ),
        Column(_("State"), write_off_state, kind="status", phone="show"),
        Column(_("Decided by"), "decided_by.name", sub="decision_note"),
        Column(_("Written off on"), "written_on", kind="date"),
        Column(_("Amount"), "amount", kind="money", currency="currency", order="amount", phone="figure"),
    ]
    ordering = ["-requested_at"]
    search_hint = _("Number, shop, phone…")
    filterset_class = WriteOffFilter
    tabs = [
        Tab("waiting", _("Waiting"), lambda rows, user: rows.filter(state=State.REQUESTED)),
        Tab("done", _("Written off"), lambda rows, user: rows.filter(state=State.APPROVED)),
        Tab("all", _("All")),
    ]
    export_permission = "credit.view_writeoff"
    empty = _("Nothing waits to be written off. Ask for it on an invoice's page.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_documents(rows, text, user=self.request.user)


class WriteOffDetail(RecordScreen):
    queryset = WITH_CUSTOMER.select_related("payment", "credit_note", "reverses", "reversed_by")
    permission_required = "credit.view_writeoff"
    template_name = "credit/write_off_detail.html"
    crumbs = [INVOICES, WRITE_OFFS]
    context_object_name = "write_off"
    attachments = "credit.request_writeoff"

    def subtitle(self, write_off: WriteOff) -> str:
        return str(write_off.account.customer.name)

    def badges(self, write_off: WriteOff) -> Sequence[Badge]:
        state = write_off_state(write_off)
        return [Badge(state, state.tone)]

    def figures(self, write_off: WriteOff) -> Sequence[Figure]:
        balance = write_off.account.balance
        after = balance - write_off.amount if write_off.state == State.REQUESTED else balance
        return [
            Figure(_("Amount"), abs(write_off.amount), kind="money", currency=write_off.currency),
            Figure(_("Balance now"), balance, kind="money", currency=write_off.currency),
            Figure(_("Balance after"), after, kind="money", currency=write_off.currency),
            Figure(_("Asked by"), str(write_off.requested_by or "–")),
        ]

    def actions(self, write_off: WriteOff) -> Sequence[Action]:
        key = (write_off.pk,)
        if write_off.state == State.REQUESTED:
            own = write_off.requested_by_id == self.request.user.pk
            no = _("Withdraw") if own else _("Reject")
            right = "credit.request_writeoff" if own else "credit.approve_writeoff"
            yes = Action(
                _("Approve"),
                "credit:write_off_approve",
                key,
                permission="credit.approve_writeoff",
                tone="primary",
                ask=True,
            )
            return [
                *([] if own else [yes]),
                Action(no, "credit:write_off_reject", key, permission=right, ask=True),
            ]
        if write_off.state != State.APPROVED:
            return []
        actions = [
            Action(_("PDF"), "credit:write_off_pdf", key, icon="document-arrow-down"),
            Action(
                _("Send"),
                "credit:write_off_send",
                key,
                permission="messaging.resend_message",
                post=True,
                ask=True,
                icon="paper-airplane",
            ),
        ]
        if not write_off.reversed_at and not write_off.reverses_id:
            actions.append(
                Action(
                    _("Take back"),
                    "credit:write_off_recover",
                    key,
                    permission="credit.approve_writeoff",
                    tone="danger",
                    ask=True,
                )
            )
        return actions

    def history(self, write_off: WriteOff) -> list[Source]:
        return [told_about(write_off, write_off.account.customer_id)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        write_off: Any = self.object
        return super().get_context_data(
            lines=list(write_off.lines.select_related("invoice")),
            shares=shares_of_write_off(write_off),
            has_aside=True,
            **kwargs,
        )


class WriteOffAdd(FormScreen):
    """Ask to give up what a customer owes; `?invoice=12` fills in that invoice's rest."""

    model = Customer
    permission_required = "credit.request_writeoff"
    title = _("Write off")
    button = _("Ask for the write-off")
    form_class = WriteOffForm

    @cached_property
    def account(self) -> CreditAccount:
        return account_of(self.object)

    def get_title(self) -> str:
        return gettext_now("Write off debt of %(customer)s") % {"customer": self.object.name}

    def get_crumbs(self) -> list[Crumb]:
        return [WRITE_OFFS, Crumb(self.object.name, "customers:customer_detail", (self.object.pk,))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "invoices": self.invoices}

    @cached_property
    def invoices(self) -> list[Any]:
        """The one asked about, or those longest due."""
        asked = self.request.GET.get("invoice", "")
        rows = list(payable(self.account))
        return [each for each in rows if str(each.pk) == asked] or rows[:30]

    def get_initial(self) -> dict[str, Any]:
        initial = super().get_initial()
        if self.request.GET.get("invoice") and len(self.invoices) == 1:
            initial[f"share_{self.invoices[0].pk}"] = self.invoices[0].outstanding
        return initial

    def perform(self, form: WriteOffForm) -> WriteOff:
        return request_write_off(
            self.object.pk,
            form.shares(),
            reason=form.cleaned_data["reason"],
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self, write_off: WriteOff) -> str:
        said = {"amount": format_money(abs(write_off.amount), write_off.currency)}
        return gettext_now("Asked to write off %(amount)s. Somebody else has to approve it.") % said


class SurplusWriteOff(FormScreen):
    """Ask to keep small money that was paid too much."""

    permission_required = "credit.request_writeoff"
    title = _("Write off the rest")
    button = _("Ask for the write-off")
    crumbs = [WRITE_OFFS]
    form_class = SurplusForm
    success_message = _("Asked for. Somebody else has to approve it.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "source": self.object}

    def get_initial(self) -> dict[str, Any]:
        return {"amount": self.object.unallocated_amount or None, **super().get_initial()}

    def perform(self, form: SurplusForm) -> WriteOff:
        return request_surplus_write_off(
            self.object,
            amount=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )


class PaymentWriteOff(SurplusWriteOff):
    queryset = Payment.objects.select_related("account__customer")


class CreditNoteWriteOff(SurplusWriteOff):
    queryset = CreditNote.objects.select_related("account__customer")


class WriteOffApprove(FormScreen):
    queryset = WITH_CUSTOMER
    permission_required = "credit.approve_writeoff"
    title = _("Approve this write-off")
    button = _("Approve")
    crumbs = [WRITE_OFFS]
    form_class = DecideForm

    def perform(self, form: DecideForm) -> WriteOff:
        note = form.cleaned_data["note"]
        return approve_write_off(self.object, note=note, by=self.request.user, at=timezone.now())

    def get_success_message(self, write_off: WriteOff) -> str:
        said = {
            "number": write_off.number,
            "amount": format_money(abs(write_off.amount), write_off.currency),
        }
        return gettext_now("%(number)s: %(amount)s written off.") % said


class WriteOffReject(FormScreen):
    """Who asked withdraws; who may approve rejects."""

    queryset = WITH_CUSTOMER
    permission_required = "credit.request_writeoff"
    title = _("Say no to this write-off")
    button = _("Say no")
    crumbs = [WRITE_OFFS]
    form_class = ReasonForm
    success_message = _("Nothing is written off.")

    def perform(self, form: ReasonForm) -> WriteOff:
        user = self.request.user
        if self.object.requested_by_id != user.pk and not user.has_perm("credit.approve_writeoff"):
            raise Http404
        return reject_write_off(self.object, reason=form.cleaned_data["reason"], by=user, at=timezone.now())


class WriteOffRecover(FormScreen):
    queryset = WITH_CUSTOMER
    permission_required = "credit.approve_writeoff"
    title = _("Take this write-off back")
    button = _("Take back")
    crumbs = [WRITE_OFFS]
    form_class = ReasonForm
    success_message = _("The write-off is taken back; the debt is there again.")

    def perform(self, form: ReasonForm) -> WriteOff:
        reason = form.cleaned_data["reason"]
        recover_write_off(self.object, reason=reason, by=self.request.user, at=timezone.now())
        return self.object


class WriteOffPdf(Screen):
    queryset = WITH_CUSTOMER.select_related("payment", "credit_note")
    permission_required = "credit.view_writeoff"
    title = _("Write-off as PDF")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        write_off = self.get_object()
        if not write_off.number:
            raise Http404
        return pdf_response(to_pdf(of_write_off(write_off)), write_off.number)
