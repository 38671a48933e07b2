"""What is done with many invoices at once."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.jobs import Run, Steps, files
from core.screens import Acting, BulkAction
from credit.models import Invoice
from credit.operations.printing import read_invoice_pdf
from credit.operations.sending import send_invoice

MOST_PAPERS = 1000


def _send(invoice: Invoice, acting: Acting) -> None:
    send_invoice(invoice, key=acting.key, by=acting.by, at=acting.at)


def _print(run: Run, invoices: Iterator[Any]) -> Steps:
    """The papers of all these invoices behind each other, one step each."""
    from pypdf import PdfWriter

    for invoice in invoices:
        files.write_part(run.job, read_invoice_pdf(invoice, at=timezone.now()))
        run.advance()
        yield
    writer = PdfWriter()
    for part in files.parts(run.job):
        writer.append(io.BytesIO(part.read()))
    with tempfile.TemporaryFile() as made:
        writer.write(made)
        made.seek(0)
        run.keep("invoices.pdf", made)
    return ngettext("%(n)d invoice in one file.", "%(n)d invoices in one file.", run.done) % {"n": run.done}


INVOICE_ACTIONS = [
    BulkAction(
        _("Send again"),
        "send",
        perform=_send,
        permission="messaging.resend_message",
        ask=_("Each customer gets a message with the link to the invoice and what is outstanding."),
        icon="paper-airplane",
    ),
    BulkAction(
        _("One PDF"),
        "print",
        collect=_print,
        permission="credit.view_invoice",
        ask=_("Makes one file of all of them, to print or to pass on."),
        icon="document-arrow-down",
        most=MOST_PAPERS,
    ),
]
