"""The behaviour table, row by row, through the SDK: what each answer of Twilio means for the message."""

from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from messaging.models import ChannelState, OutboundMessage, Suppression
from messaging.operations import deliver_due
from messaging.operations.callbacks import move
from messaging.operations.failing import MAX_ATTEMPTS
from messaging.transports import NotSent, Outgoing, Rejected, Unknown, for_channel
from messaging.transports.rules import RULES, Act
from messaging.transports.twilio import outcome_of_broken_connection
from tests.factories.messaging import OutboundMessageFactory

pytestmark = pytest.mark.django_db
State = OutboundMessage.State

# code: (state after it came at once, suppressed because of it, channel paused)
AT_ONCE = {
    20003: ("queued", "", True),
    20429: ("queued", "", False),
    21211: ("failed", "invalid", False),
    21614: ("failed", "invalid", False),
    21612: ("failed", "invalid", False),
    21604: ("failed", "invalid", False),
    21408: ("queued", "", True),
    21606: ("queued", "", True),
    21603: ("queued", "", True),
    21703: ("queued", "", True),
    21704: ("queued", "", True),
    21705: ("queued", "", True),
    21610: ("failed", "opted_out", False),
    21611: ("queued", "", False),
    21617: ("failed", "", False),
    21602: ("failed", "", False),
    21619: ("failed", "", False),
    21623: ("failed", "", False),
    21620: ("failed", "", False),
    21910: ("failed", "", False),
    63007: ("queued", "", True),
    99999: ("failed", "", False),
}
# code: (state after the callback, suppressed because of it, channel paused)
LATER = {
    30001: ("queued", "", False),
    30003: ("queued", "", False),
    30004: ("failed", "blocked", False),
    30005: ("failed", "invalid", False),
    30006: ("failed", "invalid", False),
    30007: ("failed", "", False),
    30008: ("queued", "", False),
    21610: ("failed", "opted_out", False),
    63003: ("failed", "invalid", False),
    63024: ("failed", "invalid", False),
    63016: ("failed", "", False),
    63017: ("queued", "", False),
    63018: ("queued", "", False),
    63013: ("failed", "", False),
    63026: ("failed", "", False),
    63014: ("failed", "blocked", False),
    63033: ("failed", "opted_out", False),
    63019: ("failed", "", False),
    63034: ("failed", "", False),
    63037: ("failed", "", False),
    63027: ("failed", "", False),
    63028: ("failed", "", False),
    63040: ("failed", "", False),
    63041: ("failed", "", False),
    63042: ("failed", "", False),
    63032: ("failed", "", False),
    63049: ("failed", "", False),
    63051: ("queued", "", True),
    63007: ("queued", "", True),
}


def only_sms(**fields):
    """A message whose customer has no other channel to fall back to."""
    message = OutboundMessageFactory(**fields)
    message.customer.channels = ["sms"]
    message.customer.save()
    return message


def outcome(message):
    message.refresh_from_db()
    reason = Suppression.objects.filter(channel="sms", address=message.recipient).values_list(
        "reason", flat=True
    )
    paused = ChannelState.objects.filter(channel="sms", paused_at__isnull=False).exists()
    return message.state, next(iter(reason), ""), paused


@pytest.mark.parametrize(("code", "expected"), AT_ONCE.items(), ids=str)
def test_error_at_once(sandbox, code, expected):
    message = only_sms()
    sandbox.faults.add("error", code=code)
    deliver_due()
    assert outcome(message) == expected
    assert len(sandbox.requests) == 1
    assert sandbox.messages == []


@pytest.mark.parametrize(("code", "expected"), LATER.items(), ids=str)
def test_error_by_callback(sandbox, told, code, expected):
    message = only_sms()
    sandbox.faults.add("fail_later", code=code)
    deliver_due()
    told(sandbox.run_callbacks())
    assert outcome(message) == expected
    assert (message.provider_id == "") == (expected[0] == "queued")


def test_every_row_of_the_table_is_tried_here():
    templates = {"21654", "21655", "21656"}
    assert set(RULES) - {str(code) for code in AT_ONCE | LATER} == templates


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("rate_limited", NotSent),
        ("server_error", Unknown),
        ("server_error_accepted", Unknown),
        ("hang", Unknown),
        ("hang_accepted", Unknown),
        ("reset", Unknown),
        ("reset_accepted", Unknown),
        ("garbled_accepted", Unknown),
    ],
)
def test_how_the_connection_ends_decides(sandbox, kind, error):
    sandbox.faults.add(kind, seconds=5)
    with pytest.raises(error):
        for_channel("sms").send(Outgoing(uid="1", channel="sms", recipient="+919820012345", body="Hello"))


@pytest.mark.parametrize(
    ("code", "status", "error"), [(20429, 429, NotSent), (21610, 400, Rejected), (20500, 503, Unknown)]
)
def test_problem_details_mean_the_same_as_twilios_own_errors(sandbox, code, status, error):
    sandbox.faults.add("problem", code=code, status=status)
    with pytest.raises(error):
        for_channel("sms").send(Outgoing(uid="1", channel="sms", recipient="+919820012345", body="Hello"))


def test_refused_connection_sent_nothing(settings):
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    with pytest.raises(NotSent) as error:
        for_channel("sms").send(Outgoing(uid="1", channel="sms", recipient="+919820012345", body="Hello"))
    assert (error.value.code, error.value.pauses) == ("unreachable", False)
    assert isinstance(outcome_of_broken_connection(requests.ConnectTimeout()), NotSent)
    assert isinstance(outcome_of_broken_connection(requests.ConnectionError("reset")), Unknown)


def test_missing_credentials_pause_the_channel_and_keep_its_messages(settings):
    settings.TWILIO_ACCOUNT_SID = ""
    first, second = only_sms(), only_sms()
    deliver_due()
    assert outcome(first) == outcome(second) == ("queued", "", True)
    assert "TWILIO_ACCOUNT_SID" in ChannelState.objects.get(channel="sms").reason
    assert first.attempts == second.attempts == 0


def test_rate_limit_waits_longer_each_time_and_gives_up_visibly(sandbox):
    message = only_sms()
    sandbox.faults.add("rate_limited", times=100)
    waits = []
    for _attempt in range(MAX_ATTEMPTS):
        now = timezone.now()
        deliver_due()
        message.refresh_from_db()
        waits.append(message.not_before - now)
        OutboundMessage.objects.filter(pk=message.pk).update(not_before=now)
    assert timedelta(seconds=15) <= waits[0] <= timedelta(seconds=23)
    assert timedelta(seconds=240) <= waits[4] <= timedelta(seconds=361)
    assert max(waits) <= timedelta(hours=1.51)
    assert (message.state, message.attempts, message.error_code) == ("failed", MAX_ATTEMPTS, "20429")


@pytest.mark.parametrize("code", [30003, 30008])
def test_unreachable_phone_is_tried_once_more_and_then_the_next_channel(sandbox, told, code):
    message = OutboundMessageFactory()
    message.customer.channels = ["sms", "email"]
    message.customer.save()
    for expected in ("queued", "failed"):
        sandbox.faults.add("fail_later", code=code)
        OutboundMessage.objects.filter(pk=message.pk).update(not_before=timezone.now())
        deliver_due()
        told(sandbox.run_callbacks())
        message.refresh_from_db()
        assert message.state == expected
    fallback = OutboundMessage.objects.get(key=message.key, channel="email")
    assert fallback.recipient == message.customer.email
    assert len(sandbox.messages) == 2


def test_every_retry_rule_has_an_end():
    assert {rule.then for rule in RULES.values() if rule.retries is not None} == {Act.FALL_BACK}


def test_moving_a_message_that_failed_changes_nothing():
    message = OutboundMessageFactory(state=State.FAILED)
    assert move(message, "delivered", code="", at=timezone.now()) == "nothing new"
    assert message.state == State.FAILED
