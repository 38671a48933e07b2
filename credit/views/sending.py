"""Sending a document to its customer."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.screens import ActionScreen
from credit.models import CreditNote, Payment, Refund, WriteOff
from credit.operations.sending import send_document


class SendDocument(ActionScreen):
    """The link to its PDF, the way the customer likes to be written to."""

    permission_required = "messaging.resend_message"
    title = _("Send the document")
    button = _("Send")
    success_message = _("The message is in the queue.")

    def question(self, document: Any) -> str:
        return gettext("%(shop)s gets a message with the link to %(number)s.") % {
            "shop": document.account.customer.name,
            "number": document,
        }

    def perform(self, document: Any) -> Any:
        # One message a minute at most, however often the button is pressed.
        at = timezone.now()
        send_document(document, key=f"{at:%Y%m%d%H%M}", by=self.request.user, at=at)


class CreditNoteSend(SendDocument):
    queryset = CreditNote.objects.select_related("account__customer")


class PaymentSend(SendDocument):
    queryset = Payment.objects.select_related("account__customer")


class WriteOffSend(SendDocument):
    queryset = WriteOff.objects.select_related("account__customer")


class RefundSend(SendDocument):
    queryset = Refund.objects.select_related("account__customer")
