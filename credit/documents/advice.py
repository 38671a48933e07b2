"""Receipts, write-off advices and refunds on paper: an amount, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from credit.models import Payment, Refund, WriteOff
from credit.queries.paid import Share, shares_of_payment, shares_of_write_off

from .parties import Party, party_of, seller_of
from .printed import Fact
from .wording import amount, isolated


class PrintedAdvice(NamedTuple):
    """An advice ready to be laid out. `rows`: document, its day, amount; `rest` names what stays beside them."""

    title: str
    number: str
    language: str
    seller: Party
    customer: Party
    facts: list[Fact]
    headline: str
    headline_note: str
    table_title: str
    rows: list[tuple[str, str, str]]
    rest: list[Fact]
    total: str
    reason: str = ""


def of_payment(payment: Payment) -> PrintedAdvice:
    """The receipt of a payment, with what it paid. What was taken back again is not on it."""
    shares = [share for share in shares_of_payment(payment) if share.amount]
    with translation.override(payment.account.customer.message_language):
        reversed_by = getattr(payment, "reversed_by", None) if payment.reversed_at else None
        note = _("received with thanks")
        if reversed_by:
            note = _("reversed by %(number)s") % {"number": isolated(reversed_by.number)}
        return _advice(
            payment,
            _("Receipt"),
            abs(payment.amount),
            note if payment.amount > 0 else _("taken back"),
            [
                Fact(_("Received"), _day(payment.received_on)),
                Fact(_("Method"), str(payment.get_method_display())),
                Fact(_("Payment reference"), isolated(payment.method_reference)),
            ],
            shares=shares,
            table_title=_("What it paid"),
            rest=[
                *_given_back(payment),
                *_rest(_("Kept on your account"), payment.unallocated_amount, payment.currency),
            ],
            reason=payment.note if payment.amount < 0 else "",
        )


def of_write_off(write_off: WriteOff) -> PrintedAdvice:
    """What is no longer asked for, by invoice."""
    shares = [share for share in shares_of_write_off(write_off) if share.amount]
    with translation.override(write_off.account.customer.message_language):
        source = write_off.payment or write_off.credit_note
        return _advice(
            write_off,
            _("Write-off") if write_off.reverses_id is None else _("Write-off taken back"),
            abs(write_off.amount),
            _("no longer asked for") if write_off.amount > 0 and not source else "",
            [
                Fact(pgettext("credit note", "Date"), _day(write_off.written_on)),
                Fact(_("Document"), isolated(source.number) if source else ""),
            ],
            shares=shares,
            table_title=_("Invoices"),
            reason=write_off.reason,
        )


def of_refund(refund: Refund) -> PrintedAdvice:
    """What was given back, of which payment or credit note."""
    with translation.override(refund.account.customer.message_language):
        source = refund.payment or refund.credit_note
        notes = {"done": _("paid back to you"), "failed": _("came back to us")}
        return _advice(
            refund,
            _("Refund"),
            refund.amount,
            notes.get(refund.state, _("on its way to you")),
            [
                Fact(pgettext("credit note", "Date"), _day(refund.done_on or refund.taken_on)),
                Fact(_("Method"), str(refund.get_method_display())),
                Fact(_("Payment reference"), isolated(refund.method_reference)),
                Fact(_("Document"), isolated(source.number) if source else ""),
            ],
            shares=[],
            table_title="",
            reason=refund.reason,
        )


def _advice(
    document: Any,
    title: str,
    value: Decimal,
    note: str,
    facts: Iterable[Fact],
    *,
    shares: list[Share],
    table_title: str,
    rest: list[Fact] | None = None,
    reason: str = "",
) -> PrintedAdvice:
    customer = document.account.customer
    words = {"name": customer.name, "phone": str(customer.phone or ""), "code": customer.code}
    return PrintedAdvice(
        title=title,
        number=document.number,
        language=customer.message_language,
        seller=seller_of(settings.COMPANY),
        customer=party_of(words),
        facts=[fact for fact in facts if fact.value],
        headline=amount(value, document.currency, mark=True),
        headline_note=note,
        table_title=table_title,
        rows=[
            (
                isolated(share.invoice.number),
                _day(share.invoice.issued_on),
                amount(share.amount, document.currency),
            )
            for share in shares
        ],
        rest=rest or [],
        total=amount(value, document.currency, mark=True),
        reason=reason,
    )


def _given_back(payment: Payment) -> list[Fact]:
    """What of a payment is no longer with us for the customer: refunds that stand, and small rests written off."""
    refunds = payment.refunds.filter(taken_on__isnull=False, returned_on=None).order_by("pk")
    kept = payment.write_offs.filter(written_on__isnull=False).order_by("pk")
    return [
        *(
            Fact(f"{_('Refund')} {isolated(row.number or '')}", amount(row.amount, row.currency))
            for row in refunds
        ),
        *(
            Fact(f"{_('Write-off')} {isolated(row.number or '')}", amount(-row.amount, row.currency))
            for row in kept
        ),
    ]


def _rest(label: str, value: Decimal, currency: str) -> list[Fact]:
    return [Fact(label, amount(value, currency))] if value else []


def _day(on: Any) -> str:
    return date_format(on, "DATE_FORMAT") if on else ""
