"""What is done with many invoices at once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.screens import Acting, BulkAction
from credit.models import Invoice
from credit.operations.batches import MOST_IN_ONE_PDF, one_pdf, one_zip
from credit.operations.sending import send_invoice


def _send(invoice: Invoice, acting: Acting) -> None:
    send_invoice(invoice, key=acting.key, by=acting.by, at=acting.at)


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
        "pdf",
        collect=one_pdf,
        permission="credit.view_invoice",
        ask=_("Makes one file of all of them, to print at once."),
        icon="document-arrow-down",
        most=MOST_IN_ONE_PDF,
    ),
    BulkAction(
        _("Zip of PDFs"),
        "zip",
        collect=one_zip,
        permission="credit.view_invoice",
        ask=_("Makes a PDF of each and packs them into one zip file."),
    ),
]
