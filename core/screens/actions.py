"""Buttons, and the screens behind verbs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.errors import Refusal, StalePage

from .base import Screen
from .refusals import Way, explain, notice


@dataclass(frozen=True)
class Action:
    """A button on a page.

        Action(_("Confirm"), "orders:order_confirm", (order.pk,), permission="orders.confirm_order", post=True,
               tone="primary", version=version_of(order))

    `post`: it does something (an `ActionScreen` is behind it) rather than lead somewhere. `ask`: it is asked for again
    first, in a dialog, or on the screen's own page without JavaScript (FormScreens open in the dialog too).
    `version`: what the page knew, see `ActionScreen`.
    `tone`: "primary" (one per page), "danger", "quiet" or "". `href` is for an address that has no name.
    """

    label: str | Promise
    url_name: str = ""
    args: tuple[Any, ...] = ()
    permission: str = ""
    tone: str = ""
    icon: str = ""
    post: bool = False
    ask: bool = False
    version: Any = None
    href: str = ""
    key: str = ""

    @property
    def shortcut(self) -> str:
        """The key that presses it: its own, n where something new is written, e where this is changed."""
        verb = self.url_name.rpartition("_")[2]
        return self.key or {"new": "n", "add": "n", "change": "e"}.get(verb, "")

    @property
    def url(self) -> str:
        return self.href or reverse(self.url_name, args=self.args)


def shown(actions: Iterable[Action | None], user: Any) -> list[Action]:
    """Those a person may use."""
    return [a for a in actions if a and (not a.permission or user.has_perm(a.permission))]


def on(action: Action, *args: Any, **changes: Any) -> Action:
    """The same button for one record."""
    return replace(action, args=args, **changes)


class ActionScreen(Screen):
    """One verb on one record.

        class OrderConfirm(ActionScreen):
            model = Order
            permission_required = "orders.confirm_order"
            title = _("Confirm order")
            button = _("Confirm")
            success_message = _("Order confirmed.")

            def question(self, order):
                return _("Reserves the stock and invoices the shop.")

            def perform(self, order):
                return operations.confirm_order(order, by=self.request.user)

    POST performs it once: right, record in sight, page not stale, `perform(obj)`, then back to the record
    (`record_url`) with a message. A `Refusal` comes back as its text with its `ways(refusal)` out: 409 with a notice
    for htmx, a message on the record's page otherwise. GET asks first, so that it works without JavaScript. A model
    with a `version` field (or `updated_at`) is guarded against stale pages when the form carries what it was
    (`Action(version=version_of(obj))`).
    """

    template_name = "core/action.html"
    dialog_template_name = "core/_action.html"
    http_method_names = ["get", "post", "head", "options"]
    button: ClassVar[str | Promise] = ""
    tone: ClassVar[str] = "primary"
    success_message: ClassVar[str | Promise] = ""

    object: Any

    def perform(self, obj: Any) -> Any:
        """Call one operation. Its return value is given to `success_url` and `get_success_message`."""
        raise TypeError(f"{type(self).__name__} needs perform(obj).")

    def question(self, obj: Any) -> str:
        """What will happen, in one sentence, on the page that asks first."""
        return ""

    def record_url(self, obj: Any) -> str:
        """The page the button stands on: where a refusal is shown and where "Cancel" leads."""
        return str(obj.get_absolute_url())

    def success_url(self, obj: Any, result: Any) -> str:
        return self.record_url(obj)

    def get_success_message(self, obj: Any, result: Any) -> str:
        return str(self.success_message)

    def ways(self, refusal: Refusal) -> Sequence[Way]:
        """What would make it go through, from what the refusal's `details` say."""
        return ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        names = [self.dialog_template_name] if self.htmx_target else self.get_template_names()
        context = self.get_context_data(
            object=self.object,
            question=self.question(self.object),
            button=self.button or self.get_title(),
            version=version_of(self.object),
            back_url=self.record_url(self.object),
        )
        return self.response_class(request, names, context, using=self.template_engine)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        try:
            refuse_stale(self.object, request.POST.get("version"))
            result = self.perform(self.object)
        except Refusal as refusal:
            return self.refused(refusal)
        text = self.get_success_message(self.object, result)
        if text:
            messages.success(request, text)
        return go(request, self.success_url(self.object, result))

    def refused(self, refusal: Refusal) -> HttpResponse:
        """Say no where the person is looking."""
        ways = self.ways(refusal)
        if self.htmx_target:
            return HttpResponse(notice(refusal, self.request, ways), status=409)
        messages.error(self.request, explain(refusal, self.request, ways), extra_tags="refusal")
        return HttpResponseRedirect(self.record_url(self.object))


def version_of(obj: Any) -> str:
    """What a page remembers of the record it showed; "" when the model keeps no trace of its changes."""
    for name in ("version", "updated_at"):
        value = getattr(obj, name, None)
        if value is not None:
            return value.isoformat() if hasattr(value, "isoformat") else str(value)
    return ""


def refuse_stale(obj: Any, known: str | None) -> None:
    """Raise `StalePage` when the record was changed after the page that acts on it was read."""
    if known and known != version_of(obj):
        raise StalePage(
            _("Somebody changed this meanwhile. Here is how it is now; look again before you go on."),
            code="stale_page",
        )


def go(request: HttpRequest, url: str) -> HttpResponse:
    """To another page, by redirect or, for htmx, by its header."""
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
