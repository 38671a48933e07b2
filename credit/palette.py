"""Invoices, payments and credit notes in the command palette."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.money import format_money
from core.numbering import is_number, number_typed
from core.palette import Asked, Command, Hit, Source, Verb
from core.templatetags.figures import day

from .queries.finding import credit_notes_meant, invoices_meant, payments_meant
from .states import invoice_state, payment_state


def invoices(asked: Asked) -> list[Hit]:
    found = invoices_meant(asked.text, asked.found("customer"), user=asked.user, limit=asked.limit)
    return [_hit(i, i.total, i.issued_on, "document-text", "INV", asked, invoice_state(i)) for i in found]


def payments(asked: Asked) -> list[Hit]:
    found = payments_meant(asked.text, asked.found("customer"), user=asked.user, limit=asked.limit)
    return [_hit(p, p.amount, p.received_on, "banknotes", "RCT", asked, payment_state(p)) for p in found]


def credit_notes(asked: Asked) -> list[Hit]:
    found = credit_notes_meant(asked.text, asked.found("customer"), user=asked.user, limit=asked.limit)
    return [_hit(n, n.total, n.issued_on, "receipt-refund", "CRN", asked) for n in found]


def _hit(document: Any, amount: Any, on: Any, icon: str, series: str, asked: Asked, state: Any = "") -> Hit:
    digits = number_typed(asked.text, series)
    said = [str(document.account.customer), format_money(amount, document.currency), day(on)]
    return Hit(
        document.number,
        document.get_absolute_url(),
        sub=" · ".join(said),
        icon=icon,
        key=document.pk,
        badge=str(state),
        tone=getattr(state, "tone", ""),
        sure=bool(digits) and is_number(document.number, digits),
    )


def _record_payment(hit: Hit) -> str:
    return f"{reverse('credit:payment_add')}?customer={hit.key}"


SOURCES = [
    Source("invoice", _("Invoices"), "credit.view_invoice", invoices, order=40),
    Source("payment", _("Payments"), "credit.view_payment", payments, order=50),
    Source("credit_note", _("Credit notes"), "credit.view_invoice", credit_notes, order=55),
]
VERBS = [
    Verb(
        "customer",
        _("Record payment of %(name)s"),
        _("record payment|payment of|payment from|payment|receive"),
        "banknotes",
        _record_payment,
        "credit.record_payment",
    )
]
COMMANDS = [
    Command(
        _("Record payment"),
        "banknotes",
        "credit:payment_add",
        "credit.record_payment",
        words=_("new receipt money cash"),
        main=True,
    ),
    Command(_("Payments"), "banknotes", "credit:payment_list", "credit.view_payment", words=_("receipts")),
    Command(_("Invoices"), "document-text", "credit:invoice_list", "credit.view_invoice", words=_("bills")),
    Command(
        _("Credit notes"),
        "receipt-refund",
        "credit:credit_note_list",
        "credit.view_creditnote",
        words=_("returns"),
    ),
    Command(
        _("Write-offs"), "scissors", "credit:write_off_list", "credit.view_writeoff", words=_("bad debts")
    ),
    Command(
        _("Refunds"), "arrow-uturn-left", "credit:refund_list", "credit.view_refund", words=_("pay back")
    ),
    Command(_("Ageing"), "calendar-days", "credit:ageing", "credit.view_ageing", words=_("overdue debts")),
    Command(
        _("Opening balances"),
        "arrow-up-tray",
        "credit:opening_list",
        "credit.view_openingimport",
        words=_("import old invoices take over receivables migration"),
    ),
    Command(
        _("Dunning"),
        "bell-alert",
        "credit:dunning",
        "credit.view_dunningrun",
        words=_("reminders overdue levels"),
    ),
    Command(
        _("Late fees"), "receipt-percent", "credit:late_fee_list", "credit.view_latefee", words=_("interest")
    ),
    Command(
        _("Payments to approve"),
        "check-badge",
        "credit:notice_list",
        "credit.view_paymentnotice",
        words=_("approval waiting card transfer"),
    ),
    Command(_("Cheques"), "banknotes", "credit:cheque_list", "credit.view_cheque", words=_("post-dated pdc")),
    Command(_("Take in a cheque"), "banknotes", "credit:cheque_add", "credit.take_cheque"),
    Command(_("Deposit cheques"), "building-library", "credit:cheque_deposit_add", "credit.deposit_cheque"),
    Command(
        _("Credit accounts"),
        "identification",
        "credit:account_list",
        "credit.view_creditaccount",
        words=_("limits exposure"),
    ),
    Command(_("Limit requests"), "scale", "credit:limit_request_list", "credit.view_limitrequest"),
    Command(
        _("Accounts to review"),
        "clipboard-document-check",
        "credit:review_list",
        "credit.change_creditaccount",
    ),
    Command(_("Promises to pay"), "hand-thumb-up", "credit:promise_list", "credit.view_promisetopay"),
    Command(
        _("Calls"),
        "phone",
        "credit:call_list",
        "credit.record_collectioncall",
        words=_("collections call list today"),
    ),
    Command(
        _("Disputes"),
        "hand-raised",
        "credit:dispute_list",
        "credit.view_dispute",
        words=_("complaints wrong bill"),
    ),
]
