"""The one list page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple

from django.contrib import messages
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.template.loader import render_to_string
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from core import listing
from core.errors import Refusal

from .actions import Action, on, shown, version_of
from .bulk import Bulk
from .columns import Cell, Column
from .files import Exporting
from .filters import Chip, chips, names_of


class Row(NamedTuple):
    """One line of the table: what stands in it, what its tick sends, its name, and where it is changed."""

    record: Any
    cells: list[Cell]
    tick: str = ""
    name: str = ""
    edit_url: str = ""


class Heading(NamedTuple):
    """The head of one column: where a click on it leads, and how it sorts now ("", ascending, descending)."""

    column: Column
    url: str
    sorted: str


class Nothing(NamedTuple):
    """An empty list: why, and the ways out of it (label and address), or the next step."""

    title: str
    text: str
    icon: str
    ways: list[tuple[str, str]]
    action: Action | None


class ListScreen(Exporting, Bulk):
    """Every list: search, filters as chips, saved views, columns to choose, sorting, keyset pages, bulk actions, files.

        class OrderList(ListScreen):
            model = Order
            permission_required = "orders.view_order"
            title = _("Orders")
            queryset = Order.objects.select_related("customer")
            columns = [
                Column(_("Order"), "code", kind="code", link=True, sub="customer.name", phone="title"),
                Column(_("Total"), "total", kind="money", currency="currency", order="total", phone="figure"),
                Column(_("Status"), "status", kind="status", phone="show"),
                Column(_("Placed"), "placed_at", kind="ago", order="placed_at"),
                Column(_("Note"), "note", hidden=True),
            ]
            ordering = ["-placed_at"]
            search_hint = _("Number, shop, phone…")
            filterset_class = OrderFilter
            tabs = [Tab("all", _("All")), Tab("held", _("On hold"), lambda rows, user: rows.on_hold())]
            bulk = [BulkAction(_("Deliver"), "deliver", perform=_deliver, permission="orders.deliver_order",
                               ask=_("Hands over what is reserved."))]
            actions = [Action(_("New order"), "orders:order_new", permission="orders.add_order", tone="primary")]
            edit = Action(_("Change"), "orders:order_change", permission="orders.change_order")
            export_permission = "orders.view_order"
            empty = _("No orders yet. The first one takes a minute.")
            empty_action = actions[0]

            def search(self, rows, text):
                return rows.search(text)

    Its whole state is in the address: `q` (search), `tab`, `view`, `sort`, `cols`, the filters, `after`/`before`
    (page), `export`, `done` (the outcome of a bulk action). An htmx request for `#list` gets the table alone. A form
    of the list posts to its own address with `do` (`columns`, `view`, `bulk`, `export`) and `state`: its query then.
    The number of queries doesn't depend on the number of rows: join what the columns reach with `select_related` /
    `prefetch_related`, or by the column's own `load`.
    """

    template_name = "core/list.html"
    partial_template_name = "core/_list.html"
    http_method_names = ["get", "post", "head", "options"]
    ordering: ClassVar[Sequence[str]] = ("-pk",)
    per_page: ClassVar[int] = listing.ROWS
    search: ClassVar[Any] = None
    search_hint: ClassVar[str | Promise] = ""
    filterset_class: ClassVar[Any] = None
    actions: ClassVar[Sequence[Action]] = ()
    edit: ClassVar[Action | None] = None
    empty: ClassVar[str | Promise] = ""
    empty_action: ClassVar[Action | None] = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.get("export")
        if wanted:
            return self.export(wanted)
        return self.page(partial=self.htmx_target == "list")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """What the forms of the list ask for. A refusal is said, and the list stays as it is."""
        doing: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
            "columns": lambda request: self.go_to(self.arrange(request)),
            "view": lambda request: self.go_to(self.keep_view(request)),
            "export": lambda request: self.export_later(request.POST.get("kind", "")),
            "bulk": self.act,
        }
        self.get_queryset()  # a list that is about a record of somebody else is not there, whatever is sent
        asked = doing.get(request.POST.get("do", ""))
        if asked is None:
            return HttpResponseBadRequest()
        try:
            return asked(request)
        except Refusal as refusal:
            return self.say(refusal.text, "error")

    def page(self, *, partial: bool) -> HttpResponse:
        """The page, or of it what changes."""
        names = [self.partial_template_name] if partial else self.get_template_names()
        response = self.response_class(
            self.request, names, self.get_context_data(), using=self.template_engine
        )
        if partial:
            response["HX-Push-Url"] = self.here
        return response

    def go_to(self, url: str) -> HttpResponse:
        """The list in another state: by htmx only its changing part, by redirect the page."""
        if not getattr(self.request, "htmx", None):
            return HttpResponseRedirect(url)
        asked: Any = self.request
        asked.method, asked.GET = "GET", QueryDict(url.partition("?")[2])
        screen = type(self)()
        screen.setup(asked, *self.args, **self.kwargs)
        response = screen.page(partial=True)
        response["HX-Retarget"], response["HX-Reswap"] = "#list", "innerHTML"
        return response

    def say(self, text: str, level: str) -> HttpResponse:
        """A sentence on the list as it is."""
        if getattr(self.request, "htmx", None):
            said = render_to_string(
                "core/components/toast.html", {"text": text, "level": level}, self.request
            )
            return HttpResponse(said, headers={"HX-Reswap": "none"})
        messages.add_message(self.request, getattr(messages, level.upper()), text)
        return HttpResponseRedirect(self.url())

    # --- which rows -------------------------------------------------------------------------------------------
    @property
    def live_topic(self) -> str:
        """What makes an open list look again: any change of a record of its kind (core.live)."""
        model = self.model or (self.queryset.model if self.queryset is not None else None)
        return model._meta.label_lower if model is not None else ""

    @cached_property
    def text(self) -> str:
        """What is searched for. NUL can't be stored, so it can't be searched for either."""
        return self.query.get("q", "").replace("\x00", "").strip()[:200]

    @property
    def searchable(self) -> bool:
        """Whether there is a search field. (A template that asks for `search` itself would call it.)"""
        return self.search is not None

    def _filterset(self, data: QueryDict) -> Any:
        return self.filterset_class(data, queryset=self.get_queryset(), request=self.request)

    @cached_property
    def filterset(self) -> Any:
        """The filters as they were asked for, with what is wrong in them."""
        return None if self.filterset_class is None else self._filterset(self.query)

    @cached_property
    def sound_filters(self) -> Any:
        """The filters less those that mean nothing (any more): the list opens, and says which were left out."""
        if self.filterset is None or self.filterset.form.is_valid():
            return self.filterset
        data = self.query.copy()
        for name in self.filterset.form.errors:
            for key in names_of(name) & set(data):
                del data[key]
        return self._filterset(data)

    def left_out(self) -> list[tuple[str, str]]:
        """The filters that mean nothing: what each is called, and the list without it."""
        if self.filterset is None or self.filterset.form.is_valid():
            return []
        fields = self.filterset.form.fields
        return [
            (str(fields[name].label or name), self.without(names_of(name)))
            for name in self.filterset.form.errors
            if name in fields
        ]

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """The rows that search, filters and tab leave: what is paged, counted, acted on and exported."""
        rows = self.get_queryset()
        if self.tab and self.tab.narrow:
            rows = self.tab.narrow(rows, self.request.user)
        if self.sound_filters is not None and self.sound_filters.form.is_valid():
            rows = self.sound_filters.filter_queryset(rows)
        if self.text and self.search is not None:
            rows = self.search(rows, self.text)
        for column in self.shown_columns:
            rows = column.load(rows) if column.load else rows
        return rows

    def get_order(self) -> list[str]:
        """The column that was clicked, before the list's own order."""
        asked = self.query.get("sort", "")
        known = {c.order for c in self.permitted_columns if c.order}
        if asked.lstrip("-") in known and not asked.startswith("--"):
            return [asked]
        return list(self.ordering)

    # --- what the page shows ----------------------------------------------------------------------------------
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        get, user = self.query, self.request.user
        page = listing.page(
            self.rows,
            self.get_order(),
            after=get.get("after", ""),
            before=get.get("before", ""),
            size=self.per_page,
        )
        chips = self.chips()
        count = self.get_count(page)
        buttons = shown(self.actions, user)
        return super().get_context_data(
            page=page,
            table=[self.row(record) for record in page.rows],
            headings=self.headings(),
            count=count,
            chips=chips,
            after_url=self.url(after=page.after) if page.after else "",
            before_url=self.url(before=page.before) if page.before else "",
            clear_url=self.clear_url,
            nothing=None if page.rows else self.nothing(chips),
            list_actions=buttons,
            further_actions=_further(buttons),
            exports=self.exports(count),
            outcome=self.bulk_outcome(),
            **kwargs,
        )

    def nothing(self, chips: Sequence[Chip]) -> Nothing:
        """Why there are no rows, and which ways lead to some."""
        user, ways = self.request.user, []
        if self.text or chips:
            if self.text:
                ways.append((_("Clear the search"), self.without(["q"])))
            if chips:
                ways.append((_("Clear the filters"), self.without_filters()))
            if self.text and chips:
                ways.append((_("Show all"), self.clear_url))
            wanted = [_("“%s”") % self.text] if self.text else []
            fits = _("No row fits %s.") % " · ".join([*wanted, *(chip.text for chip in chips)])
            return Nothing(_("Nothing fits"), fits, "magnifying-glass", ways, None)
        if self.view is not None or (self.tab and self.tab.narrow and self.tab != self.tabs[0]):
            label = self.view.name if self.view is not None else self.tab.label if self.tab else ""
            text = _("Nothing is in “%s” now.") % label
            return Nothing(text, "", "check-circle", [(_("Show all"), self.request.path)], None)
        step = next(iter(shown([self.empty_action], user)), None) if self.empty_action else None
        return Nothing(_("Nothing here yet"), str(self.empty), "inbox", [], step)

    def without_filters(self) -> str:
        """This list less its filters, with what is searched for."""
        names = (
            {key for name in self.filterset.form.fields for key in names_of(name)}
            if self.filterset
            else set()
        )
        return self.without(names)

    def row(self, record: Any) -> Row:
        """A line of the table. Ticks and the way to change it are there only for those who may use them."""
        edit = on(self.edit, record.pk) if self.may_edit and self.edit else None
        tick = ""
        if self.bulk_actions:
            version = version_of(record)
            tick = f"{record.pk}@{version}" if version else str(record.pk)
        return Row(
            record,
            self.cells(record),
            tick,
            str(record) if tick else "",
            edit.url if edit else "",
        )

    @cached_property
    def may_edit(self) -> bool:
        return bool(shown([self.edit], self.request.user))

    def cells(self, record: Any) -> list[Cell]:
        return [Cell(column, column.cell(record, self.request)) for column in self.shown_columns]

    def get_count(self, page: listing.Page) -> listing.Count:
        """No second query when everything is on this page."""
        if not page.after and not page.before:
            return listing.Count(len(page.rows), True)
        return listing.count(self.rows)

    def headings(self) -> list[Heading]:
        now = self.get_order()[0] if self.get_order() else ""
        made = []
        for column in self.shown_columns:
            ascending = now == column.order
            state = "" if now.lstrip("-") != column.order else "ascending" if ascending else "descending"
            first = (
                f"-{column.order}"
                if column.numeric or column.kind in {"date", "moment", "ago"}
                else column.order
            )
            other = {"ascending": f"-{column.order}", "descending": column.order}.get(state, first)
            made.append(
                Heading(column, self.url(sort=other) if column.order else "", state if column.order else "")
            )
        return made

    def chips(self) -> list[Chip]:
        return chips(self.sound_filters, self.without) if self.sound_filters is not None else []


def _further(buttons: Sequence[Action]) -> list[Action]:
    """Of more than two buttons of a list, those that a phone has behind the dots: all but the one that matters."""
    if len(buttons) < 3:
        return []
    first = next((button for button in buttons if button.tone == "primary"), buttons[0])
    return [button for button in buttons if button is not first]
