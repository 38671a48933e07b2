"""The kernel's own few pages."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from core.templatetags import figures
from core.templatetags.ui import DENSITIES, THEMES

from . import forms, gallery
from .screens import LOGGED_IN, Screen

YEAR = 365 * 24 * 60 * 60
WRITTEN: dict[str, Any] = {
    "money": figures.money,
    "price": figures.price,
    "phone": figures.phone,
    "day": lambda day: forms.understood_day(day, today=timezone.localdate()),
}
"""How each kind of value is said back."""


class Remembered(Screen):
    """Remember one of some choices, or none, in a cookie: it belongs to the browser rather than to the person."""

    public = True
    http_method_names = ["post"]
    name: ClassVar[str]
    choices: ClassVar[Collection[str]]

    def post(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponseRedirect(back_of(request))
        chosen = request.POST.get(self.name, "")
        if chosen in self.choices:
            response.set_cookie(
                self.name, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
            )
        else:
            response.delete_cookie(self.name)
        return response


class Theme(Remembered):
    """Light, dark or neither."""

    name, choices = "theme", THEMES


class Density(Remembered):
    """How close the rows of lists stand."""

    name, choices = "density", DENSITIES


class Language(Screen):
    """Remember a language: with the person who is logged in, and in a cookie for the login page of this browser."""

    public = True
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponseRedirect(back_of(request))
        chosen = request.POST.get("language", "")
        if chosen not in dict(settings.LANGUAGES):
            return response
        user = request.user
        if user.is_authenticated and user.language != chosen:
            user.language = chosen
            user.save(update_fields=["language"])
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=YEAR,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
        return response


def back_of(request: HttpRequest) -> str:
    """The page of this site that a form of the shell was sent from; the home page for any other address."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if safe else "/"


class Understood(Screen):
    """What a typed amount, number or day is taken for, as one line of text.

    A day stands in the header `X-Value` too, as the browser's calendar writes it; `X-Wrong` marks what can't be read.
    """

    permission_required = LOGGED_IN

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        text = request.GET.get("text", "")[:60]
        field = forms.UNDERSTOOD.get(kind)
        if field is None:
            raise Http404
        response = HttpResponse(content_type="text/plain; charset=utf-8")
        try:
            value = field().clean(text) if text.strip() else None
        except ValidationError as wrong:
            response.write(" ".join(wrong.messages))
            response["X-Wrong"] = "1"
            return response
        if value not in (None, ""):
            response.write(WRITTEN[kind.partition("-")[0]](value))
        if kind.startswith("day") and value:
            response["X-Value"] = value.isoformat()
        return response


class Components(Screen):
    """Every component in every state, on one page, for those who build and check screens."""

    permission_required = LOGGED_IN
    title = _("Components")
    template_name = "core/gallery.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not request.user.is_staff:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**gallery.samples(), **kwargs)
