"""What the tests of money owed share."""

import pytest

from credit.sandbox import PaymentSandbox


@pytest.fixture
def pay(settings):
    """The gateways, with webhooks held back: each test posts them as it likes."""
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = "sk_test_x", ["whsec_new", "whsec_old"]
    settings.RAZORPAY_KEY_ID, settings.RAZORPAY_KEY_SECRET = "rzp_test_x", "secret"
    settings.RAZORPAY_WEBHOOK_SECRETS = ["hook_new", "hook_old"]
    settings.GATEWAY_TIMEOUT_SECONDS = 1
    with PaymentSandbox(
        stripe_key="sk_test_x",
        stripe_secret="whsec_new",
        razorpay_auth=("rzp_test_x", "secret"),
        razorpay_secret="hook_new",
        hold=True,
    ) as sandbox:
        settings.STRIPE_API_BASE_URL = settings.RAZORPAY_API_BASE_URL = sandbox.url
        yield sandbox
