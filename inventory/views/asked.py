"""Searches are counted once they are answered, so that counting keeps nobody waiting."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.afterwards import afterwards
from inventory import operations, queries


def count_search(
    request: HttpRequest,
    response: HttpResponse,
    text: str,
    unmet: queries.Unmet | None,
    *,
    customer: Any = None,
) -> None:
    """Count a search once its answer is sent; what was found here only ends the typing before it."""
    want = operations.Want(unmet.product_id, unmet.device_id, text) if unmet else None
    why, by, at = (unmet.why if unmet else ""), request.user.pk, timezone.now()
    afterwards(response, lambda: operations.record_search(text, want, why, by=by, at=at, customer=customer))
