"""What the stock is worth on a day, and the differences that were told of what had left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import exports
from core.keys import read_key
from core.screens import Column, Crumb, ListScreen, Screen
from inventory.forms import CostVarianceFilter, ValuationForm
from inventory.models import CostVariance
from inventory.queries.worth import Line, Question, Sum, all_worth, worth_by, worth_page, worth_total

from .products import STOCK

GROUPS = [("", _("Product")), ("category", _("Category")), ("location", _("Location"))]
VALUATION = Crumb(_("Stock valuation"), "inventory:stock_valuation")


class StockValuation(Screen):
    """Pieces, average cost, and the worth at the average and first in first out, by product, category or location.

    The sums are of all lines, a page holds a hundred of them, the file all. What can't be read is said, and the
    valuation of today is shown.
    """

    template_name = "inventory/valuation.html"
    permission_required = "inventory.view_cost"
    title = _("Stock valuation")
    crumbs = [STOCK]

    @cached_property
    def form(self) -> ValuationForm:
        return ValuationForm(self.request.GET)

    @cached_property
    def answers(self) -> dict[str, Any]:
        form = self.form if self.form.is_valid() else ValuationForm({})
        form.is_valid()
        return form.cleaned_data

    @cached_property
    def question(self) -> Question:
        told = self.answers
        category = told["category"].path if told["category"] else None
        if self.request.GET.get("category") == "0":
            category = ""
        location = told["location"].pk if told["location"] else None
        return Question(told["on"], category, location, told["product"])

    @cached_property
    def group(self) -> str:
        return str(self.answers["group"])

    @cached_property
    def after(self) -> int:
        return read_key(self.request.GET.get("after")) or 0

    def query(self, **changes: Any) -> str:
        """The question, for links, with some of it changed; None takes one out."""
        kept = self.request.GET.copy()
        for name in ("export", "after"):
            kept.pop(name, None)
        for name, value in changes.items():
            kept.pop(name, None)
            if value is not None:
                kept[name] = str(value)
        return kept.urlencode()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.get("export")
        if not wanted:
            return super().get(request, *args, **kwargs)
        if wanted not in {"csv", "xlsx"}:
            raise Http404
        write = exports.csv_response if wanted == "csv" else exports.xlsx_response
        ending = [gettext("Pieces"), gettext("Worth at average"), gettext("Worth first in first out")]
        name = f"stock-valuation-{self.question.on}"
        if self.group:
            headers = [str(dict(GROUPS)[self.group]), gettext("Products"), *ending]
            return write(f"{name}-{self.group}", headers, self.group_lines())
        headers = [gettext("SKU"), gettext("Product"), gettext("Category"), gettext("Average cost"), *ending]
        return write(name, headers, self.lines())

    def lines(self) -> Iterator[list[Any]]:
        for row in all_worth(self.question):
            yield [row.sku, row.name, row.category, row.cost, row.pieces, row.average, row.fifo]

    def group_lines(self) -> Iterator[list[Any]]:
        for row in worth_by(self.question, self.group):
            yield [self.named(row), row.products, row.pieces, row.average, row.fifo]

    def named(self, row: Sum) -> str:
        return row.name or gettext("no category")

    def narrowed(self) -> list[tuple[str, str]]:
        """What the lines are narrowed to, in words, each with the address without it."""
        told = []
        if self.question.category is not None:
            name = self.question.category or gettext("no category")
            told.append((gettext("Category: %(name)s") % {"name": name}, self.query(category=None)))
        if self.answers["location"]:
            name = str(self.answers["location"])
            told.append((gettext("Location: %(name)s") % {"name": name}, self.query(location=None)))
        if self.question.product:
            name = self.question.product
            told.append((gettext("SKU: %(name)s") % {"name": name}, self.query(product=None)))
        return told

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows: list[Line] = []
        groups: list[tuple[Sum, str, str]] = []
        following = 0
        if self.group:
            sums = worth_by(self.question, self.group)
            groups = [
                (row, self.named(row), self.query(group=None, **{self.group: row.key or 0})) for row in sums
            ]
        else:
            rows, following = worth_page(self.question, after=self.after)
        return super().get_context_data(
            form=self.form,
            problem=next((errors[0] for errors in self.form.errors.values()), ""),
            on=self.question.on,
            tabs=[
                ({"label": label}, f"?{self.query(group=key or None)}", key == self.group)
                for key, label in GROUPS
            ],
            group_label=dict(GROUPS)[self.group],
            narrowed=self.narrowed(),
            rows=rows,
            groups=groups,
            total=worth_total(self.question),
            next=following,
            paged=bool(self.after),
            query=self.query(),
            **kwargs,
        )


class CostVarianceList(ListScreen):
    model = CostVariance
    permission_required = "inventory.view_cost"
    title = _("Cost variances")
    crumbs = [STOCK, VALUATION]
    queryset = CostVariance.objects.select_related("product", "move", "by")
    columns = [
        Column(_("Product"), "product.name", link=lambda told: told.product.get_absolute_url(), sub="product.sku",
               phone="title"),
        Column(_("When"), "at", kind="moment", order="at", phone="show"),
        Column(_("Because of"), "cause", kind="status", phone="show"),
        Column(_("Document"), "document", kind="code", phone="show"),
        Column(_("What left"), "move.document", kind="code"),
        Column(_("Left on"), "move.at", kind="moment"),
        Column(_("Pieces"), "pieces", kind="number"),
        Column(_("Cost before"), "before", kind="price"),
        Column(_("Cost now"), "after", kind="price"),
        Column(_("Difference"), "amount", kind="money", phone="figure"),
        Column(_("By"), "by.name", hidden=True),
    ]  # fmt: skip
    ordering = ["-at"]
    search_hint = _("Document or SKU…")
    filterset_class = CostVarianceFilter
    export_permission = "inventory.view_cost"
    empty = _("Nothing that left turned out to cost something else.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(document__iexact=text) | rows.filter(product__sku__iexact=text)
