"""The retailer's phone in a browser: what arrived, as it would look, and a box to answer in."""

from messaging.sandbox.phone.pages import Phone

__all__ = ["Phone"]
