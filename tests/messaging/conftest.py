"""A sandbox that speaks Twilio, and this project set up to talk to it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from messaging import operations
from messaging.models import OutboundMessage, WebhookEvent
from messaging.sandbox import Sandbox


@pytest.fixture
def sandbox(settings: Any) -> Iterator[Sandbox]:
    """Its callbacks are held: a test posts them when and in which order it likes, with `told`."""
    with Sandbox(
        account_sid=django_settings.TWILIO_ACCOUNT_SID,
        auth_token=django_settings.TWILIO_AUTH_TOKEN,
        webhook_base=django_settings.PUBLIC_BASE_URL,
        hold=True,
    ) as running:
        settings.TWILIO_API_BASE_URL = running.url
        settings.TWILIO_TIMEOUT_SECONDS = 0.4
        yield running


@pytest.fixture
def told(client: Client) -> Callable[..., list[int]]:
    """Post signed callbacks to this site and work on what they told. Answers the HTTP statuses."""

    def post(callbacks: list[Any]) -> list[int]:
        answers = [
            client.post(
                callback.path,
                callback.body,
                content_type=callback.headers["Content-Type"],
                headers={"X-Twilio-Signature": callback.signature},
            ).status_code
            for callback in callbacks
        ]
        work()
        return answers

    return post


def work() -> None:
    """What the worker's task does, for every event it was not told of."""
    for pk in WebhookEvent.objects.filter(worked_at=None).order_by("pk").values_list("pk", flat=True):
        operations.work_webhook(pk, at=timezone.now())


def make_due(*messages: OutboundMessage, ago: timedelta = timedelta(seconds=1)) -> None:
    """As if the wait before the next attempt were over."""
    OutboundMessage.objects.filter(pk__in=[m.pk for m in messages]).update(not_before=timezone.now() - ago)
