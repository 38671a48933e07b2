"""Credit notes: the list, one of them, voiding a whole document, and their paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
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
from credit.documents import of_credit_note, to_pdf
from credit.forms import CreditNoteFilter, ReasonForm
from credit.models import CreditNote, Invoice
from credit.operations import void_invoice
from credit.queries.paid import shares_of_credit_note
from credit.queries.search import search_documents
from credit.states import credit_note_state

from .invoices import INVOICES, WITH_CUSTOMER
from .records import told_about
from .retailer import pdf_response

NOTES = Crumb(_("Credit notes"), "credit:credit_note_list")
NOTES_WITH_CUSTOMER = CreditNote.objects.select_related("account__customer", "invoice")


class CreditNoteList(ListScreen):
    queryset = NOTES_WITH_CUSTOMER
    permission_required = "credit.view_creditnote"
    title = _("Credit notes")
    crumbs = [INVOICES]
    columns = [
        Column(
            _("Credit note"),
            "number",
            kind="code",
            link=True,
            sub="account.customer.name",
            order="number",
            phone="title",
        ),
        Column(_("Issued"), "issued_on", kind="date", order="issued_on", phone="label"),
        Column(_("For invoice"), "invoice.number", kind="code"),
        Column(_("Reason"), "reason"),
        Column(_("State"), credit_note_state, kind="status", phone="show"),
        Column(_("Unallocated"), "unallocated_amount", kind="money", currency="currency"),
        Column(_("Total"), "total", kind="money", currency="currency", order="total", phone="figure"),
        Column(_("Net"), "net", kind="money", currency="currency", hidden=True),
        Column(_("Tax"), "tax", kind="money", currency="currency", hidden=True),
        Column(
            _("Issued by"), "issued_by.name", load=lambda rows: rows.select_related("issued_by"), hidden=True
        ),
    ]
    ordering = ["-issued_on"]
    search_hint = _("Number, shop, phone…")
    filterset_class = CreditNoteFilter
    tabs = [
        Tab("all", _("All")),
        Tab("unallocated", _("Unallocated"), lambda rows, user: rows.filter(unallocated_amount__gt=0)),
    ]
    export_permission = "credit.view_creditnote"
    empty = _("No credit notes yet. An invoice is taken back on its own page.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_documents(rows, text, user=self.request.user)


class CreditNoteDetail(RecordScreen):
    """What was taken back, and where the money of it stands."""

    queryset = NOTES_WITH_CUSTOMER.select_related("issued_by")
    permission_required = "credit.view_creditnote"
    template_name = "credit/credit_note_detail.html"
    crumbs = [INVOICES, NOTES]
    context_object_name = "credit_note"

    def subtitle(self, note: CreditNote) -> str:
        return f"{note.account.customer.name} · {note.invoice.number}"

    def badges(self, note: CreditNote) -> Sequence[Badge]:
        state = credit_note_state(note)
        return [Badge(state, state.tone)]

    def figures(self, note: CreditNote) -> Sequence[Figure]:
        used = note.total - note.unallocated_amount
        return [
            Figure(_("Total"), note.total, kind="money", currency=note.currency),
            Figure(_("Used"), used, kind="money", currency=note.currency),
            Figure(
                _("Unallocated"),
                note.unallocated_amount,
                kind="money",
                currency=note.currency,
                note=_("waits for the next invoice, or is refunded") if note.unallocated_amount else "",
            ),
            Figure(_("Issued"), note.issued_on, kind="date"),
        ]

    def actions(self, note: CreditNote) -> Sequence[Action]:
        actions = [
            Action(_("PDF"), "credit:credit_note_pdf", (note.pk,), icon="document-arrow-down"),
            Action(
                _("Send"),
                "credit:credit_note_send",
                (note.pk,),
                permission="messaging.resend_message",
                post=True,
                ask=True,
                icon="paper-airplane",
            ),
        ]
        if note.unallocated_amount:
            actions += [
                Action(
                    _("Refund"),
                    "credit:credit_note_refund",
                    (note.pk,),
                    permission="credit.request_refund",
                    tone="primary",
                    ask=True,
                ),
                Action(
                    _("Write off the rest"),
                    "credit:credit_note_write_off",
                    (note.pk,),
                    permission="credit.request_writeoff",
                    ask=True,
                ),
            ]
        return actions

    def history(self, note: CreditNote) -> list[Source]:
        return [told_about(note, note.account.customer_id)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        note: Any = self.object
        return super().get_context_data(
            lines=list(note.lines.select_related("invoice_line").order_by("invoice_line__position")),
            shares=shares_of_credit_note(note),
            refunds=list(note.refunds.order_by("-pk")),
            write_offs=list(note.write_offs.order_by("-pk")),
            has_aside=True,
            **kwargs,
        )


class CreditNotePdf(Screen):
    queryset = CreditNote.objects.select_related("invoice")
    permission_required = "credit.view_invoice"
    title = _("Credit note as PDF")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        note = self.get_object()
        return pdf_response(to_pdf(of_credit_note(note)), note.number)


class InvoiceVoid(FormScreen):
    """One reason, and the whole document is taken back."""

    queryset = WITH_CUSTOMER
    permission_required = "credit.issue_creditnote"
    template_name = "credit/invoice_void.html"
    title = _("Void")
    button = _("Void the whole document")
    crumbs = [INVOICES]
    form_class = ReasonForm
    object: Invoice

    def get_title(self) -> str:
        return gettext_now("Void %(number)s") % {"number": self.object.number}

    def perform(self, form: ReasonForm) -> CreditNote:
        reason = form.cleaned_data["reason"]
        return void_invoice(self.object, reason=reason, by=self.request.user, at=timezone.now())

    def get_success_message(self, note: CreditNote) -> str:
        said = {"number": note.number, "amount": format_money(note.total, note.currency)}
        return gettext_now("Credit note %(number)s over %(amount)s takes all of it back.") % said
