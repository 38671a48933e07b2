"""Pages of messaging, and the webhooks."""

from .messages import ChannelResume, CustomerPanel, MessageCancel, MessageList, MessageResend
from .record import MessageDetail
from .webhooks import twilio_inbound, twilio_status

__all__ = [
    "ChannelResume",
    "CustomerPanel",
    "MessageCancel",
    "MessageDetail",
    "MessageList",
    "MessageResend",
    "twilio_inbound",
    "twilio_status",
]
