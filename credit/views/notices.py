"""Payments that wait for a second person: the queue, one of them, approving, rejecting, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core import attachments
from core.changes import Source
from core.money import format_money
from core.screens import (
    Acting,
    Action,
    ActionScreen,
    Badge,
    BulkAction,
    Column,
    Crumb,
    Figure,
    FormScreen,
    ListScreen,
    RecordScreen,
    Tab,
)
from credit.forms import ApproveForm, NoticeFilter, ReasonForm
from credit.models import Payment, PaymentNotice
from credit.operations import approve_notice, reject_notice, withdraw_notice
from credit.operations.notices import APPROVE, no_longer_fitting
from credit.queries.notices import meant_by, same_reference
from credit.states import notice_state
from customers.models import Customer

from .payments import PAYMENTS
from .records import told_about

NOTICES = Crumb(_("To approve"), "credit:notice_list")
WITH_CUSTOMER = PaymentNotice.objects.select_related("account__customer", "recorded_by")
State = PaymentNotice.State


def _approve(notice: PaymentNotice, acting: Acting) -> str:
    return approve_notice(notice, by=acting.by, at=acting.at).number


def _reject(notice: PaymentNotice, acting: Acting) -> None:
    reject_notice(notice, reason=acting.values["reason"], by=acting.by, at=acting.at)


class NoticeList(ListScreen):
    queryset = WITH_CUSTOMER
    permission_required = "credit.view_paymentnotice"
    title = _("Payments to approve")
    crumbs = [PAYMENTS]
    columns = [
        Column(_("Customer"), "account.customer.name", link=True, sub="method_reference", phone="title"),
        Column(_("Received"), "received_on", kind="date", order="received_on", phone="label"),
        Column(_("Method"), "get_method_display", sub="get_source_display"),
        Column(_("State"), notice_state, kind="status", sub="decided_why", phone="show"),
        Column(_("Recorded"), "recorded_at", kind="ago", sub="recorded_by.name", order="recorded_at"),
        Column(_("Amount"), "amount", kind="money", currency="currency", order="amount", phone="figure"),
        Column(
            _("Decided by"),
            "decided_by.name",
            load=lambda rows: rows.select_related("decided_by"),
            hidden=True,
        ),
        Column(_("Decided"), "decided_at", kind="moment", hidden=True),
        Column(_("Receipt"), "payment.number", load=lambda rows: rows.select_related("payment"), hidden=True),
        Column(_("Note"), "note", hidden=True),
    ]
    ordering = ["recorded_at"]
    search_hint = _("Shop, phone, reference…")
    filterset_class = NoticeFilter
    tabs = [
        Tab("waiting", _("Waiting"), lambda rows, user: rows.waiting()),
        Tab("approved", _("Approved"), lambda rows, user: rows.filter(state=State.APPROVED)),
        Tab("rejected", _("Rejected"), lambda rows, user: rows.filter(state=State.REJECTED)),
        Tab("all", _("All")),
    ]
    bulk = [
        BulkAction(
            _("Approve"),
            "approve",
            perform=_approve,
            permission=APPROVE,
            ask=_("Each becomes a payment and pays its invoices. What you recorded yourself is left out."),
            icon="check",
        ),
        BulkAction(
            _("Reject"),
            "reject",
            perform=_reject,
            permission=APPROVE,
            form_class=ReasonForm,
            ask=_("None of them becomes a payment; whoever recorded it is told why."),
            tone="danger",
        ),
    ]
    export_permission = "credit.view_paymentnotice"
    empty = _("Nothing waits for approval. Card and bank payments that somebody types come here first.")
    empty_action = Action(_("Payments"), "credit:payment_list", permission="credit.view_payment")

    def get_order(self) -> list[str]:
        """What waits longest comes first; what was decided, newest first."""
        if self.request.GET.get("sort") or not self.tab or self.tab.slug == "waiting":
            return super().get_order()
        return ["-recorded_at"]

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        by_shop = rows.filter(account__customer__in=Customer.objects.search(text))
        return by_shop | rows.filter(method_reference__icontains=text)


class NoticeDetail(RecordScreen):
    """What was said, what it would pay, its proof, and whether this money is booked already."""

    queryset = WITH_CUSTOMER.select_related("decided_by", "payment")
    permission_required = "credit.view_paymentnotice"
    template_name = "credit/notice_detail.html"
    crumbs = [PAYMENTS, NOTICES]
    context_object_name = "notice"
    attachments = "credit.record_payment"

    def get_title(self) -> str:
        said = {"amount": format_money(self.object.amount, self.object.currency)}
        return gettext_now("Payment of %(amount)s") % said

    def subtitle(self, notice: PaymentNotice) -> str:
        return str(notice.account.customer.name)

    def badges(self, notice: PaymentNotice) -> Sequence[Badge]:
        state = notice_state(notice)
        return [Badge(state, state.tone)]

    def figures(self, notice: PaymentNotice) -> Sequence[Figure]:
        return [
            Figure(_("Amount"), notice.amount, kind="money", currency=notice.currency),
            Figure(_("Received"), notice.received_on, kind="date"),
            Figure(_("Method"), notice.get_method_display(), note=notice.method_reference),
            Figure(_("Owed now"), notice.account.balance, kind="money", currency=notice.account.currency),
        ]

    def actions(self, notice: PaymentNotice) -> Sequence[Action]:
        if notice.state != State.WAITING:
            return []
        user: Any = self.request.user
        if notice.recorded_by_id == user.pk:
            return [
                Action(
                    _("Withdraw"),
                    "credit:notice_withdraw",
                    (notice.pk,),
                    permission="credit.record_payment",
                    post=True,
                    ask=True,
                )
            ]
        return [
            Action(
                _("Approve"),
                "credit:notice_approve",
                (notice.pk,),
                permission=APPROVE,
                tone="primary",
                ask=True,
            ),
            Action(
                _("Reject"), "credit:notice_reject", (notice.pk,), permission=APPROVE, tone="danger", ask=True
            ),
        ]

    def history(self, notice: PaymentNotice) -> list[Source]:
        return [*super().history(notice), told_about(notice, notice.account.customer_id)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        notice: Any = self.object
        user: Any = self.request.user
        files = attachments.of_record(notice).filter(removed_at=None).order_by("pk")
        return super().get_context_data(
            meant=meant_by(notice),
            same=same_reference(notice) if notice.state == State.WAITING else [],
            files=list(files),
            own=notice.state == State.WAITING and notice.recorded_by_id == user.pk,
            has_aside=True,
            **kwargs,
        )


class NoticeApprove(FormScreen):
    queryset = WITH_CUSTOMER
    permission_required = APPROVE
    title = _("Approve this payment")
    button = _("Approve")
    crumbs = [PAYMENTS, NOTICES]
    form_class = ApproveForm

    def get_title(self) -> str:
        said = {
            "amount": format_money(self.object.amount, self.object.currency),
            "customer": self.object.account.customer.name,
        }
        return gettext_now("Approve %(amount)s of %(customer)s") % said

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "short": no_longer_fitting(self.object)}

    def perform(self, form: ApproveForm) -> Payment:
        return approve_notice(
            self.object,
            by=self.request.user,
            at=timezone.now(),
            oldest_first=bool(form.cleaned_data.get("oldest_first")),
        )

    def get_success_message(self, payment: Payment) -> str:
        said = {"number": payment.number, "amount": format_money(payment.amount, payment.currency)}
        return gettext_now("Approved: receipt %(number)s over %(amount)s.") % said


class NoticeReject(FormScreen):
    queryset = WITH_CUSTOMER
    permission_required = APPROVE
    title = _("Reject this payment")
    button = _("Reject")
    crumbs = [PAYMENTS, NOTICES]
    form_class = ReasonForm
    success_message = _("Rejected; whoever recorded it is told.")

    def perform(self, form: ReasonForm) -> PaymentNotice:
        return reject_notice(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user, at=timezone.now()
        )


class NoticeWithdraw(ActionScreen):
    queryset = WITH_CUSTOMER
    permission_required = "credit.record_payment"
    title = _("Withdraw this payment")
    button = _("Withdraw")
    tone = "danger"
    crumbs = [PAYMENTS, NOTICES]
    success_message = _("Withdrawn. Nobody will approve it any more.")

    def question(self, notice: PaymentNotice) -> str:
        return gettext_now("It then waits no longer, and becomes no payment.")

    def perform(self, notice: PaymentNotice) -> PaymentNotice:
        return withdraw_notice(notice, by=self.request.user, at=timezone.now())
