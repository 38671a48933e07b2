"""Saying an invoice again, and sending the other documents."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.money import format_money
from credit.models import CreditNote, Invoice, Payment, Refund, WriteOff
from messaging.operations import queue

from .links import make_link

Sendable = Invoice | CreditNote | Payment | WriteOff | Refund


@transaction.atomic
def send_invoice(invoice: Invoice, *, key: str, by: Any, at: dt.datetime) -> None:
    """Write to the customer about an invoice once more, with what is outstanding now and a link that works.

    `key` is the idempotency key of the page it is asked on: pressed twice, it is sent once. Refuses a paid invoice.
    """
    if invoice.is_paid:
        raise Refusal(_("%s is paid; there is nothing to ask for.") % invoice.number, code="already_paid")
    customer = invoice.account.customer
    link = make_link(invoice.account, invoice, at=at)
    with translation.override(customer.message_language):
        due_on = date_format(invoice.due_on, "j F Y")
        total, outstanding = (format_money(a, invoice.currency) for a in (invoice.total, invoice.outstanding))
    queue(
        customer,
        "invoice_issued",
        context={
            "number": invoice.number,
            "total": total,
            "outstanding": outstanding,
            "due_on": due_on,
            "link": link.url,
        },
        key=f"invoice:{invoice.number}:{key}",
        about=f"credit.invoice:{invoice.pk}",
        by=by,
        at=at,
    )


@transaction.atomic
def send_document(document: Sendable, *, key: str, by: Any, at: dt.datetime) -> None:
    """Write to the customer about a document, with the link to its PDF. Refuses one that was not issued.

    `key` is the idempotency key of the page it is asked on: pressed twice, it is sent once. It goes the customer's
    preferred way: WhatsApp, SMS or email.
    """
    if not document.number:
        raise Refusal(_("It is not issued yet."), code="not_issued")
    customer = document.account.customer
    link = make_link(document.account, at=at)
    amount = document.total if isinstance(document, Invoice | CreditNote) else abs(document.amount)
    with translation.override(customer.message_language):
        name = name_of(document)
        said = format_money(amount, document.currency)
    queue(
        customer,
        "document_issued",
        context={
            "document": name,
            "number": document.number,
            "total": said,
            "link": f"{link.url}pdf/{document.number}/",
        },
        key=f"document:{document.number}:{key}",
        about=f"{document._meta.label_lower}:{document.pk}",
        by=by,
        at=at,
    )


def name_of(document: Sendable) -> str:
    """What it is called, in the language spoken now."""
    if isinstance(document, Invoice):
        return str(document.get_kind_display())
    if isinstance(document, Payment):
        return _("Receipt")
    names = {CreditNote: _("Credit note"), WriteOff: _("Write-off"), Refund: _("Refund")}
    return names[type(document)]
