"""Messages: what to say, what was said, what came of it, and to whom nothing may be said."""

from .channel import ChannelState
from .consent import ConsentEvent, Suppression
from .files import MessageFile
from .inbound import InboundMessage, WebhookEvent
from .outbound import MessageEvent, OutboundMessage
from .template import MessageTemplate

__all__ = [
    "ChannelState",
    "ConsentEvent",
    "InboundMessage",
    "MessageEvent",
    "MessageFile",
    "MessageTemplate",
    "OutboundMessage",
    "Suppression",
    "WebhookEvent",
]
