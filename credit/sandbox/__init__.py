"""A local server that speaks Stripe Checkout's and Razorpay payment links' protocols, and fails as they fail.

For demo and tests: the SDKs talk to it as to the real ones, a person pays on its page, and it posts signed
webhooks. Nothing of it is used in production.
"""

from .server import PaymentSandbox
from .state import Page

__all__ = ["Page", "PaymentSandbox"]
