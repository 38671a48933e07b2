"""What a customer is told is in the customer's language, whatever the clerk speaks; the amounts in it too."""

from decimal import Decimal

import pytest
from django.utils import timezone, translation

from credit.operations import record_payment
from messaging.models import OutboundMessage
from orders.operations import confirm_order
from tests.factories.accounts import UserFactory
from tests.factories.orders import customer_with_credit, draft, sellable_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return UserFactory(role="Sales representative")


@pytest.mark.parametrize("spoken", ["en", "hi", "ar"])
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["invoice INV-", "of ₹300.00 is ready, due"]),
        ("hi", ["बिल INV-", "रकम ₹300.00"]),
        ("ar", ["الفاتورة INV-", "\u2066₹300.00\u2069"]),
    ],
)
def test_an_invoice_is_told_in_the_customers_language(clerk, spoken, language, said):
    customer = customer_with_credit("1000", channels=["sms"], communication_language=language)
    order = draft(customer, (sellable_product(price="100", on_hand=9), 3))
    with translation.override(spoken):
        confirm_order(order, by=clerk, at=timezone.now())
    message = OutboundMessage.objects.get()
    assert message.language == language
    for part in said:
        assert part in message.body
    if language != "ar":
        assert "\u2066" not in message.body


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "Sapphire has ₹100.00 of credit left; this order needs ₹300.00."),
        ("hi", "Sapphire की उधार लिमिट में ₹100.00 बचे हैं; इस ऑर्डर में ₹300.00 चाहिए।"),
    ],
)
def test_why_an_order_waits_is_told_in_the_customers_language(clerk, language, reason):
    customer = customer_with_credit("100", name="Sapphire", channels=["sms"], communication_language=language)
    order = draft(customer, (sellable_product(price="100", on_hand=9), 3))
    with translation.override("ar"):
        confirm_order(order, by=clerk, at=timezone.now())
    message = OutboundMessage.objects.get(event="order_held")
    assert reason in message.body


def test_a_payment_is_told_in_the_customers_language(clerk):
    customer = customer_with_credit("1000", channels=["sms"], communication_language="hi")
    at = timezone.now()
    with translation.override("ar"):
        record_payment(
            customer.pk,
            Decimal(500),
            method="cash",
            received_on=timezone.localdate(),
            reference="x",
            by=clerk,
            at=at,
        )
    body = OutboundMessage.objects.get(event="payment_received").body
    assert "₹500.00 मिल गए" in body
    assert "\u2066" not in body
