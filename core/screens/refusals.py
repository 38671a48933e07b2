"""A refusal on screen: why not, and the ways out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core.errors import Refusal



def ways_of(refusal: Refusal) -> list[Any]:
    """The ways out that the refusal itself knows: `Refusal(text, ways=[Way(…)])` keeps them in its details."""
    return list(refusal.details.get("ways", []))


def notice(refusal: Refusal, request: HttpRequest) -> SafeString:
    """The refusal as a block of the page."""
    context = {"title": refusal.text, "ways": ways_of(refusal), "tone": "bad"}
    return SafeString(render_to_string("core/components/notice.html", context, request))


def explain(refusal: Refusal, request: HttpRequest) -> str:
    """The refusal as a message: its text, and its ways out when it has any."""
    ways = ways_of(refusal)
    if not ways:
        return refusal.text
    return render_to_string("core/components/_refusal_message.html", {"text": refusal.text, "ways": ways}, request)
