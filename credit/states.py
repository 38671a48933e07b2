"""How a document stands, in a word with its tone, for screens and files alike."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import format_money
from core.templatetags.figures import day
from credit.queries.parts import State
from messaging.models import OutboundMessage

from .cheques import is_stale
from .models import (
    Assessment,
    Cheque,
    CreditAccount,
    CreditNote,
    Dispute,
    DunningNotice,
    GatewayPayment,
    Invoice,
    LimitKind,
    LimitRequest,
    Payment,
    PaymentNotice,
    PromiseToPay,
    Refund,
    WriteOff,
)


class Word(str):
    """A word that knows its tone: good, warn, bad, info or ""."""

    tone: str

    def __new__(cls, text: str, tone: str = "") -> Word:
        word = super().__new__(cls, text)
        word.tone = tone
        return word


def invoice_state(invoice: Invoice, on: dt.date | None = None) -> Word:
    """paid; due on a day; so many days late. Part paid is said with it."""
    on = on or timezone.localdate()
    if invoice.is_paid:
        return Word(_("paid"), "good")
    late = invoice.days_late(on)
    if late:
        return Word(ngettext("%(days)d day late", "%(days)d days late", late) % {"days": late}, "bad")
    if invoice.next_due_on == on:
        return Word(_("due today"), "warn")
    return Word(_("due %(day)s") % {"day": day(invoice.next_due_on)}, "info")


def due_words(invoice: Invoice, on: dt.date) -> Word:
    """How far off the day is, for whoever has to pay: paid, 6 days late, due today, due tomorrow, due in 5 days."""
    days = (invoice.next_due_on - on).days
    if invoice.is_paid or days <= 0:
        return invoice_state(invoice, on)
    if days == 1:
        return Word(_("due tomorrow"), "warn")
    said = ngettext("due in %(days)d day", "due in %(days)d days", days) % {"days": days}
    return Word(said, "warn" if days <= 3 else "info")


def part_state(part: State, on: dt.date) -> Word:
    """How a part of an invoice stands: paid; part paid; so many days late; due today; open."""
    if not part.outstanding:
        return Word(_("paid"), "good")
    if part.days_late:
        late = part.days_late
        return Word(ngettext("%(days)d day late", "%(days)d days late", late) % {"days": late}, "bad")
    if part.due_on == on:
        return Word(_("due today"), "warn")
    return Word(_("part paid"), "info") if part.paid else Word(_("open"), "info")


def payment_state(payment: Payment) -> Word:
    """reversed; a reversal; all allocated; so much of it not yet."""
    if payment.reversed_at:
        return Word(_("reversed"), "bad")
    if payment.amount < 0:
        return Word(_("reversal"), "warn")
    if payment.unallocated_amount:
        return Word(_("partly unallocated"), "info")
    return Word(_("allocated"), "good")


def notice_state(notice: PaymentNotice) -> Word:
    """waiting for approval; approved, rejected, withdrawn."""
    tones = {"waiting": "warn", "approved": "good", "rejected": "bad"}
    return Word(notice.get_state_display(), tones.get(notice.state, ""))


def cheque_state(cheque: Cheque) -> Word:
    """in hand, deposited, cleared, bounced, given back."""
    tones = {"in_hand": "info", "deposited": "warn", "cleared": "good", "bounced": "bad"}
    return Word(cheque.get_state_display(), tones.get(cheque.state, ""))


def cheque_day(cheque: Cheque, on: dt.date | None = None) -> Word:
    """How far off the day of a cheque in hand is; nothing for another."""
    if cheque.state != Cheque.State.IN_HAND:
        return Word("")
    on = on or timezone.localdate()
    days = (cheque.dated_on - on).days
    if is_stale(cheque.dated_on, on):
        return Word(_("too old for a bank"), "bad")
    if days <= 0:
        return Word(_("to deposit today") if days == 0 else _("may be deposited"), "warn")
    if days == 1:
        return Word(_("tomorrow"), "info")
    return Word(ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}, "info")


def gateway_state(row: GatewayPayment) -> Word:
    """booked; or why a person must look, until one did."""
    label = row.get_outcome_display()
    return Word(label, "good" if row.outcome == "booked" else "" if row.settled_at else "bad")


def promise_state(promise: PromiseToPay, on: dt.date | None = None) -> Word:
    """open until a day, due today, kept, broken, withdrawn. What came towards an open one is said with it."""
    on = on or timezone.localdate()
    label = promise.get_state_display()
    if promise.state == PromiseToPay.State.OPEN:
        if promise.received:
            return Word(_("partly kept"), "warn" if promise.promised_on <= on else "info")
        return Word(_("due today"), "warn") if promise.promised_on <= on else Word(label, "info")
    return Word(label, {"kept": "good", "broken": "bad"}.get(promise.state, ""))


def dispute_state(dispute: Dispute) -> Word:
    """open, upheld, rejected or withdrawn; an upheld one is settled for both."""
    tones = {"open": "warn", "upheld": "good", "rejected": "bad"}
    return Word(dispute.get_state_display(), tones.get(dispute.state, ""))


def credit_note_state(note: CreditNote) -> Word:
    """Used by invoices, or so much of it not yet."""
    if not note.unallocated_amount:
        return Word(_("allocated"), "good")
    return Word(
        _("unallocated") if note.unallocated_amount == note.total else _("partly unallocated"), "info"
    )


def write_off_state(write_off: WriteOff) -> Word:
    """waits, written off, rejected, withdrawn; and taken back again."""
    if write_off.reverses_id:
        return Word(_("takes back"), "info")
    if write_off.reversed_at:
        return Word(_("taken back"), "info")
    tones = {"requested": "warn", "approved": "good", "rejected": "bad"}
    return Word(write_off.get_state_display(), tones.get(write_off.state, ""))


def refund_state(refund: Refund) -> Word:
    """waits, to be paid out, with the gateway, paid out, failed."""
    tones = {
        "requested": "warn",
        "approved": "warn",
        "sent": "info",
        "done": "good",
        "failed": "bad",
        "rejected": "bad",
    }
    return Word(refund.get_state_display(), tones.get(refund.state, ""))


def notice_outcome(notice: DunningNotice) -> Word:
    """What came of a reminder: how its message stands, or why there is none. Reads `message_state`."""
    told = getattr(notice, "message_state", None)
    if told and notice.state in (DunningNotice.State.QUEUED, DunningNotice.State.SENT):
        tones = {"failed": "bad", "unknown": "warn", "delivered": "good", "read": "good", "queued": "info"}
        return Word(str(OutboundMessage.State(told).label), tones.get(told, ""))
    tones = {"call": "warn", "cancelled": "", "left_out": "", "queued": "info", "sent": ""}
    return Word(notice.get_state_display(), tones[notice.state])


def limit_words(kind: str, amount: Decimal | None, currency: str, until: dt.date | None = None) -> str:
    """A limit as people say it: ₹50,000.00, cash only, unlimited, as the group; until a day when it ends."""
    if kind == LimitKind.AMOUNT and amount is not None:
        words = format_money(amount, currency)
    else:
        words = str(LimitKind(kind).label)
    return _("%(limit)s until %(day)s") % {"limit": words, "day": day(until)} if until else words


def limit_in_words(account: CreditAccount) -> str:
    """The limit of an account, with what is added to it for a time. Rows of its history say it too."""
    words = limit_words(account.limit_kind, account.credit_limit, account.currency)
    if account.temporary_limit is None or account.temporary_until is None:
        return words
    return _("%(limit)s, and %(temporary)s until %(day)s") % {
        "limit": words,
        "temporary": format_money(account.temporary_limit, account.currency),
        "day": day(account.temporary_until),
    }


def wanted_in_words(request: LimitRequest) -> str:
    """What was asked."""
    return limit_words(request.kind, request.amount, request.account.currency, request.until)


def granted_in_words(request: LimitRequest) -> str:
    """What was granted; "" when nothing was."""
    if not request.granted_kind:
        return ""
    currency = request.account.currency
    return limit_words(request.granted_kind, request.granted_amount, currency, request.granted_until)


def proposal_in_words(assessment: Assessment) -> str:
    """The limit that the scorecard proposed."""
    return limit_words(assessment.limit_kind, assessment.credit_limit, assessment.account.currency)


def request_state(request: LimitRequest) -> Word:
    """open, approved (for less), rejected, withdrawn, superseded."""
    tones = {"open": "warn", "approved": "good", "rejected": "bad"}
    label = request.get_state_display()
    if request.state == LimitRequest.State.APPROVED and wanted_in_words(request) != granted_in_words(request):
        return Word(_("Approved for less"), "good")
    return Word(label, tones.get(request.state, ""))


def account_status(account: CreditAccount) -> Word:
    """good, warning, blocked."""
    return Word(account.get_status_display(), {"good": "good", "warning": "warn"}.get(account.status, "bad"))
