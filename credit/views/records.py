"""The pages of one invoice and one payment: what they say, what paid what, and the paper."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.changes import Source, Told
from core.money import ZERO, format_money
from core.screens import Action, Badge, Crumb, Figure, PanelScreen, RecordScreen, RecordTab, Screen
from core.templatetags.figures import day
from credit.documents import of_invoice
from credit.documents.paper import on_screen
from credit.models import Chargeback, InstalmentPlan, Invoice, Payment
from credit.operations.links import living_link, url_of
from credit.queries.paid import Share, moves_of_payment, shares_of_invoice, shares_of_payment
from credit.queries.parts import plan_states
from credit.states import dispute_state, invoice_state, part_state, payment_state
from customers.models import TimelineEntry
from messaging.models import OutboundMessage

INVOICES = Crumb(gettext_lazy("Invoices"), "credit:invoice_list")
PAYMENTS = Crumb(gettext_lazy("Payments"), "credit:payment_list")


def messages_about(record: Any, customer_id: int, user: Any) -> list[OutboundMessage]:
    """What was written to the customer about a document, for those who may read it."""
    if not user.has_perm("messaging.view_outboundmessage"):
        return []
    about = f"{record._meta.label_lower}:{record.pk}"
    return list(
        OutboundMessage.objects.filter(about=about, customer_id=customer_id).order_by("-queued_at", "-pk")
    )


def told_about(record: Any, customer_id: int) -> Told:
    """What the customer's timeline says of a document. Issued documents never change; this is what happened to them."""
    about = f"{record._meta.label_lower}:{record.pk}"
    entries = TimelineEntry.objects.filter(customer_id=customer_id, about=about).select_related("by")
    return Told(entries, lambda entry: entry.text)


class InvoiceDetail(RecordScreen):
    """What is still owed on it, what paid it, and what the customer was told."""

    queryset = Invoice.objects.select_related("account__customer", "issued_by", "about")
    permission_required = "credit.view_invoice"
    template_name = "credit/invoice_detail.html"
    crumbs = [INVOICES]
    context_object_name = "invoice"
    side_panels = ["credit:dunning_invoice_panel"]
    attachments = "credit.record_payment"
    tabs = [RecordTab("paper", gettext_lazy("Document"), "credit:invoice_paper", "credit.view_invoice")]

    def subtitle(self, invoice: Invoice) -> str:
        return " · ".join(filter(None, [invoice.account.customer.name, invoice.order_number]))

    def badges(self, invoice: Invoice) -> Sequence[Badge]:
        state = invoice_state(invoice)
        return [Badge(state, state.tone)]

    def figures(self, invoice: Invoice) -> Sequence[Figure]:
        settled = invoice.total - invoice.outstanding
        late = invoice.days_late(timezone.localdate()) > 0
        note = invoice_state(invoice) if late else invoice.terms
        return [
            Figure(_("Outstanding"), invoice.outstanding, kind="money", currency=invoice.currency),
            Figure(_("Total"), invoice.total, kind="money", currency=invoice.currency),
            Figure(_("Paid or credited"), settled, kind="money", currency=invoice.currency),
            Figure(
                _("Next part due") if invoice.in_parts else _("Due"),
                invoice.next_due_on,
                kind="date",
                note=note,
                tone="bad" if late else "",
            ),
        ]

    def actions(self, invoice: Invoice) -> Sequence[Action]:
        pay = f"{reverse('credit:payment_add')}?customer={invoice.account.customer_id}&invoice={invoice.pk}"
        actions = [Action(_("PDF"), "credit:invoice_pdf", (invoice.pk,), icon="document-arrow-down")]
        if not invoice.is_paid:
            actions += [
                Action(
                    _("Send again"),
                    "credit:invoice_send",
                    (invoice.pk,),
                    permission="messaging.resend_message",
                    post=True,
                    ask=True,
                    icon="paper-airplane",
                ),
                Action(
                    _("Record payment"),
                    permission="credit.record_payment",
                    tone="primary",
                    icon="banknotes",
                    href=pay,
                ),
            ]
        take_back = Action(
            _("Take back"),
            "credit:credit_note_add",
            (invoice.pk,),
            permission="credit.issue_creditnote",
            icon="arrow-uturn-left",
        )
        dispute = Action(
            _("Raise a dispute"),
            "credit:dispute_add",
            (invoice.pk,),
            permission="credit.raise_dispute",
            icon="hand-raised",
        )
        in_parts = Action(
            _("Change instalments") if invoice.in_parts else _("Instalments"),
            "credit:instalment_plan",
            (invoice.pk,),
            permission="credit.agree_instalmentplan",
            icon="calendar-days",
        )
        as_printed = Action(
            _("Cancel instalments"),
            "credit:instalment_plan_cancel",
            (invoice.pk,),
            permission="credit.agree_instalmentplan",
            ask=True,
            icon="x-circle",
        )
        void = Action(
            _("Void"),
            "credit:invoice_void",
            (invoice.pk,),
            permission="credit.issue_creditnote",
            ask=True,
            icon="x-circle",
        )
        charge = Action(
            _("Debit note"),
            permission="credit.issue_debitnote",
            href=f"{reverse('credit:debit_note_add', args=[invoice.account.customer_id])}?about={invoice.pk}",
            icon="document-plus",
        )
        give_up = Action(
            _("Write off"),
            permission="credit.request_writeoff",
            href=f"{reverse('credit:write_off_add', args=[invoice.account.customer_id])}?invoice={invoice.pk}",
            icon="scissors",
        )
        return [
            *actions,
            take_back,
            dispute,
            void,
            charge,
            *([] if invoice.is_paid else [give_up, in_parts]),
            *([as_printed] if self.may_cancel_plan(invoice) else []),
        ]

    def plans(self, invoice: Invoice) -> list[InstalmentPlan]:
        """The versions of when it is due; none for an invoice that was never in parts."""
        if not invoice.in_parts:
            return []
        if "plans_made" not in self.__dict__:
            self.__dict__["plans_made"] = list(invoice.plans.select_related("by").order_by("version"))
        found: list[InstalmentPlan] = self.__dict__["plans_made"]
        return found

    def may_cancel_plan(self, invoice: Invoice) -> bool:
        source = InstalmentPlan.Source
        in_force = [plan for plan in self.plans(invoice) if plan.until_on is None]
        return not invoice.is_paid and any(p.source in {source.TERMS, source.AGREED} for p in in_force)

    def history(self, invoice: Invoice) -> list[Source]:
        money = invoice.currency
        paid = invoice.allocations.select_related("by", "payment", "credit_note", "write_off")
        ended = invoice.links.select_related("revoked_by")
        return [
            told_about(invoice, invoice.account.customer_id),
            Told(paid, lambda row: _share(row, row.payment or row.credit_note or row.write_off, money)),
            Told(
                Invoice.objects.filter(pk=invoice.pk).select_related("issued_by"),
                lambda row: _("Issued %(number)s.") % {"number": row.number},
                at="issued_at",
                by="issued_by",
            ),
            Told(ended, lambda row: _("Made a link for the retailer."), at="created_at", by=""),
            Told(ended, lambda row: _("Ended the retailer's link."), at="revoked_at", by="revoked_by"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        invoice: Any = self.object
        user: Any = self.request.user
        link = living_link(invoice, at=timezone.now())
        today = timezone.localdate()
        parts = plan_states(invoice, on=today)
        return super().get_context_data(
            parts=[(part, part_state(part, today)) for part in parts] if len(parts) > 1 else [],
            plans=[plan for plan in self.plans(invoice) if plan.source != InstalmentPlan.Source.PRINTED],
            lines=list(invoice.lines.all()),
            shares=shares_of_invoice(invoice),
            notes=list(invoice.credit_notes.all()),
            charges=list(invoice.charges.all()),
            disputes=[
                (each, dispute_state(each))
                for each in invoice.disputes.select_related("line").order_by("-at")
            ]
            if user.has_perm("credit.view_dispute")
            else [],
            order_url=_order_url(invoice, user),
            link=link,
            link_url=url_of(link) if link else "",
            may_end_link=user.has_perm("credit.revoke_retailerlink"),
            messages_about=messages_about(invoice, invoice.account.customer_id, user),
            may_read_messages=user.has_perm("messaging.view_outboundmessage"),
            has_aside=True,
            **kwargs,
        )


def _order_url(invoice: Invoice, user: Any) -> str:
    """The page of the order it bills, for those who may see orders. Credit knows only how orders are called."""
    named, _sep, rest = invoice.reference.partition(":")
    key = rest.partition(":")[0]
    if named != "order" or not key.isdecimal() or not user.has_perm("orders.view_order"):
        return ""
    return reverse("orders:order_detail", args=[key])


def _share(row: Any, source: Any, currency: str) -> str:
    """Money that was put on an invoice, or taken off it again."""
    words = {"amount": format_money(abs(row.amount), currency), "number": source.number}
    if row.amount < 0:
        return " ".join(filter(None, [_("Took %(amount)s of %(number)s off it.") % words, row.reason]))
    return _("%(amount)s of %(number)s paid it.") % words


class InvoicePaper(PanelScreen):
    """The document as the customer gets it, to look at without opening a file."""

    queryset = InvoiceDetail.queryset
    permission_required = "credit.view_invoice"
    template_name = "credit/invoice_paper.html"
    title = gettext_lazy("Document")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(invoice=self.get_object(), **kwargs)


class InvoiceSheet(Screen):
    """The inside of that frame: the document's own page and style sheet, and nothing that could act."""

    queryset = InvoiceDetail.queryset
    permission_required = "credit.view_invoice"
    title = gettext_lazy("Document")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        invoice = self.get_object()
        if "framed" not in request.GET:
            return HttpResponseRedirect(f"{invoice.get_absolute_url()}?tab=paper")
        html, style = on_screen(of_invoice(invoice, on=timezone.localdate()))
        # The style sheet stands in the document; only exactly this one is applied.
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; frame-ancestors 'self'; sandbox"
        )
        headers = {
            "Content-Security-Policy": policy,
            "X-Frame-Options": "SAMEORIGIN",
            "Cache-Control": "private",
        }
        return HttpResponse(html, headers=headers)


class PaymentDetail(RecordScreen):
    """What came in, and what it paid."""

    queryset = Payment.objects.select_related(
        "account__customer",
        "recorded_by",
        "reverses",
        "reversed_by",
        "notice__recorded_by",
        "notice__decided_by",
        "cheque",
    )
    permission_required = "credit.view_payment"
    template_name = "credit/payment_detail.html"
    crumbs = [PAYMENTS]
    context_object_name = "payment"
    attachments = "credit.record_payment"

    def subtitle(self, payment: Payment) -> str:
        return payment.account.customer.name

    def badges(self, payment: Payment) -> Sequence[Badge]:
        state = payment_state(payment)
        return [Badge(state, state.tone)]

    @cached_property
    def shares(self) -> list[Share]:
        """What it paid; refunded money and small rests paid nothing."""
        return shares_of_payment(self.object)

    def figures(self, payment: Payment) -> Sequence[Figure]:
        used = sum((share.amount for share in self.shares), ZERO)
        return [
            Figure(
                _("Amount"),
                payment.amount,
                kind="money",
                currency=payment.currency,
                note=_("%(amount)s of it paid invoices") % {"amount": format_money(used, payment.currency)}
                if payment.amount > 0 and not payment.reversed_at
                else "",
            ),
            Figure(
                _("Unallocated"),
                payment.unallocated_amount,
                kind="money",
                currency=payment.currency,
                note=_("waits for the next invoice") if payment.unallocated_amount else "",
            ),
            Figure(_("Received"), payment.received_on, kind="date"),
            Figure(_("Method"), payment.get_method_display(), note=payment.method_reference),
        ]

    def actions(self, payment: Payment) -> Sequence[Action]:
        customer = payment.account.customer
        back = Action(_("Customer"), href=customer.get_absolute_url(), icon="user")
        paper = [
            Action(_("PDF"), "credit:payment_pdf", (payment.pk,), icon="document-arrow-down"),
            Action(
                _("Send"),
                "credit:payment_send",
                (payment.pk,),
                permission="messaging.resend_message",
                post=True,
                ask=True,
                icon="paper-airplane",
            ),
        ]
        if payment.reversed_at or payment.amount < 0:
            return [back, *paper]
        spare = [
            Action(
                _("Refund"),
                "credit:payment_refund",
                (payment.pk,),
                permission="credit.request_refund",
                ask=True,
            ),
            Action(
                _("Write off the rest"),
                "credit:payment_write_off",
                (payment.pk,),
                permission="credit.request_writeoff",
                ask=True,
            ),
        ]
        return [
            back,
            *paper,
            *(spare if payment.unallocated_amount else []),
            Action(
                _("Share out") if payment.unallocated_amount else _("Change what it paid"),
                "credit:payment_allocate",
                (payment.pk,),
                permission="credit.allocate_payment",
                tone="primary" if payment.unallocated_amount else "",
            ),
            Action(
                _("Reverse"),
                "credit:payment_reverse",
                (payment.pk,),
                permission="credit.reverse_payment",
                tone="danger",
                ask=True,
            ),
        ]

    def history(self, payment: Payment) -> list[Source]:
        money = payment.currency
        words = _("%(amount)s put on %(number)s."), _("%(amount)s taken off %(number)s.")

        def share(row: Any) -> str:
            said = {"amount": format_money(abs(row.amount), money), "number": row.invoice.number}
            return " ".join(filter(None, [words[row.amount < 0] % said, row.reason]))

        return [
            told_about(payment, payment.account.customer_id),
            Told(payment.allocations.select_related("by", "invoice"), share),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        payment: Any = self.object
        user: Any = self.request.user
        return super().get_context_data(
            shares=self.shares,
            refunds=list(payment.refunds.order_by("-pk")),
            chargebacks=list(Chargeback.objects.filter(gateway_payment__payment=payment)),
            write_offs=list(payment.write_offs.order_by("-pk")),
            moves=moves_of_payment(payment),
            messages_about=messages_about(payment, payment.account.customer_id, user),
            may_read_messages=user.has_perm("messaging.view_outboundmessage"),
            received=day(payment.received_on),
            has_aside=True,
            **kwargs,
        )
