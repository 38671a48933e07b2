"""Sending what is due: once, whatever happens."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from messaging.events import EVENTS
from messaging.models import MessageEvent, MessageTemplate, OutboundMessage
from messaging.operations import (
    deliver_due,
    publish_whatsapp_templates,
    reconcile_unknown,
    recover_stuck,
    resend_message,
    resume_channel,
    suppress,
)
from messaging.operations.claiming import begin, claim
from messaging.operations.recovering import CLAIMED_FOR, HANDED_OVER_FOR
from messaging.operations.sending import attempt, record
from messaging.queries import check_books
from messaging.sandbox import Sandbox
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.messaging import OutboundMessageFactory, queue_event
from tests.messaging.conftest import make_due

pytestmark = pytest.mark.django_db
State = OutboundMessage.State


def test_message_is_handed_over_with_its_own_id_in_the_callback(sandbox, settings):
    message = OutboundMessageFactory()
    deliver_due()
    message.refresh_from_db()
    taken = sandbox.messages[0]
    assert (message.state, message.provider_id, message.attempts) == ("accepted", taken.sid, 1)
    assert (taken.sender, taken.recipient, taken.body) == (
        settings.TWILIO_SMS_FROM,
        message.recipient,
        message.body,
    )
    assert taken.status_callback.startswith(
        f"{settings.PUBLIC_BASE_URL}/webhooks/twilio/status/?o={message.uid}#"
    )


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_message_once(sandbox):
    OutboundMessageFactory.create_batch(12)
    together, errors = threading.Barrier(2), []

    def worker():
        try:
            together.wait()
            deliver_due(batch=3)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len({message.body for message in sandbox.messages}) == len(sandbox.messages) == 12
    assert set(OutboundMessage.objects.values_list("state", "attempts")) == {("accepted", 1)}


@pytest.mark.django_db(transaction=True)
def test_two_workers_claim_one_message_once():
    OutboundMessageFactory()
    for _round in range(5):
        OutboundMessage.objects.update(state=State.QUEUED, claimed_at=None)
        together = threading.Barrier(2)
        claimed: list[OutboundMessage] = []

        def worker(together=together, claimed=claimed):
            together.wait()
            claimed.extend(claim(at=timezone.now()) or [])
            connection.close()

        threads = [threading.Thread(target=worker) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(claimed) == 1


def test_worker_that_died_before_handing_over_loses_nothing(sandbox):
    message = OutboundMessageFactory()
    now = timezone.now()
    claim(at=now)
    deliver_due()
    assert sandbox.messages == []
    assert recover_stuck(at=now + CLAIMED_FOR + timedelta(seconds=1)) == 1
    deliver_due()
    assert [each.body for each in sandbox.messages] == [message.body]


def test_worker_that_died_while_handing_over_leaves_an_unknown_message(sandbox):
    message = OutboundMessageFactory()
    [claimed] = claim(at=timezone.now()) or []
    begin(claimed, at=timezone.now())
    attempt(claimed)  # and here it is killed, before it could write down what came of it
    recover_stuck(at=timezone.now() + HANDED_OVER_FOR + timedelta(seconds=1))
    message.refresh_from_db()
    assert message.state == "unknown"
    deliver_due()
    assert len(sandbox.messages) == 1
    assert reconcile_unknown(at=timezone.now() + timedelta(minutes=3)) == 1
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("accepted", sandbox.messages[0].sid)


def test_worker_that_slept_through_its_claim_keeps_its_hands_off(sandbox):
    message = OutboundMessageFactory()
    [slept] = claim(at=timezone.now()) or []
    recover_stuck(at=timezone.now() + CLAIMED_FOR + timedelta(seconds=1))
    deliver_due()
    assert begin(slept, at=timezone.now()) is False
    message.refresh_from_db()
    assert (message.state, len(sandbox.messages)) == ("accepted", 1)


def test_timeout_is_unknown_never_sent_again_and_resolved_by_a_callback(sandbox, told):
    message = OutboundMessageFactory()
    sandbox.faults.add("hang_accepted", seconds=5)
    deliver_due()
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("unknown", "")
    make_due(message)
    deliver_due()
    assert len(sandbox.messages) == 1
    told(sandbox.run_callbacks())
    message.refresh_from_db()
    assert (message.state, message.provider_id, message.error_text) == (
        "delivered",
        sandbox.messages[0].sid,
        "",
    )


def test_timeout_is_resolved_by_the_providers_list(sandbox):
    message = OutboundMessageFactory()
    sandbox.faults.add("hang_accepted", seconds=5)
    deliver_due()
    sandbox.run_callbacks()  # delivered, and the callbacks were lost
    assert reconcile_unknown(at=timezone.now()) == 1
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("delivered", sandbox.messages[0].sid)
    assert (
        message.events.get(kind=MessageEvent.Kind.RESOLVED).text
        == "Found in the provider's list of messages."
    )


def test_timeout_without_acceptance_stays_unknown_until_a_person_decides(sandbox):
    message = OutboundMessageFactory()
    sandbox.faults.add("hang", seconds=5)
    deliver_due()
    assert reconcile_unknown(at=timezone.now()) == 0
    message.refresh_from_db()
    assert message.state == "unknown"
    resend_message(message, by=UserFactory(), at=timezone.now())
    deliver_due()
    message.refresh_from_db()
    assert (message.state, len(sandbox.messages)) == ("accepted", 1)


def test_list_is_not_trusted_when_two_unknown_messages_look_alike(sandbox):
    first = OutboundMessageFactory(body="The same")
    second = OutboundMessageFactory(body="The same", customer=first.customer)
    sandbox.faults.add("hang_accepted", seconds=5)
    sandbox.faults.add("hang", seconds=5)
    deliver_due()
    assert reconcile_unknown(at=timezone.now()) == 0
    assert {first.state, second.state} == {"queued"}  # as made; both rows are unknown now
    assert set(OutboundMessage.objects.values_list("state", flat=True)) == {"unknown"}


def test_message_known_under_another_row_is_not_taken_for_the_lost_one(sandbox):
    sent = OutboundMessageFactory(body="The same")
    deliver_due()
    lost = OutboundMessageFactory(body="The same", customer=sent.customer)
    sandbox.faults.add("hang", seconds=5)
    deliver_due()
    assert reconcile_unknown(at=timezone.now()) == 0
    lost.refresh_from_db()
    assert lost.state == "unknown"


def test_answer_that_comes_after_the_callback_does_not_take_the_message_back(sandbox, told):
    message = OutboundMessageFactory()
    [claimed] = claim(at=timezone.now()) or []
    begin(claimed, at=timezone.now())
    outcome = attempt(claimed)
    told(sandbox.run_callbacks())
    record(claimed, outcome, at=timezone.now())
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("delivered", sandbox.messages[0].sid)


def test_rate_limit_is_waited_out_and_the_message_sent_once(sandbox):
    message = OutboundMessageFactory()
    sandbox.faults.add("rate_limited")
    deliver_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 1)
    assert message.not_before > timezone.now()
    deliver_due()
    assert sandbox.messages == []
    make_due(message)
    deliver_due()
    assert len(sandbox.messages) == 1


def test_wrong_credential_stops_the_channel_after_one_request_and_resuming_sends_all(sandbox, settings):
    token, settings.TWILIO_AUTH_TOKEN = settings.TWILIO_AUTH_TOKEN, "wrong"
    OutboundMessageFactory.create_batch(3)
    deliver_due()
    deliver_due()
    assert len(sandbox.requests) == 1
    assert set(OutboundMessage.objects.values_list("state", "attempts")) == {("queued", 0)}
    settings.TWILIO_AUTH_TOKEN = token
    resume_channel("sms")
    deliver_due()
    assert len(sandbox.messages) == 3


def test_opt_out_after_queueing_is_kept_to_and_the_next_channel_is_used(sandbox):
    customer = CustomerFactory(channels=["sms", "email"])
    queue_event(customer)
    suppress("sms", customer.address_for("sms"), reason="opted_out", proof="STOP", at=timezone.now())
    deliver_due()
    assert sandbox.messages == []
    assert set(OutboundMessage.objects.values_list("channel", "state")) == {
        ("sms", "failed"),
        ("email", "sent"),
    }


def test_whatsapp_without_a_template_outside_the_window_is_not_even_tried(sandbox):
    customer = CustomerFactory(channels=["whatsapp", "sms"])
    queue_event(customer)
    deliver_due()
    assert [message.channel for message in sandbox.messages] == ["sms"]
    assert OutboundMessage.objects.get(channel="whatsapp").error_code == "63016"


def test_whatsapp_free_text_goes_within_the_window(sandbox, told):
    customer = CustomerFactory(channels=["whatsapp"])
    told([sandbox.reply(phone=customer.address_for("sms"), business="+14155238886", body="Hi")])
    queue_event(customer)
    deliver_due()
    told(sandbox.run_callbacks())
    assert OutboundMessage.objects.get().state == "delivered"


def test_published_template_goes_outside_the_window_with_its_variables(sandbox, told):
    published = publish_whatsapp_templates()
    assert len(published) == MessageTemplate.objects.filter(channel="whatsapp").count() > 40
    assert publish_whatsapp_templates() == []
    customer = CustomerFactory(channels=["whatsapp"], name="Sapphire\n  Mobiles")
    queue_event(customer)
    deliver_due()
    told(sandbox.run_callbacks())
    message, taken = OutboundMessage.objects.get(), sandbox.messages[0]
    assert (message.state, taken.content_sid) == ("delivered", published[0].content_sid)
    assert taken.body.split() == message.body.split()
    assert taken.body.startswith("Hello Sapphire Mobiles,")


def test_templates_are_published_again_where_twilio_does_not_know_them(sandbox, settings, capsys):
    call_command("publish_whatsapp_templates")
    with Sandbox(account_sid=sandbox.account_sid, auth_token=sandbox.auth_token, hold=True) as other:
        settings.TWILIO_API_BASE_URL = other.url
        call_command("publish_whatsapp_templates")
        call_command("publish_whatsapp_templates")
        known = {template["sid"] for template in other.store.templates()}
    said = capsys.readouterr().out
    assert said.count("HX") == len(EVENTS) * 6  # in three languages, at two accounts
    assert said.endswith("Every WhatsApp template is published.\n")
    assert (
        set(MessageTemplate.objects.filter(channel="whatsapp").values_list("content_sid", flat=True)) == known
    )


def test_template_that_whatsapp_disabled_is_not_used_again(sandbox, told):
    publish_whatsapp_templates()
    customer = CustomerFactory(channels=["whatsapp", "sms"])
    queue_event(customer)
    sandbox.faults.add("fail_later", code=63042)
    deliver_due()
    told(sandbox.run_callbacks())
    deliver_due()
    assert not MessageTemplate.objects.get(
        event="invoice_issued", channel="whatsapp", language="en"
    ).is_active
    assert [message.channel for message in sandbox.messages] == ["whatsapp", "sms"]


def test_email_keeps_its_message_id_and_has_both_forms():
    customer = CustomerFactory(channels=["email"], name="<Sapphire>")
    queue_event(customer)
    deliver_due()
    message, letter = OutboundMessage.objects.get(), mail.outbox[0]
    assert (message.state, message.provider_id) == ("sent", letter.extra_headers["Message-ID"])
    assert str(message.uid) in message.provider_id
    assert letter.subject == "Invoice INV-2026-00042 from Tradeline"
    assert isinstance(letter, mail.EmailMultiAlternatives)
    html, kind = letter.alternatives[0]
    assert kind == "text/html"
    assert isinstance(html, str)
    assert "&lt;Sapphire&gt;" in html
    assert '<a href="https://example.com/r/4f2c/"' in html


def test_bug_of_ours_while_sending_is_unknown_and_stops_nobody_else(sandbox, monkeypatch):
    broken, fine = OutboundMessageFactory(), OutboundMessageFactory()
    broken.content_sid, broken.content_variables = "HX1", {"1": object}
    real = attempt.__globals__["outgoing"]
    monkeypatch.setitem(attempt.__globals__, "outgoing", lambda m: real(m) if m.pk == fine.pk else 1 / 0)
    deliver_due()
    broken.refresh_from_db()
    assert (broken.state, len(sandbox.messages)) == ("unknown", 1)


def test_books_find_what_is_wrong():
    OutboundMessageFactory(state=State.SENDING, claimed_at=timezone.now() - timedelta(hours=2))
    OutboundMessageFactory(state=State.ACCEPTED)
    OutboundMessageFactory()
    assert sorted(found.check for found in check_books()) == [
        "message has a provider id",
        "message is not stuck",
    ]
