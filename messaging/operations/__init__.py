"""What messaging does, one function per verb."""

from .consent import allow, suppress
from .decisions import cancel_message, pause_channel, resend_message, resume_channel
from .queueing import queue
from .reconciling import reconcile_unknown
from .recovering import recover_stuck
from .sending import deliver_due
from .staff import Enclosed, write_to_staff
from .templates import add_missing_templates, publish_whatsapp_templates
from .webhooks import store_webhook, work_left_webhooks, work_webhook

__all__ = [
    "Enclosed",
    "add_missing_templates",
    "allow",
    "cancel_message",
    "deliver_due",
    "pause_channel",
    "publish_whatsapp_templates",
    "queue",
    "reconcile_unknown",
    "recover_stuck",
    "resend_message",
    "resume_channel",
    "store_webhook",
    "suppress",
    "work_left_webhooks",
    "work_webhook",
    "write_to_staff",
]
