"""How a document stands, in a word with its tone, for screens and files alike."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.figures import day
from credit.queries.parts import State
from messaging.models import OutboundMessage

from .cheques import is_stale
from .models import (
    Cheque,
    CreditNote,
    Dispute,
    DunningNotice,
    GatewayPayment,
    Invoice,
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
