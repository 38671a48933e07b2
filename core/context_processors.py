"""What every page's shell needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(_request: HttpRequest) -> dict[str, Any]:
    """The company's name, the base currency, and where the demo's phone page is (empty outside the demo)."""
    return {
        "company": settings.COMPANY,
        "base_currency": settings.CURRENCY,
        "sandbox_phone_url": settings.SANDBOX_PHONE_URL,
    }
