"""The message queue on screen."""

import pytest
from django.urls import reverse
from django.utils import timezone

from messaging.models import ChannelState, OutboundMessage
from messaging.operations import deliver_due, pause_channel
from messaging.queries import count_found, search_messages
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.messaging import OutboundMessageFactory, queue_event

pytestmark = pytest.mark.django_db
LIST = reverse("messaging:message_list")


@pytest.fixture
def controller(client):
    user = UserFactory(role="Credit controller")
    client.force_login(user)
    return user


def test_list_shows_filters_and_finds_messages(client, controller):
    shop = CustomerFactory(name="Sapphire Mobiles")
    lost = OutboundMessageFactory(customer=shop, state="unknown")
    OutboundMessageFactory(customer=CustomerFactory(name="Ruby Repairs"))
    assert "Sapphire Mobiles" in client.get(LIST).text and "Ruby Repairs" in client.get(LIST).text  # noqa: PT018
    for query in (
        "?tab=attention",
        "?state=unknown",
        "?q=sapphire",
        f"?q={lost.key}",
        "?channel=sms&state=unknown",
    ):
        page = client.get(LIST + query).text
        assert "Sapphire Mobiles" in page, query
        assert "Ruby Repairs" not in page, query
    assert "Nothing fits" in client.get(LIST + "?channel=email").text


def test_list_asks_the_same_number_of_queries_for_any_number_of_rows(
    client, controller, django_assert_max_num_queries
):
    OutboundMessageFactory.create_batch(3)
    client.get(LIST)
    with django_assert_max_num_queries(12) as few:
        client.get(LIST)
    OutboundMessageFactory.create_batch(12)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(LIST)


def test_detail_shows_the_words_the_attempts_and_what_twilio_said(client, controller, sandbox, told):
    queue_event(CustomerFactory(channels=["sms"], name="<Sapphire>"))
    sandbox.faults.add("fail_later", code=30007)
    deliver_due()
    told(sandbox.run_callbacks())
    message = OutboundMessage.objects.get()
    page = client.get(message.get_absolute_url()).text
    assert 'href="https://example.com/r/4f2c/"' in page
    assert "&lt;Sapphire&gt;" in page
    assert "Twilio says: undelivered (30007)" in page
    assert "filtered as spam" in page
    assert sandbox.messages[0].sid in page


def test_unknown_message_can_be_sent_again_or_cancelled_by_who_may(client, controller):
    message = OutboundMessageFactory(state="unknown")
    page = client.get(message.get_absolute_url()).text
    assert "Send again" in page
    assert "gets it twice" in client.get(reverse("messaging:message_resend", args=[message.pk])).text
    client.post(reverse("messaging:message_resend", args=[message.pk]))
    message.refresh_from_db()
    assert message.state == "queued"
    client.post(reverse("messaging:message_cancel", args=[message.pk]))
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert {event.by for event in message.events.all()} == {controller}


def test_refusal_is_said_on_the_page(client, controller):
    message = OutboundMessageFactory(state="delivered", provider_id="SM1")
    answer = client.post(reverse("messaging:message_cancel", args=[message.pk]), follow=True)
    assert "can&#x27;t be cancelled any more" in answer.text


def test_paused_channel_is_told_and_resumed(client, controller):
    pause_channel("sms", reason="Twilio refuses the account's credentials", at=timezone.now())
    assert "SMS is paused; its messages wait." in client.get(LIST).text
    client.post(reverse("messaging:channel_resume", args=["sms"]))
    assert ChannelState.objects.get(channel="sms").paused_at is None


def test_representative_sees_own_customers_messages_and_decides_nothing(client):
    user = UserFactory(role="Sales representative")
    client.force_login(user)
    own = OutboundMessageFactory(customer=CustomerFactory(representative=user, name="Mine"), state="failed")
    other = OutboundMessageFactory(customer=CustomerFactory(name="Theirs"))
    OutboundMessageFactory(customer=None, recipient="+4915112345678")
    page = client.get(LIST).text
    assert "Mine" in page
    assert "Theirs" not in page
    assert "15112" not in page
    assert client.get(other.get_absolute_url()).status_code == 404
    assert "Send again" not in client.get(own.get_absolute_url()).text
    for verb in ("message_resend", "message_cancel"):
        assert client.post(reverse(f"messaging:{verb}", args=[own.pk])).status_code == 403


def test_panel_on_the_customers_page_shows_both_sides(client, controller, sandbox, told):
    customer = CustomerFactory(channels=["sms"])
    queue_event(customer)
    told(
        [
            sandbox.reply(
                phone=customer.address_for("sms"),
                business="+15005550006",
                body="<i>Thanks</i>",
                channel="sms",
            )
        ]
    )
    page = client.get(reverse("messaging:customer_panel", args=[customer.pk])).text
    assert "Invoice issued" in page
    assert "&lt;i&gt;Thanks&lt;/i&gt;" in page
    assert "Invoice issued" in client.get(f"{LIST}?customer={customer.pk}").text
    assert "Nothing fits" in client.get(f"{LIST}?customer={CustomerFactory().pk}").text


def test_timeline_tells_of_what_was_sent_and_received(sandbox, told):
    customer = CustomerFactory(channels=["sms"])
    queue_event(customer)
    deliver_due()
    told(sandbox.run_callbacks())
    told(
        [
            sandbox.reply(
                phone=customer.address_for("sms"), business="+15005550006", body="Thanks", channel="sms"
            )
        ]
    )
    assert list(customer.timeline.order_by("pk").values_list("event", "text")) == [
        ("message.sent", "SMS: Invoice issued"),
        ("message.received", "SMS: “Thanks”"),
    ]


def test_storekeeper_and_stranger_see_nothing(client):
    message = OutboundMessageFactory()
    assert client.get(LIST).status_code == 302
    client.force_login(UserFactory(role="Storekeeper"))
    assert client.get(LIST).status_code == 403
    assert client.get(message.get_absolute_url()).status_code == 403


def test_admin_shows_history_and_writes_only_templates(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    message = OutboundMessageFactory()
    assert client.get(reverse("admin:messaging_outboundmessage_change", args=[message.pk])).status_code == 200
    assert client.get(reverse("admin:messaging_outboundmessage_add")).status_code == 403
    for model in (
        "messageevent",
        "channelstate",
        "suppression",
        "consentevent",
        "webhookevent",
        "inboundmessage",
    ):
        assert client.get(reverse(f"admin:messaging_{model}_changelist")).status_code == 200
    answer = client.post(
        reverse("admin:messaging_messagetemplate_add"),
        {"event": "invoice_issued", "channel": "sms", "language": "hi", "body": "Pay {{totl}}"},
    )
    assert "There is no variable {{totl}} here" in answer.text


@pytest.mark.parametrize(("common", "found"), [(True, "about 24"), (False, "3")])
def test_what_very_many_messages_hold_is_counted_from_the_newest_and_what_few_hold_exactly(
    monkeypatch, common, found
):
    """Twelve newest of twenty-four: the word is in all of them, or only in three older ones."""
    monkeypatch.setattr("messaging.queries.messages.NEWEST", 12)
    monkeypatch.setattr("messaging.queries.messages.ENOUGH", 10)
    OutboundMessageFactory.create_batch(9, body="sapphire" if common else "ruby")
    OutboundMessageFactory.create_batch(3, body="sapphire")
    OutboundMessageFactory.create_batch(12, body="sapphire" if common else "ruby")
    count = count_found(search_messages(OutboundMessage.objects.all(), "sapphire"))
    assert f"{'' if count.exact else 'about '}{count.number}" == found
