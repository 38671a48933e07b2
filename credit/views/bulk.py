"""What is done with many invoices at once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.screens import Acting, BulkAction
from credit.forms import AccountsChangeForm
from credit.models import CreditAccount, Invoice
from credit.operations import change_account
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


def _change(account: CreditAccount, acting: Acting) -> None:
    values = {name: value for name, value in acting.values.items() if value}
    change_account(account.customer_id, values, by=acting.by, at=acting.at)


ACCOUNT_ACTIONS = [
    BulkAction(
        _("Change group, terms, review"),
        "change",
        perform=_change,
        permission="credit.change_creditaccount",
        ask=_(
            "Each account gets what is chosen here. A group that lends more counts against your authority."
        ),
        form_class=AccountsChangeForm,
        icon="pencil",
    ),
]
