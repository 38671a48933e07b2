"""The one list page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.functional import Promise, cached_property
from django.utils.text import slugify

from core import exports, listing

from .actions import Action, shown
from .base import Screen
from .columns import Cell, Column
from .filters import Chip, chips


class Tab(NamedTuple):
    """A saved way to look at the list: `Tab("held", _("On hold"), lambda rows, user: rows.on_hold())`."""

    slug: str
    label: str | Promise
    narrow: Callable[[QuerySet[Any], Any], QuerySet[Any]] | None = None


class Row(NamedTuple):
    """One line of the table."""

    record: Any
    cells: list[Cell]


class Heading(NamedTuple):
    """The head of one column: where a click on it leads, and how it sorts now ("", ascending, descending)."""

    column: Column
    url: str
    sorted: str


class ListScreen(Screen):
    """Every list: search, filters as chips, tabs, sorting, keyset pages, cards on phones, export.

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
            ]
            ordering = ["-placed_at"]
            search_hint = _("Number, shop, phone…")
            filterset_class = OrderFilter
            tabs = [Tab("all", _("All")), Tab("held", _("On hold"), lambda rows, user: rows.on_hold())]
            actions = [Action(_("New order"), "orders:order_new", permission="orders.add_order", tone="primary")]
            export_permission = "orders.view_order"
            empty = _("No orders yet. The first one takes a minute.")
            empty_action = actions[0]

            def search(self, rows, text):
                return rows.search(text)

    Its whole state is in the address: `q` (search), `tab`, `sort`, the filters, `after`/`before` (page), `export`.
    An htmx request for `#list` gets the table alone. The number of queries doesn't depend on the number of rows: join
    what the columns reach with `select_related` / `prefetch_related`.
    """

    template_name = "core/list.html"
    partial_template_name = "core/_list.html"
    columns: ClassVar[Sequence[Column]] = ()
    ordering: ClassVar[Sequence[str]] = ("-pk",)
    per_page: ClassVar[int] = listing.ROWS
    search: ClassVar[Any] = None
    search_hint: ClassVar[str | Promise] = ""
    filterset_class: ClassVar[Any] = None
    tabs: ClassVar[Sequence[Tab]] = ()
    actions: ClassVar[Sequence[Action]] = ()
    empty: ClassVar[str | Promise] = ""
    empty_action: ClassVar[Action | None] = None
    export_permission: ClassVar[str | None] = None
    export_name: ClassVar[str] = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.get("export")
        if wanted:
            return self.export(wanted)
        context = self.get_context_data(**kwargs)
        names = [self.partial_template_name] if self.htmx_target == "list" else self.get_template_names()
        return self.response_class(request, names, context, using=self.template_engine)

    # --- which rows ---------------------------------------------------------------------------------------------
    @cached_property
    def text(self) -> str:
        """What is searched for. NUL can't be stored, so it can't be searched for either."""
        return self.request.GET.get("q", "").replace("\x00", "").strip()[:200]

    @property
    def searchable(self) -> bool:
        """Whether there is a search field. (A template that asks for `search` itself would call it.)"""
        return self.search is not None

    @cached_property
    def tab(self) -> Tab | None:
        asked = self.request.GET.get("tab", "")
        return next((tab for tab in self.tabs if tab.slug == asked), self.tabs[0] if self.tabs else None)

    @cached_property
    def filterset(self) -> Any:
        if self.filterset_class is None:
            return None
        return self.filterset_class(self.request.GET, queryset=self.get_queryset(), request=self.request)

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """The rows that search, filters and tab leave: what is paged, counted and exported."""
        rows = self.get_queryset()
        if self.tab and self.tab.narrow:
            rows = self.tab.narrow(rows, self.request.user)
        if self.filterset is not None and self.filterset.form.is_valid():
            rows = self.filterset.filter_queryset(rows)
        if self.text and self.search is not None:
            rows = self.search(rows, self.text)
        return rows

    @cached_property
    def shown_columns(self) -> list[Column]:
        """The columns this person may see."""
        user = self.request.user
        return [c for c in self.columns if not c.permission or user.has_perm(c.permission)]

    def get_order(self) -> list[str]:
        """The column that was clicked, before the list's own order."""
        asked = self.request.GET.get("sort", "")
        if asked.lstrip("-") in {c.order for c in self.shown_columns if c.order} and not asked.startswith(
            "--"
        ):
            return [asked]
        return list(self.ordering)

    # --- what the page shows ---------------------------------------------------------------------------------------
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        get = self.request.GET
        page = listing.page(
            self.rows,
            self.get_order(),
            after=get.get("after", ""),
            before=get.get("before", ""),
            size=self.per_page,
        )
        return super().get_context_data(
            page=page,
            table=[Row(record, self.cells(record)) for record in page.rows],
            headings=self.headings(),
            count=self.get_count(page),
            chips=self.chips(),
            after_url=self.url(after=page.after) if page.after else "",
            before_url=self.url(before=page.before) if page.before else "",
            clear_url=self.clear_url,
            narrowed=bool(self.text or self.chips()),
            list_actions=shown(self.actions, self.request.user),
            next_step=next(iter(shown([self.empty_action], self.request.user)), None)
            if self.empty_action
            else None,
            exports=[(kind, self.url(export=kind)) for kind in ("xlsx", "csv")] if self.may_export else [],
            **kwargs,
        )

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
            first = f"-{column.order}" if column.numeric else column.order
            other = {"ascending": f"-{column.order}", "descending": column.order}.get(state, first)
            made.append(
                Heading(column, self.url(sort=other) if column.order else "", state if column.order else "")
            )
        return made

    def chips(self) -> list[Chip]:
        return chips(self.filterset, self.request.GET) if self.filterset is not None else []

    def url(self, **changes: str) -> str:
        """This list with something changed. Anything but turning the page starts at its beginning."""
        query = self.request.GET.copy()
        for name in ("after", "before", "export"):
            query.pop(name, None)
        for name, value in changes.items():
            query[name] = value
        return f"{self.request.path}?{query.urlencode()}"

    @property
    def clear_url(self) -> str:
        """The list without search and filters, on the tab that is open."""
        return f"{self.request.path}?tab={self.tab.slug}" if self.tab else self.request.path

    def tab_links(self) -> list[tuple[Tab, str, bool]]:
        """The tabs, where each leads, and whether it is the one shown."""
        return [(tab, f"{self.request.path}?tab={tab.slug}", tab == self.tab) for tab in self.tabs]

    # --- the file ----------------------------------------------------------------------------------------------------
    @property
    def may_export(self) -> bool:
        asked = self.export_permission
        return asked is not None and (not asked or self.request.user.has_perm(asked))

    def export(self, kind: str) -> HttpResponseBase:
        """Exactly the rows and columns that this person is looking at, as a file."""
        if kind not in {"csv", "xlsx"}:
            raise Http404
        if not self.may_export:
            raise PermissionDenied
        columns = [c for c in self.shown_columns if c.file]
        headers = [str(c.label) for c in columns]
        name = self.export_name or slugify(self.get_title()) or "list"
        if kind == "xlsx":
            return exports.xlsx_response(name, headers, self.lines(columns))
        phones = [str(c.label) for c in columns if c.kind == "phone"]
        return exports.csv_response(name, headers, self.lines(columns), phone_columns=phones)

    def lines(self, columns: Sequence[Column]) -> Iterator[list[Any]]:
        """The rows of the file, read from the database in portions."""
        order = [name for name in self.get_order() if name.lstrip("-") != "pk"]
        for record in self.rows.order_by(*order, "pk").iterator(chunk_size=1000):
            yield [column.of(record) for column in columns]
