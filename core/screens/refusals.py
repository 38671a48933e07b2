"""A refusal on screen: why not, and the ways out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from core.errors import Refusal


class Way(NamedTuple):
    """One way out of a refusal: `Way(_("Take a payment"), url, _("3,400 now"))`. `post`: it does it, by a button."""

    label: str | Promise
    url: str
    note: str | Promise = ""
    post: bool = False


def notice(refusal: Refusal, request: HttpRequest, ways: Sequence[Way] = ()) -> SafeString:
    """The refusal as a block of the page."""
    context: dict[str, Any] = {"title": refusal.text, "ways": ways, "tone": "bad"}
    return SafeString(render_to_string("core/components/notice.html", context, request))


def explain(refusal: Refusal, request: HttpRequest, ways: Sequence[Way] = ()) -> str:
    """The refusal as a message: its text, and the ways out when there are any."""
    if not ways:
        return refusal.text
    return render_to_string(
        "core/components/_refusal_message.html", {"text": refusal.text, "ways": ways}, request
    )
