"""What is done with many messages at once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.screens import Acting, BulkAction
from messaging import operations
from messaging.models import OutboundMessage


def _resend(message: OutboundMessage, acting: Acting) -> None:
    operations.resend_message(message, by=acting.by, at=acting.at)


def _cancel(message: OutboundMessage, acting: Acting) -> None:
    operations.cancel_message(message, by=acting.by, at=acting.at)


MESSAGE_ACTIONS = [
    BulkAction(
        _("Send again"),
        "resend",
        perform=_resend,
        permission="messaging.resend_message",
        ask=_("Those that failed go out again to the same address. One nobody knows about may arrive twice."),
        icon="arrow-path",
        tone="primary",
    ),
    BulkAction(
        _("Cancel messages"),
        "cancel",
        perform=_cancel,
        permission="messaging.cancel_message",
        ask=_("What still waits will not be sent."),
        tone="danger",
    ),
]
