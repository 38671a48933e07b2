"""What Twilio calls: forged, twice, late, out of order, and full of rubbish."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.models import ConsentEvent, InboundMessage, OutboundMessage, Suppression, WebhookEvent
from messaging.operations import deliver_due, work_left_webhooks
from messaging.queries import check_books
from messaging.sandbox.callbacks import sign
from tests.factories.customers import CustomerFactory
from tests.factories.messaging import OutboundMessageFactory
from tests.messaging.conftest import make_due

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def sent(sandbox, *faults, **fields):
    """A message that Twilio took, and the callbacks to come."""
    message = OutboundMessageFactory(**fields)
    for fault in faults:
        sandbox.faults.add(fault)
    deliver_due()
    return message, sandbox.run_callbacks()


def state_of(message):
    message.refresh_from_db()
    return message.state


def test_statuses_move_the_message_and_leave_their_times(sandbox, told):
    message, callbacks = sent(sandbox)
    assert told(callbacks) == [204, 204, 204]
    assert state_of(message) == "delivered"
    assert message.delivered_at is not None
    assert message.read_at is None


@pytest.mark.parametrize("fault", ["duplicate_callbacks", "out_of_order_callbacks"])
def test_twice_and_out_of_order_end_in_the_same_state(sandbox, told, fault):
    message, callbacks = sent(sandbox, fault)
    told(callbacks)
    told(callbacks)
    assert state_of(message) == "delivered"
    assert WebhookEvent.objects.count() == 3


@pytest.mark.parametrize("seed", range(6))
def test_any_order_ends_in_read(sandbox, told, settings, seed):
    message, callbacks = sent(sandbox)
    read = sign(callbacks[0].url, callbacks[0].params | {"MessageStatus": "read"}, settings.TWILIO_AUTH_TOKEN)
    shuffled = [*callbacks, read] * 2
    random.Random(seed).shuffle(shuffled)
    told(shuffled)
    assert state_of(message) == "read"
    assert list(check_books()) == []


def test_failure_after_delivery_changes_nothing_and_delivery_after_failure_neither(sandbox, told, settings):
    message, callbacks = sent(sandbox)

    def with_status(status, code=""):
        params = callbacks[0].params | {"MessageStatus": status, "ErrorCode": code}
        return sign(callbacks[0].url, params, settings.TWILIO_AUTH_TOKEN)

    told([callbacks[-1], with_status("undelivered", "30007")])
    assert state_of(message) == "delivered"
    other, callbacks = sent(sandbox)
    told([with_status("undelivered", "30007"), callbacks[-1]])
    assert state_of(other) == "failed"


def test_callback_of_an_earlier_attempt_does_not_touch_the_later_one(sandbox, told):
    message = OutboundMessageFactory()
    sandbox.faults.add("fail_later", code=30008)
    deliver_due()
    first = sandbox.run_callbacks()
    told(first)
    assert state_of(message) == "queued"
    told(first[:2])
    assert state_of(message) == "queued"
    make_due(message)
    deliver_due()
    assert state_of(message) == "accepted"
    told(sandbox.run_callbacks())
    assert (state_of(message), message.provider_id) == ("delivered", sandbox.messages[1].sid)


def test_callback_of_an_earlier_attempt_that_comes_first_now_is_ignored(sandbox, told):
    message = OutboundMessageFactory()
    sandbox.faults.add("fail_later", code=30008)
    deliver_due()
    sending, on_its_way, undelivered = sandbox.run_callbacks()
    told([undelivered])
    told([sending, on_its_way])
    assert state_of(message) == "queued"
    assert WebhookEvent.objects.filter(outcome="about an earlier attempt").count() == 2


@pytest.mark.parametrize("path", ["/webhooks/twilio/status/", "/webhooks/twilio/inbound/"])
def test_forged_missing_or_unusable_signature_is_403(client, path, settings):
    body = "MessageSid=SM1&MessageStatus=delivered"
    for headers in (
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "é"},
        {"X-Twilio-Signature": "YWJj"},
    ):
        assert client.post(path, body, content_type=FORM, headers=headers).status_code == 403
    assert client.post(path, b"\xff\x00{", content_type="application/json").status_code == 403
    assert client.get(path).status_code == 405
    settings.TWILIO_AUTH_TOKEN = ""
    by_nobody = sign(f"{settings.PUBLIC_BASE_URL}{path}", {"MessageSid": "SM1"}, "")
    answer = client.post(
        path, by_nobody.body, content_type=FORM, headers={"X-Twilio-Signature": by_nobody.signature}
    )
    assert answer.status_code == 403
    assert not WebhookEvent.objects.exists()


def test_forged_callbacks_of_the_sandbox_are_refused(sandbox, told):
    message, callbacks = sent(sandbox, "forged_signature")
    assert told(callbacks) == [403, 403, 403]
    assert state_of(message) == "accepted"


def test_secondary_token_is_good_while_the_token_is_rotated(sandbox, told, settings):
    message, callbacks = sent(sandbox)
    settings.TWILIO_AUTH_TOKEN_SECONDARY, settings.TWILIO_AUTH_TOKEN = (
        settings.TWILIO_AUTH_TOKEN,
        "the-new-one",
    )
    told(callbacks)
    assert state_of(message) == "delivered"


def test_signature_covers_the_address_with_its_query(sandbox, client):
    _message, callbacks = sent(sandbox)
    path = callbacks[0].path.replace("?o=", "?o=0")
    answer = client.post(
        path, callbacks[0].body, content_type=FORM, headers={"X-Twilio-Signature": callbacks[0].signature}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "params",
    [
        {"MessageSid": "", "MessageStatus": "sent"},
        {"MessageSid": "SM1"},
        {},
        {"MessageSid": "SM" + "9" * 500, "MessageStatus": "sent"},
        {"MessageSid": "SM1", "MessageStatus": "se\0nt", "Body": "\0"},
        {"MessageSid": "SM1", "MessageStatus": "some new word", "Blank": ""},
    ],
)
@pytest.mark.parametrize("query", ["", "?o=", "?o=not-a-uuid", "?o=6f1c1f3a-0000-4000-8000-000000000000"])
def test_rubbish_with_a_good_signature_is_never_a_500(client, settings, told, params, query):
    for path in ("/webhooks/twilio/status/", "/webhooks/twilio/inbound/"):
        callback = sign(f"{settings.PUBLIC_BASE_URL}{path}{query}", params, settings.TWILIO_AUTH_TOKEN)
        assert told([callback])[0] in (200, 204, 400)


def test_event_whose_task_was_lost_is_worked_on_by_the_sweep(sandbox, client):
    message, callbacks = sent(sandbox)
    for each in callbacks:
        client.post(each.path, each.body, content_type=FORM, headers={"X-Twilio-Signature": each.signature})
    assert state_of(message) == "accepted"
    assert work_left_webhooks(at=timezone.now()) == 0
    assert work_left_webhooks(at=timezone.now() + timedelta(minutes=1)) == 3
    assert state_of(message) == "delivered"


def test_reply_is_kept_once_with_its_customer(sandbox, told):
    customer = CustomerFactory()
    reply = sandbox.reply(
        phone=customer.address_for("sms"), business="+14155238886", body="5 iphone 11 incell 🙂"
    )
    assert told([reply, reply]) == [200, 200]
    inbound = InboundMessage.objects.get()
    assert (inbound.customer, inbound.channel, inbound.sender) == (
        customer,
        "whatsapp",
        customer.address_for("sms"),
    )
    assert inbound.body == "5 iphone 11 incell 🙂"


def test_reply_of_a_stranger_is_kept_too(sandbox, told):
    told([sandbox.reply(phone="+4915112345678", business="+14155238886", body="Hello?")])
    assert InboundMessage.objects.get().customer is None


@pytest.mark.parametrize(
    ("body", "closed"),
    [
        ("STOP", True),
        (" stop! ", True),
        ("Unsubscribe", True),
        ("please stop by at five", False),
        ("ok", False),
        ("", False),
    ],
)
def test_stop_closes_that_channel_only_and_keeps_the_proof(sandbox, told, body, closed):
    customer = CustomerFactory()
    told([sandbox.reply(phone=customer.address_for("sms"), business="+14155238886", body=body)])
    assert (
        Suppression.objects.filter(channel="whatsapp", address=customer.address_for("sms")).exists() is closed
    )
    assert not Suppression.objects.filter(channel="sms").exists()
    assert [(event.granted, event.customer) for event in ConsentEvent.objects.all()] == [
        (False, customer)
    ] * closed


def test_start_opens_it_again_but_not_a_number_that_does_not_exist(sandbox, told):
    customer = CustomerFactory()
    number = customer.address_for("sms")
    told([sandbox.reply(phone=number, business="+14155238886", body=word) for word in ("STOP", "START")])
    assert not Suppression.objects.exists()
    assert list(ConsentEvent.objects.order_by("pk").values_list("granted", flat=True)) == [False, True]
    Suppression.objects.create(channel="whatsapp", address=number, reason="invalid", at=timezone.now())
    told([sandbox.reply(phone=number, business="+14155238886", body="START")])
    assert Suppression.objects.get().reason == "invalid"


def test_books_find_an_opt_out_that_was_lost_and_a_state_below_its_callbacks(sandbox, told):
    customer = CustomerFactory()
    told([sandbox.reply(phone=customer.address_for("sms"), business="+14155238886", body="STOP")])
    Suppression.objects.all().delete()
    message, callbacks = sent(sandbox)
    told(callbacks)
    OutboundMessage.objects.filter(pk=message.pk).update(state="sent")
    assert {found.check for found in check_books()} == {
        "opt-out is kept to",
        "message state is what the provider told",
    }
