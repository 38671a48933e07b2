"""Payment gateways behind one interface: Stripe Checkout and Razorpay payment links, through their own SDKs.

No card field ever touches the system: the retailer types on the gateway's page, and only the gateway's word,
checked or asked for, books money. What each gateway gets wrong is dealt with in its own module.
"""

from __future__ import annotations

from django.conf import settings

from .base import Bad, Declined, Disputed, Gateway, GatewayDown, Notice, Opened, Paid, Refunded, Standing
from .razorpay_links import Razorpay
from .stripe_checkout import Stripe

GATEWAYS: dict[str, type[Gateway]] = {"stripe": Stripe, "razorpay": Razorpay}

__all__ = [
    "GATEWAYS",
    "Bad",
    "Declined",
    "Disputed",
    "Gateway",
    "GatewayDown",
    "Notice",
    "Opened",
    "Paid",
    "Refunded",
    "Standing",
    "gateway",
    "on_offer",
]


def gateway(name: str) -> Gateway:
    """The gateway of that name, with the keys of the settings."""
    return GATEWAYS[name]()


def on_offer(currency: str) -> list[str]:
    """The gateways that are set up and take this currency, the preferred first."""
    return [name for name in settings.PAYMENT_GATEWAYS if gateway(name).takes(currency)]
