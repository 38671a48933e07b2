"""The page of one record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import attachments, changes, panels

from .actions import Action, shown, version_of
from .attaching import Attaching
from .inline import InlineEditing
from .tabs import ATTACHMENTS, HISTORY, OVERVIEW, RecordTab, allowed, shown_tabs

BESIDE = 2
"""So many buttons stand beside the primary one; the rest is in the menu."""


@dataclass(frozen=True)
class Figure:
    """One of the three to five figures that decide.

        Figure(_("Balance"), account.balance, kind="money", note=_("13,460 overdue"), tone="bad", url=…)

    `kind`: money, price, number, percent, date, text. `tone` colours the note; `note` is always words too. `ask`: the
    address opens in the page's dialog ("why").
    """

    label: str | Promise
    value: Any
    kind: str = "text"
    currency: str = ""
    note: str | Promise = ""
    tone: str = ""
    url: str = ""
    ask: bool = False


@dataclass(frozen=True)
class Badge:
    """A word with a tone beside the name of a record."""

    label: str | Promise
    tone: str = ""


class RecordScreen(InlineEditing, Attaching):
    """Header, figures, actions; an overview in panels, a history, attachments.

        class OrderDetail(RecordScreen):
            model = Order
            permission_required = "orders.view_order"
            template_name = "orders/order_detail.html"      # extends core/record.html, fills block body
            crumbs = [Crumb(_("Orders"), "orders:order_list")]
            panels = ["orders:order_lines"]                  # each gets the record's pk
            side_panels = ["customers:timeline_panel"]
            context_object_name = "order"
            attachments = "orders.change_order"              # who may add and remove files; "" = it carries none
            inline = inlines(OrderForm, "orders.change_order", "customer_reference", "note")
            tabs = [RecordTab("purchases", _("Purchases"), "orders:purchases_panel")]

            def badges(self, order):
                return [Badge(order.get_status_display(), status_tone(order.status))]

            def figures(self, order):
                return [Figure(_("Total"), order.total, kind="money", currency=order.currency)]

            def actions(self, order):
                return [Action(_("Confirm"), "orders:order_confirm", (order.pk,), permission="orders.confirm_order",
                               post=True, tone="primary", version=version_of(order))]

            def details(self, order):
                return {"order": [(_("Note"), order.note, "note"), (_("From"), order.location)]}

            def change_inline(self, order, name, value):
                return operations.annotate_order(order, **{name: value}, by=self.request.user, at=timezone.now())

            def history(self, order):
                return [*super().history(order), Tracked(OrderLine, {"order_id": order.pk}, named="product")]

    Rows of somebody else are a 404. Buttons a person may not use are not shown; the primary one and two more stand in
    the header, the rest in its menu. `panels` run other apps' views; `figure_panels` do so for the row of figures, and
    where they say nothing to this person `figures` stand there. Each tab has its own address (`?tab=history`).
    """

    template_name = "core/record.html"
    http_method_names = ["get", "post", "head", "options"]
    context_object_name: ClassVar[str] = ""
    panels: ClassVar[Sequence[str]] = ()
    side_panels: ClassVar[Sequence[str]] = ()
    figure_panels: ClassVar[Sequence[str]] = ()
    tabs: ClassVar[Sequence[RecordTab]] = ()
    takes_tasks: ClassVar[bool] = True

    object: Any

    def badges(self, obj: Any) -> Sequence[Badge]:
        return ()

    def figures(self, obj: Any) -> Sequence[Figure]:
        return ()

    def actions(self, obj: Any) -> Sequence[Action]:
        return ()

    def live_also(self, obj: Any) -> str:
        """The name of something else whose changes change this page, such as `inventory.product:5` (core.live)."""
        return ""

    def subtitle(self, obj: Any) -> str:
        """The small line under the name: code, city, who."""
        return ""

    def history(self, obj: Any) -> list[changes.Source]:
        """Where its history comes from. A model that is not tracked has none of its own."""
        return [changes.Tracked(type(obj), {"pgh_obj_id": obj.pk})] if hasattr(obj, "history") else []

    def get_title(self) -> str:
        return str(self.title or self.object)

    # --- answers

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        if self.asks_for_field:
            return self.get_field(request)
        if self.attachments and request.GET.keys() & {"file", "small", "picture"}:
            return self.send_file(request)
        if request.GET.get("edit", "") in self.open_fields:
            self.editing = request.GET["edit"]
        known = self.shown_tabs()
        asked = request.GET.get("tab", OVERVIEW)
        self.tab = next((tab for tab in known if tab.name == asked), known[0])
        if self.htmx_target == "history-more":
            context = self.part_context(known)
            return self.response_class(request, ["core/_history_rows.html"], context)
        if self.htmx_target == "record":
            context = (
                self.get_context_data(**kwargs) if self.tab.name == OVERVIEW else self.part_context(known)
            )
            return self.render_to_response({**context, "frame": "core/_record_only.html"})
        return self.render_to_response(self.get_context_data(**kwargs))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        if self.attachments and request.POST.keys() & {"attach", "remove", "restore"}:
            return self.change_files(request)
        if not self.inline:
            refused: HttpResponse = self.http_method_not_allowed(request)
            return refused
        return self.save_field(request)

    # --- parts

    def shown_tabs(self) -> list[RecordTab]:
        """The tabs of this record for this person, the overview first."""
        tabs = [RecordTab(OVERVIEW, _("Overview")), *self.tabs]
        if self.attachments:
            held = attachments.count_of(self.object)
            tabs.append(
                RecordTab(ATTACHMENTS, _("Attachments"), template="core/_attachments.html", number=held)
            )
        if self.history_sources:
            tabs.append(RecordTab(HISTORY, _("History"), template="core/_history.html"))
        return allowed(tabs, self.request.user)

    @property
    def history_sources(self) -> list[changes.Source]:
        own = [*self.history(self.object), *(attachments.in_history(self.object) if self.attachments else [])]
        return changes.sources_of(self.object, own, self.request.user)

    def part_context(self, known: list[RecordTab]) -> dict[str, Any]:
        """What one tab shows, beside the tabs themselves."""
        obj, request = self.object, self.request
        path = request.path
        context: dict[str, Any] = {
            "tabs": shown_tabs(known, self.tab.name, path),
            "part": self.tab if self.tab.name != OVERVIEW else None,
            "object": obj,
            "path": path,
            "screen": self,
            "title": self.get_title(),
        }
        if self.tab.name == HISTORY:
            after = request.GET.get("after", "")
            page = changes.changes(self.history_sources, user=request.user, after=after)
            more = f"{path}?tab={HISTORY}&after={page.after}" if page.after else ""
            context |= {"changes": page.rows, "more_url": more, "is_later": bool(after)}
        elif self.tab.name == ATTACHMENTS:
            context |= self.attachment_context()
        return context

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        obj = self.object
        named = {self.context_object_name or obj._meta.model_name: obj}
        visible, menu = in_head(shown(self.actions(obj), self.request.user))
        menu = [*menu, *self.task_about(obj)]
        known = self.shown_tabs()
        self.tab = getattr(self, "tab", known[0])
        return super().get_context_data(
            **{
                **self.part_context(known),
                "subtitle": self.subtitle(obj),
                "badges": self.badges(obj),
                "head_figures": self._figure_panels(),
                "figures": self.figures(obj),
                "record_actions": visible,
                "menu_actions": menu,
                "details": self.shown_details(),
                "panels": self.panels,
                "side_panels": self.side_panels,
                "version": version_of(obj),
                "live_also": self.live_also(obj),
                **named,
                **kwargs,
            }
        )

    def task_about(self, obj: Any) -> list[Action]:
        """A task can be written about every record, from its menu; the app of tasks is known by its address only."""
        if not self.takes_tasks or not hasattr(obj, "get_absolute_url"):
            return []
        try:
            address = reverse("accounts:task_add")
        except NoReverseMatch:  # a site without tasks
            return []
        about = f"{address}?about={obj._meta.label_lower}:{obj.pk}"
        return [Action(_("New task"), href=about, icon="clipboard-document-check", ask=True)]

    def _figure_panels(self) -> SafeString:
        drawn = [panels.render(self.request, name, self.object.pk).strip() for name in self.figure_panels]
        return SafeString("".join(drawn))  # what other screens rendered, escaped by their templates


def in_head(actions: Iterable[Action]) -> tuple[list[Action], list[Action]]:
    """The buttons of the header, the primary one last, and those of its menu.

    A few stand side by side. When there are more, what destroys goes into the menu first.
    """
    every = list(actions)
    primary = [action for action in every if action.tone == "primary"][:1]
    rest = [action for action in every if action not in primary]
    if len(rest) <= BESIDE:
        return [*rest, *primary], []
    beside = [action for action in rest if action.tone != "danger"][:BESIDE]
    menu = [action for action in rest if action not in beside]
    return [*beside, *primary], menu
