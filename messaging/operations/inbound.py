"""What a retailer wrote to us: kept, tied to the customer, and obeyed when it says stop."""

from __future__ import annotations

import re

from django.db import transaction

from messaging.models import InboundMessage, Suppression, WebhookEvent
from messaging.operations.consent import allow, suppress
from messaging.operations.telling import tell_received
from messaging.queries import customer_at

# Twilio's own words for long codes; on WhatsApp nobody but us listens for them.
STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "UNSTOP"})


@transaction.atomic
def receive(event: WebhookEvent) -> str:
    """Store an inbound message once. Answers what came of it, in a word or two."""
    told = event.payload
    sender = told.get("From", "")
    channel = "whatsapp" if sender.startswith("whatsapp:") else "sms"
    number = sender.removeprefix("whatsapp:")[:254]
    customer = customer_at(number)
    body = told.get("Body", "")
    message, created = InboundMessage.objects.get_or_create(
        provider_id=told["MessageSid"],
        defaults={
            "customer": customer,
            "channel": channel,
            "sender": number,
            "body": body,
            "payload": told,
            "at": event.at,
        },
    )
    if not created:
        return "nothing new"
    tell_received(message)
    word = told.get("OptOutType", "").upper() or _only_word(body)
    proof = f"{told['MessageSid']}: {body}"
    if word in STOP_WORDS:
        suppress(
            channel,
            number,
            reason=Suppression.Reason.OPTED_OUT,
            proof=proof,
            at=event.at,
            customer=customer,
        )
        return "opted out"
    if word in START_WORDS:
        allow(channel, number, proof=proof, at=event.at, customer=customer)
        return "opted in"
    return "received"


def _only_word(body: str) -> str:
    """The message, if it is one word: "Stop!" means stop, "please stop by at five" does not."""
    return re.sub(r"\W", "", body).upper() if len(body.split()) == 1 else ""
