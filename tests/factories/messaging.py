"""Messages, and the sandbox they are sent to."""

from typing import Any

import factory
from django.utils import timezone

from messaging.events import EVENTS
from messaging.models import OutboundMessage
from messaging.operations import queue

from .customers import CustomerFactory


class OutboundMessageFactory(factory.django.DjangoModelFactory):
    """A queued SMS about an invoice; `channel`, `state`, `recipient` and the rest as wanted."""

    class Meta:
        model = OutboundMessage

    event = "invoice_issued"
    key = factory.Sequence(lambda n: f"invoice:INV-2026-{n:05d}")
    customer = factory.SubFactory(CustomerFactory)
    channel = "sms"
    recipient = factory.LazyAttribute(lambda message: message.customer.address_for(message.channel))
    body = factory.Sequence(lambda n: f"Invoice {n} is ready.")
    queued_at = factory.LazyFunction(timezone.now)
    not_before = factory.LazyAttribute(lambda message: message.queued_at)
    variables = factory.LazyAttribute(lambda message: EVENTS[message.event].preview)


def queue_event(customer: Any, event: str = "invoice_issued", key: str = "invoice:1", **values: Any) -> None:
    """Queue an event with its sample values."""
    queue(customer, event, context=EVENTS[event].samples, key=key, **values)
