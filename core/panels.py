"""A page that mixes apps: each panel is another app's own view, run in process for the same person.

No permission, or a record this person may not see: no panel. A panel that breaks does not take the page with it in
production; in tests and development it does, so that nobody overlooks it.
"""

from __future__ import annotations

import copy
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.urls import resolve, reverse
from django.utils.safestring import SafeString

log = structlog.get_logger(__name__)


def render(request: HttpRequest, url_name: str, *args: Any, **kwargs: Any) -> SafeString:
    """Run the view behind `url_name` for the person of `request` and return its HTML."""
    path = reverse(url_name, args=args, kwargs=kwargs)
    match = resolve(path)
    screen = getattr(match.func, "view_class", None)
    if screen is not None and hasattr(screen, "allows") and not screen.allows(request.user):
        return SafeString("")
    try:
        response = match.func(_asked(request, path), *match.args, **match.kwargs)
        if hasattr(response, "render"):
            response.render()
        if response.status_code != 200:
            raise RuntimeError(f"The panel {url_name} answered {response.status_code}.")
        return SafeString(response.content.decode())  # HTML of our own view, escaped by its own template
    except (PermissionDenied, Http404):
        return SafeString("")
    except Exception:
        if _must_show() or connection.needs_rollback:
            raise
        log.exception("panel_failed", panel=url_name, path=path)
        return SafeString(render_to_string("core/components/panel_failed.html"))


def _asked(request: HttpRequest, path: str) -> HttpRequest:
    """The same person, session and language, asking for the panel with a plain GET."""
    asked = copy.copy(request)
    asked.method = "GET"
    asked.path = asked.path_info = path
    asked.GET = QueryDict()
    asked.POST = QueryDict()
    asked.META = {**request.META, "QUERY_STRING": "", "PATH_INFO": path, "REQUEST_METHOD": "GET"}
    asked.in_panel = True  # type: ignore[attr-defined]
    return asked


def _must_show() -> bool:
    return bool(getattr(settings, "PANEL_ERRORS_RAISE", settings.DEBUG))
