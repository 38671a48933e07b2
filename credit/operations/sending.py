"""Saying an invoice again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.money import format_money
from credit.models import Invoice
from messaging.operations import queue

from .links import make_link


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
