"""Writing messages into the queue."""

import threading
from datetime import timedelta
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from core.errors import Refusal
from core.tasks import sender
from messaging.events import EVENTS
from messaging.models import MessageTemplate, OutboundMessage
from messaging.operations import (
    add_missing_templates,
    cancel_message,
    deliver_due,
    queue,
    resend_message,
    suppress,
)
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.messaging import OutboundMessageFactory, queue_event

pytestmark = pytest.mark.django_db


def test_message_goes_by_the_customers_first_channel_in_the_words_of_its_template():
    customer = CustomerFactory(name="Sapphire", channels=["sms", "whatsapp"])
    queue_event(customer, about="credit.invoice:7")
    message = OutboundMessage.objects.get()
    assert (message.channel, message.recipient, message.state) == (
        "sms",
        customer.address_for("sms"),
        "queued",
    )
    assert message.body == (
        "Tradeline: invoice INV-2026-00042 of ₹48,200.00 is ready, due 21 December 2026. "
        "See and pay it: https://example.com/r/4f2c/"
    )
    assert message.about == "credit.invoice:7"


def test_told_twice_it_is_said_once():
    customer = CustomerFactory()
    queue_event(customer)
    queue_event(customer)
    queue_event(customer, key="invoice:2")
    assert OutboundMessage.objects.filter(key="invoice:1").count() == 1
    assert OutboundMessage.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_told_by_two_at_once_it_is_said_once():
    customer = CustomerFactory()
    together, errors = threading.Barrier(2), []

    def tell(key):
        try:
            with transaction.atomic():
                OutboundMessage.objects.exists()  # both transactions are open before either writes
                together.wait()
                queue_event(customer, key=key)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    for number in range(5):
        threads = [threading.Thread(target=tell, args=[f"invoice:{number}"]) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    assert OutboundMessage.objects.count() == 5


def test_told_again_after_the_channel_changed_it_is_still_said_once():
    customer = CustomerFactory(channels=["whatsapp", "sms"])
    queue_event(customer)
    suppress("whatsapp", customer.address_for("sms"), reason="invalid", proof="63024", at=timezone.now())
    queue_event(customer)
    assert list(OutboundMessage.objects.values_list("channel", flat=True)) == ["whatsapp"]


def test_one_fact_may_cause_two_events():
    customer = CustomerFactory()
    queue_event(customer, "order_held", key="order:1")
    queue_event(customer, "order_confirmed", key="order:1")
    assert OutboundMessage.objects.count() == 2


def test_named_channels_get_one_message_each():
    customer = CustomerFactory(channels=["whatsapp"])
    queue_event(customer, channels=["email", "sms"])
    assert set(OutboundMessage.objects.values_list("channel", "recipient")) == {
        ("email", customer.email),
        ("sms", customer.address_for("sms")),
    }


def test_closed_channel_is_passed_over():
    customer = CustomerFactory(channels=["whatsapp", "sms"])
    suppress("whatsapp", customer.address_for("sms"), reason="opted_out", proof="STOP", at=timezone.now())
    queue_event(customer)
    assert OutboundMessage.objects.get().channel == "sms"


def test_who_cant_be_reached_is_seen_in_the_queue_and_stops_nothing():
    customer = CustomerFactory(phone="", email="")
    queue_event(customer)
    queue_event(customer)
    message = OutboundMessage.objects.get()
    assert (message.state, message.error_code, message.recipient) == ("failed", "no_way", "")


def test_language_of_the_customer_before_the_language_of_the_house():
    MessageTemplate.objects.filter(event="invoice_issued", channel="sms", language="hi").update(
        body="{{company}}: चालान {{number}}"
    )
    MessageTemplate.objects.filter(event="invoice_issued", channel="sms", language="ar").update(
        is_active=False
    )
    queue_event(CustomerFactory(channels=["sms"], communication_language="hi"), key="a")
    queue_event(CustomerFactory(channels=["sms"], communication_language="ar"), key="b")
    bodies = dict(OutboundMessage.objects.values_list("key", "language"))
    assert bodies == {"a": "hi", "b": "en"}


def test_missing_variable_is_a_bug_of_the_caller():
    with pytest.raises(ValueError, match="invoice_issued needs due_on"):
        queue(
            CustomerFactory(),
            "invoice_issued",
            key="1",
            context={k: "" for k in EVENTS["invoice_issued"].samples if k != "due_on"},
        )


def test_one_query_to_read_and_one_for_each_message(django_assert_num_queries):
    customer = CustomerFactory()
    with django_assert_num_queries(2):
        queue_event(customer)
    with django_assert_num_queries(4):
        queue_event(customer, key="invoice:2", channels=["whatsapp", "sms", "email"])


def test_rolled_back_sale_says_nothing():
    customer = CustomerFactory()
    with transaction.atomic():
        queue_event(customer)
        transaction.set_rollback(True)
    assert not OutboundMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_dead_broker_undoes_nothing():
    with mock.patch("core.tasks.current_app.send_task", side_effect=ConnectionError("no broker")) as sent:
        queue_event(CustomerFactory())
        sender.flush()
    assert sent.call_args.args == ("messaging.deliver_messages",)
    assert OutboundMessage.objects.get().state == "queued"


def test_scheduled_message_waits_for_its_time(sandbox):
    customer = CustomerFactory(channels=["sms"])
    queue_event(customer, not_before=timezone.now() + timedelta(hours=1))
    deliver_due()
    assert sandbox.messages == []


def test_cancelled_message_is_not_sent_and_sent_one_cant_be_cancelled(sandbox):
    user = UserFactory()
    cancelled, sent = OutboundMessageFactory(), OutboundMessageFactory()
    cancel_message(cancelled, by=user, at=timezone.now())
    deliver_due()
    assert [message.body for message in sandbox.messages] == [sent.body]
    with pytest.raises(Refusal, match="accepted"):
        cancel_message(sent, by=user, at=timezone.now())
    with pytest.raises(Refusal):
        resend_message(sent, by=user, at=timezone.now())
    assert cancelled.events.get().by == user


def test_templates_are_added_once_and_an_edited_one_is_left_alone():
    assert MessageTemplate.objects.count() == len(EVENTS) * 9  # three channels, three languages
    MessageTemplate.objects.filter(event="invoice_issued", channel="sms").update(body="Ours")
    add_missing_templates()
    assert MessageTemplate.objects.count() == len(EVENTS) * 9  # three channels, three languages
    assert MessageTemplate.objects.get(event="invoice_issued", channel="sms", language="en").body == "Ours"
    for template in MessageTemplate.objects.all():
        template.full_clean()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Pay {{totl}}", "There is no variable {{totl}} here"),
        ("Pay {{total}", "two braces on each side"),
        ("Pay {{ total.amount }}", "two braces on each side"),
    ],
)
def test_template_with_a_wrong_variable_is_refused(body, said):
    template = MessageTemplate(event="invoice_issued", channel="sms", language="hi", body=body)
    with pytest.raises(ValidationError, match=said):
        template.full_clean()
