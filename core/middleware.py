"""Middleware: health for load balancers, and who acts for logs and history."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation

from .history import acting

View = Callable[[HttpRequest], HttpResponse]


class HealthMiddleware:
    """`/healthz/` answers before hosts, sessions and login are looked at: 200 when the database answers, else 503."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/healthz/":
            return self.get_response(request)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except Exception:  # any failure to reach the database means the same to a load balancer
            return JsonResponse({"database": "down"}, status=503)
        return JsonResponse({"database": "up"})


class LanguageMiddleware:
    """Speak the language that the person chose, on whatever machine. Others: their cookie, then their browser."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "")
        if chosen in self.known:
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        return self.get_response(request)


class RequestContextMiddleware:
    """Name the request in every log line, and the person behind it in the history of what changes."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.began_at = time.time()  # type: ignore[attr-defined]  # open pages ask what changed since
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=uuid.uuid4().hex[:12], path=request.path)
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return self.get_response(request)
        user = request.user if request.user.is_authenticated else None
        via = "admin" if request.path.startswith("/admin/") else "web"
        with acting(by=user, via=via, where=f"{request.META.get('REMOTE_ADDR', '')} {request.path}"):
            return self.get_response(request)
