"""Refunds: the list, asking for one, one of them, deciding it, paying it out, putting it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
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
from credit.documents import of_refund, to_pdf
from credit.forms import DecideForm, PayoutForm, ReasonForm, RefundFilter, RefundForm
from credit.models import CreditNote, Payment, Refund
from credit.operations import approve_refund, pay_out_refund, reject_refund, request_refund, return_refund
from credit.operations.refunds import gateway_payment_of, source_of
from credit.queries.search import search_documents
from credit.states import refund_state

from .invoices import INVOICES
from .records import told_about
from .retailer import pdf_response

REFUNDS = Crumb(_("Refunds"), "credit:refund_list")
WITH_CUSTOMER = Refund.objects.select_related("account__customer", "requested_by", "decided_by")
WITH_SOURCE = WITH_CUSTOMER.select_related("payment", "credit_note", "gateway_payment")
State = Refund.State


class RefundList(ListScreen):
    queryset = WITH_CUSTOMER
    permission_required = "credit.view_refund"
    title = _("Refunds")
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
        Column(_("State"), refund_state, kind="status", phone="show"),
        Column(_("Method"), "get_method_display", sub="method_reference"),
        Column(_("Decided by"), "decided_by.name", sub="decision_note"),
        Column(_("Paid out on"), "done_on", kind="date"),
        Column(_("Amount"), "amount", kind="money", currency="currency", order="amount", phone="figure"),
        Column(_("Pay to"), "pay_to", hidden=True),
        Column(_("Problem"), "problem", hidden=True),
    ]
    ordering = ["-requested_at"]
    search_hint = _("Number, shop, phone…")
    filterset_class = RefundFilter
    tabs = [
        Tab("waiting", _("Waiting"), lambda rows, user: rows.filter(state=State.REQUESTED)),
        Tab(
            "payout", _("To pay out"), lambda rows, user: rows.filter(state__in=[State.APPROVED, State.SENT])
        ),
        Tab("failed", _("Failed"), lambda rows, user: rows.filter(state=State.FAILED)),
        Tab("all", _("All")),
    ]
    export_permission = "credit.view_refund"
    empty = _("No refund waits. Ask for one on the page of a payment or credit note with unallocated money.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_documents(rows, text, user=self.request.user)


class RefundDetail(RecordScreen):
    queryset = WITH_SOURCE
    permission_required = "credit.view_refund"
    template_name = "credit/refund_detail.html"
    crumbs = [INVOICES, REFUNDS]
    context_object_name = "refund"
    attachments = "credit.request_refund"

    def subtitle(self, refund: Refund) -> str:
        return str(refund.account.customer.name)

    def badges(self, refund: Refund) -> Sequence[Badge]:
        state = refund_state(refund)
        return [Badge(state, state.tone)]

    def figures(self, refund: Refund) -> Sequence[Figure]:
        source = source_of(refund)
        return [
            Figure(_("Amount"), refund.amount, kind="money", currency=refund.currency),
            Figure(
                _("Unallocated now"),
                source.unallocated_amount,
                kind="money",
                currency=refund.currency,
                note=source.number,
                url=source.get_absolute_url(),
            ),
            Figure(_("Method"), refund.get_method_display(), note=refund.method_reference or refund.pay_to),
            Figure(_("Asked by"), str(refund.requested_by or "–")),
        ]

    def actions(self, refund: Refund) -> Sequence[Action]:
        key = (refund.pk,)
        if refund.state == State.REQUESTED:
            own = refund.requested_by_id == self.request.user.pk
            no = _("Withdraw") if own else _("Reject")
            right = "credit.request_refund" if own else "credit.approve_refund"
            yes = Action(
                _("Approve"),
                "credit:refund_approve",
                key,
                permission="credit.approve_refund",
                tone="primary",
                ask=True,
            )
            return [
                *([] if own else [yes]),
                Action(no, "credit:refund_reject", key, permission=right, ask=True),
            ]
        if not refund.number:
            return []
        actions = [Action(_("PDF"), "credit:refund_pdf", key, icon="document-arrow-down")]
        actions.append(
            Action(
                _("Send"),
                "credit:refund_send",
                key,
                permission="messaging.resend_message",
                post=True,
                ask=True,
                icon="paper-airplane",
            )
        )
        if refund.method == Refund.Method.GATEWAY or not refund.holds_money:
            return actions
        if refund.state == State.APPROVED:
            actions.append(
                Action(
                    _("Paid out"),
                    "credit:refund_payout",
                    key,
                    permission="credit.payout_refund",
                    tone="primary",
                    ask=True,
                )
            )
        actions.append(
            Action(
                _("Came back"),
                "credit:refund_return",
                key,
                permission="credit.payout_refund",
                tone="danger",
                ask=True,
            )
        )
        return actions

    def history(self, refund: Refund) -> list[Source]:
        return [told_about(refund, refund.account.customer_id)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(source=source_of(self.object), **kwargs)


class RefundAdd(FormScreen):
    """Ask to give unallocated money back."""

    permission_required = "credit.request_refund"
    title = _("Refund")
    button = _("Ask for the refund")
    crumbs = [REFUNDS]
    form_class = RefundForm

    def get_title(self) -> str:
        return gettext_now("Refund from %(number)s") % {"number": self.object.number}

    def get_form_kwargs(self) -> dict[str, Any]:
        online = bool(gateway_payment_of(self.object))
        return {**super().get_form_kwargs(), "source": self.object, "online": online}

    def get_initial(self) -> dict[str, Any]:
        method = {"method": "gateway"} if gateway_payment_of(self.object) else {}
        return {"amount": self.object.unallocated_amount or None, **method, **super().get_initial()}

    def perform(self, form: RefundForm) -> Refund:
        told = form.cleaned_data
        return request_refund(
            self.object,
            told["amount"],
            method=told["method"],
            pay_to=told["pay_to"],
            reason=told["reason"],
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self, refund: Refund) -> str:
        said = {"amount": format_money(refund.amount, refund.currency)}
        return gettext_now("Asked to refund %(amount)s. Somebody else has to approve it.") % said


class PaymentRefund(RefundAdd):
    queryset = Payment.objects.select_related("account__customer")


class CreditNoteRefund(RefundAdd):
    queryset = CreditNote.objects.select_related("account__customer")


class RefundApprove(FormScreen):
    queryset = WITH_SOURCE
    permission_required = "credit.approve_refund"
    title = _("Approve this refund")
    button = _("Approve")
    crumbs = [REFUNDS]
    form_class = DecideForm

    def perform(self, form: DecideForm) -> Refund:
        note = form.cleaned_data["note"]
        return approve_refund(self.object, note=note, by=self.request.user, at=timezone.now())

    def get_success_message(self, refund: Refund) -> str:
        said = {"number": refund.number, "amount": format_money(refund.amount, refund.currency)}
        return gettext_now("Refund %(number)s over %(amount)s approved.") % said


class RefundReject(FormScreen):
    """Who asked withdraws; who may approve rejects."""

    queryset = WITH_SOURCE
    permission_required = "credit.request_refund"
    title = _("Say no to this refund")
    button = _("Say no")
    crumbs = [REFUNDS]
    form_class = ReasonForm
    success_message = _("Nothing is refunded.")

    def perform(self, form: ReasonForm) -> Refund:
        user = self.request.user
        if self.object.requested_by_id != user.pk and not user.has_perm("credit.approve_refund"):
            raise Http404
        return reject_refund(self.object, reason=form.cleaned_data["reason"], by=user, at=timezone.now())


class RefundPayout(FormScreen):
    queryset = WITH_SOURCE
    permission_required = "credit.payout_refund"
    title = _("The refund was paid out")
    button = _("Paid out")
    crumbs = [REFUNDS]
    form_class = PayoutForm
    success_message = _("The refund is paid out.")

    def perform(self, form: PayoutForm) -> Refund:
        told = form.cleaned_data
        return pay_out_refund(
            self.object,
            done_on=told["done_on"],
            method_reference=told["method_reference"],
            by=self.request.user,
            at=timezone.now(),
        )


class RefundReturn(FormScreen):
    queryset = WITH_SOURCE
    permission_required = "credit.payout_refund"
    title = _("The refund came back")
    button = _("Put the money back")
    crumbs = [REFUNDS]
    form_class = ReasonForm
    success_message = _("The money is unallocated again.")

    def perform(self, form: ReasonForm) -> Refund:
        reason = form.cleaned_data["reason"]
        return return_refund(self.object, reason=reason, by=self.request.user, at=timezone.now())


class RefundPdf(Screen):
    queryset = WITH_SOURCE
    permission_required = "credit.view_refund"
    title = _("Refund as PDF")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refund = self.get_object()
        if not refund.number:
            raise Http404
        return pdf_response(to_pdf(of_refund(refund)), refund.number)
