"""The page of one record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise

from .actions import Action, shown, version_of
from .base import Screen


@dataclass(frozen=True)
class Figure:
    """One of the three to five figures that decide.

        Figure(_("Balance"), account.balance, kind="money", note=_("13,460 overdue"), tone="bad", url=…)

    `kind`: money, number, percent, date, text. `tone` colours the note; `note` is always words too.
    """

    label: str | Promise
    value: Any
    kind: str = "text"
    currency: str = ""
    note: str | Promise = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Badge:
    """A word with a tone beside the name of a record."""

    label: str | Promise
    tone: str = ""


class RecordScreen(Screen):
    """Header, figures, actions, panels.

        class OrderDetail(RecordScreen):
            model = Order
            permission_required = "orders.view_order"
            template_name = "orders/order_detail.html"      # extends core/record.html, fills block body
            crumbs = [Crumb(_("Orders"), "orders:order_list")]
            panels = ["orders:order_lines"]                  # each gets the record's pk
            side_panels = ["customers:timeline_panel"]
            context_object_name = "order"

            def badges(self, order):
                return [Badge(order.get_status_display(), status_tone(order.status))]

            def figures(self, order):
                return [Figure(_("Total"), order.total, kind="money", currency=order.currency)]

            def actions(self, order):
                return [Action(_("Confirm"), "orders:order_confirm", (order.pk,), permission="orders.confirm_order",
                               post=True, tone="primary", version=version_of(order))]

    Rows of somebody else are a 404. Buttons a person may not use are not shown. `panels` run other apps' views.
    """

    template_name = "core/record.html"
    context_object_name: ClassVar[str] = ""
    panels: ClassVar[Sequence[str]] = ()
    side_panels: ClassVar[Sequence[str]] = ()

    object: Any

    def badges(self, obj: Any) -> Sequence[Badge]:
        return ()

    def figures(self, obj: Any) -> Sequence[Figure]:
        return ()

    def actions(self, obj: Any) -> Sequence[Action]:
        return ()

    def subtitle(self, obj: Any) -> str:
        """The small line under the name: code, city, who."""
        return ""

    def get_title(self) -> str:
        return str(self.title or self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        return self.render_to_response(self.get_context_data(**kwargs))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        obj = self.object
        named = {self.context_object_name or obj._meta.model_name: obj}
        return super().get_context_data(
            **{
                "object": obj,
                "subtitle": self.subtitle(obj),
                "badges": self.badges(obj),
                "figures": self.figures(obj),
                "record_actions": shown(self.actions(obj), self.request.user),
                "panels": self.panels,
                "side_panels": self.side_panels,
                "version": version_of(obj),
                **named,
                **kwargs,
            }
        )
