"""The doors of the shell: what is new for an open page, and the bell."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.keys import read_key

from . import live, nav, notify, palette
from .models import Notification
from .screens import LOGGED_IN, Action, Column, ListScreen, Screen, Tab
from .templatetags.figures import day

TOPIC = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}(:[0-9]{1,18})?", re.ASCII)
MOST_TOASTS = 3
IN_PANEL = 12


class Live(Screen):
    """What changed since a page was made: `?since=<seconds>&t=<topic>&t=…&seen=<newest notification>`.

    204 when nothing did: then no table was read but the session's and the person's. Else JSON: `topics` (name → when;
    null: unknown, look at everything), and, when they may have changed, the numbers of the shell and what is new.
    """

    permission_required = LOGGED_IN
    http_method_names = ["get"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        now = time.time()
        user: Any = request.user
        asked = [name for name in request.GET.getlist("t") if TOPIC.fullmatch(name)]
        asked = asked[: live.MOST_TOPICS // 2]
        shell = nav.topics_of(user)
        changed = live.changed_since([*asked, *shell], _seconds(request.GET.get("since", "")))
        if changed == {}:
            return _fresh(HttpResponse(status=204), request, now)
        told: dict[str, Any] = {"topics": changed if changed is None else _only(changed, asked)}
        if changed is None or shell & set(changed):
            numbers = nav.numbers_of(user)
            told |= {"unread": numbers.unread, "last": numbers.last, "waiting": numbers.waiting}
            seen = request.GET.get("seen", "")
            if seen.isascii() and seen.isdigit() and int(seen[:18]) < numbers.last:
                told["news"] = _news(user, int(seen[:18]))
        return _fresh(JsonResponse(told), request, now)


def _fresh(response: HttpResponse, request: HttpRequest, now: float) -> HttpResponse:
    """Whose answer it is and of when; the token makes the forms of a page good again after a new login."""
    response["Live-Now"] = f"{now:.3f}"
    response["Live-Person"] = str(request.user.pk)
    if "renew" in request.GET:
        response["Live-Token"] = get_token(request)
    response["Cache-Control"] = "no-store"
    return response


def _seconds(text: str) -> float:
    """A time in seconds; long ago for anything else, as for a time to come."""
    try:
        value = float(text[:20])
    except ValueError:
        return 0.0
    return value if math.isfinite(value) and value < time.time() + 60 else 0.0


def _only(changed: dict[str, float], asked: Iterable[str]) -> dict[str, float]:
    return {name: changed[name] for name in asked if name in changed}


def _news(user: Any, seen: int) -> list[dict[str, Any]]:
    """The newest unread notifications that the page has not shown yet, the oldest of them first."""
    rows = Notification.objects.visible_to(user).unread().filter(pk__gt=seen).order_by("-pk")[:MOST_TOASTS]
    return [
        {"id": n.pk, "text": n.text, "url": n.get_absolute_url(), "tone": n.tone}
        for n in reversed(list(rows))
    ]


class Bell(Screen):
    """The last notifications, by day, for the panel under the bell. As a page it is the list of all."""

    permission_required = LOGGED_IN
    template_name = "core/_bell.html"
    http_method_names = ["get"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.htmx_target:
            return HttpResponseRedirect(reverse("core:notification_list"))
        user: Any = request.user
        rows = list(Notification.objects.visible_to(user)[:IN_PANEL])
        days = [(name, list(those)) for name, those in groupby(rows, key=lambda n: day(n.at))]
        return self.render_to_response(
            self.get_context_data(days=days, unread=any(n.read_at is None for n in rows))
        )


class NotificationsRead(Screen):
    """Mark one as read (`pk`), or all of them."""

    permission_required = LOGGED_IN
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        asked = request.POST.get("pk", "")
        pk = read_key(asked)
        if asked and pk is None:
            return HttpResponse(status=400)
        notify.mark_read(request.user, at=timezone.now(), pk=pk)
        if getattr(request, "htmx", None):
            return HttpResponse(status=204)
        return HttpResponseRedirect(reverse("core:notification_list"))


class NotificationList(ListScreen):
    """Everything the bell has said to this person."""

    model = Notification
    permission_required = LOGGED_IN
    title = _("Notifications")
    columns = [
        Column(_("What"), "text", link=True, template="core/_notification_cell.html", phone="title"),
        Column(_("When"), "at", kind="ago", phone="figure"),
    ]
    ordering = ["-at"]
    tabs = [
        Tab("all", _("All")),
        Tab("unread", _("Unread"), lambda rows, user: rows.unread()),
    ]
    actions = [Action(_("Mark all as read"), "core:notifications_read", post=True, icon="check")]
    empty = _("Nothing yet. What concerns you is told here and by the bell.")


class Find(Screen):
    """The command palette: `?q=` for what was typed. A part for the dialog; a page of its own without a script."""

    permission_required = LOGGED_IN
    title = _("Search")
    template_name = "core/find.html"
    partial_template_name = "core/_find.html"
    http_method_names = ["get"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        text = request.GET.get("q", "")[: palette.LONGEST].replace("\x00", "").strip()
        context = self.get_context_data(
            text=text, groups=palette.find(text, user=request.user), options=bool(self.htmx_target)
        )
        names = [self.partial_template_name] if self.htmx_target else [self.template_name]
        return self.response_class(request, names, context, using=self.template_engine)
