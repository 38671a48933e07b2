"""Disputes: the list, raising one for a customer, one of them, and what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.changes import Source
from core.money import format_money
from core.screens import Action, Badge, Column, Crumb, Figure, FormScreen, ListScreen, RecordScreen, Tab
from credit import operations
from credit.forms import DisputeFilter, DisputeForm, ReasonForm, RejectForm, UpholdForm
from credit.models import Dispute, Invoice
from credit.states import dispute_state
from customers.models import Customer

from .invoices import INVOICES
from .records import told_about

DISPUTES = Crumb(_("Disputes"), "credit:dispute_list")
WITH_CUSTOMER = Dispute.objects.select_related("invoice__account__customer", "line", "by", "credit_note")


class DisputeList(ListScreen):
    queryset = WITH_CUSTOMER
    permission_required = "credit.view_dispute"
    title = _("Disputes")
    crumbs = [INVOICES]
    columns = [
        Column(
            _("Customer"),
            "invoice.account.customer.name",
            link=True,
            sub="line.description",
            phone="title",
        ),
        Column(_("Invoice"), "invoice.number", kind="code"),
        Column(_("What is wrong"), "get_reason_display", sub="words", phone="show"),
        Column(_("State"), dispute_state, kind="status", phone="show"),
        Column(_("Raised"), "at", kind="ago", order="at", sub="by.name", phone="label"),
        Column(_("Credit note"), "credit_note.number", kind="code", hidden=True),
        Column(_("Answer"), "answer", hidden=True),
        Column(_("Answered"), "answered_at", kind="moment", hidden=True),
        Column(_("Amount"), "amount", kind="money", currency="currency", phone="figure"),
    ]
    ordering = ["at"]
    search_hint = _("Shop, phone, invoice…")
    filterset_class = DisputeFilter
    tabs = [
        Tab("open", _("Open"), lambda rows, user: rows.open()),
        Tab("all", _("All")),
    ]
    export_permission = "credit.view_dispute"
    empty = _("Nothing is disputed. Shops raise it from their page, or you do from an invoice.")

    def get_order(self) -> list[str]:
        """What waits longest comes first; of all of them the newest."""
        if self.request.GET.get("sort") or not self.tab or self.tab.slug == "open":
            return super().get_order()
        return ["-at"]

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        shops = rows.filter(invoice__account__customer__in=Customer.objects.search(text))
        return shops | rows.filter(invoice__number__iendswith=text.strip())


class DisputeDetail(RecordScreen):
    queryset = WITH_CUSTOMER.select_related("answered_by")
    permission_required = "credit.view_dispute"
    template_name = "credit/dispute_detail.html"
    crumbs = [INVOICES, DISPUTES]
    context_object_name = "dispute"
    attachments = "credit.raise_dispute"

    def get_title(self) -> str:
        said = {"number": self.object.invoice.number}
        return gettext_now("Dispute about %(number)s") % said

    def subtitle(self, dispute: Dispute) -> str:
        return str(dispute.invoice.account.customer.name)

    def badges(self, dispute: Dispute) -> Sequence[Badge]:
        state = dispute_state(dispute)
        return [Badge(state, state.tone)]

    def figures(self, dispute: Dispute) -> Sequence[Figure]:
        invoice = dispute.invoice
        money: dict[str, Any] = {"kind": "money", "currency": dispute.currency}
        figures = [Figure(_("Disputed"), dispute.amount, **money, note=dispute.get_reason_display())]
        if dispute.credit_note:
            figures.append(Figure(_("Taken back"), dispute.credit_note.total, **money))
        return [
            *figures,
            Figure(_("Invoice"), invoice.total, **money, note=invoice.number, url=invoice.get_absolute_url()),
            Figure(_("Outstanding"), invoice.outstanding, **money),
        ]

    def actions(self, dispute: Dispute) -> Sequence[Action]:
        if dispute.state != Dispute.State.OPEN:
            return []
        return [
            Action(
                _("Uphold"),
                "credit:dispute_uphold",
                (dispute.pk,),
                permission="credit.decide_dispute",
                tone="primary",
                ask=True,
            ),
            Action(
                _("Reject"),
                "credit:dispute_reject",
                (dispute.pk,),
                permission="credit.decide_dispute",
                ask=True,
            ),
            Action(
                _("Withdraw"),
                "credit:dispute_withdraw",
                (dispute.pk,),
                permission="credit.raise_dispute",
                ask=True,
            ),
        ]

    def history(self, dispute: Dispute) -> list[Source]:
        return [*super().history(dispute), told_about(dispute, dispute.invoice.account.customer_id)]


class DisputeAdd(FormScreen):
    """A customer says on the phone, or at the counter, that a bill is wrong."""

    queryset = Invoice.objects.select_related("account__customer")
    permission_required = "credit.raise_dispute"
    title = _("Raise a dispute")
    button = _("Raise dispute")
    crumbs = [INVOICES]
    form_class = DisputeForm
    success_message = _("Noted. Nobody asks for this part while it is looked at.")

    def get_title(self) -> str:
        return f"{_('Dispute')}: {self.object.number}" if self.object else str(self.title)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "invoice": self.object}

    def perform(self, form: DisputeForm) -> Dispute:
        told = form.cleaned_data
        return operations.raise_dispute(
            self.object,
            line=told["line"],
            reason=told["reason"],
            amount=told["amount"],
            words=told["words"],
            photo=told["photo"],
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )


class Answering(FormScreen):
    """What all answers to a dispute share."""

    queryset = WITH_CUSTOMER
    crumbs = [INVOICES, DISPUTES]

    def get_crumbs(self) -> list[Crumb]:
        said = Crumb(str(self.object), "credit:dispute_detail", (self.object.pk,))
        return [INVOICES, DISPUTES, said]

    def success_url(self, result: Any) -> str:
        return reverse("credit:dispute_detail", args=[self.object.pk])


class DisputeUphold(Answering):
    permission_required = ("credit.decide_dispute", "credit.issue_creditnote")
    title = _("Uphold the dispute")
    button = _("Issue credit note")
    form_class = UpholdForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "dispute": self.object}

    def get_initial(self) -> dict[str, Any]:
        return {"amount": self.object.amount, **super().get_initial()}

    def perform(self, form: UpholdForm) -> Dispute:
        told = form.cleaned_data
        return operations.uphold_dispute(
            self.object, amount=told["amount"], answer=told["answer"], by=self.request.user, at=timezone.now()
        )

    def get_success_message(self, dispute: Dispute) -> str:
        note = dispute.credit_note
        if note is None:
            raise Http404
        said = {"number": note.number, "amount": format_money(note.total, note.currency)}
        return gettext_now("Credit note %(number)s over %(amount)s issued.") % said


class DisputeReject(Answering):
    permission_required = "credit.decide_dispute"
    title = _("Reject the dispute")
    button = _("Reject and send")
    form_class = RejectForm
    success_message = _("The dispute is rejected; the customer gets your answer.")

    def perform(self, form: RejectForm) -> Dispute:
        answer = form.cleaned_data["answer"]
        return operations.reject_dispute(self.object, answer=answer, by=self.request.user, at=timezone.now())


class DisputeWithdraw(Answering):
    permission_required = "credit.raise_dispute"
    title = _("Withdraw the dispute")
    button = _("Withdraw")
    form_class = ReasonForm
    success_message = _("The dispute is withdrawn.")

    def perform(self, form: ReasonForm) -> Dispute:
        reason = form.cleaned_data["reason"]
        return operations.withdraw_dispute(
            self.object, reason=reason, by=self.request.user, at=timezone.now()
        )
