"""What a list shows of a row: declared once, for the table, the cards of a phone and the exported file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString
from phonenumbers import PhoneNumber, PhoneNumberFormat, format_number

from core.templatetags import figures

Kind = Literal[
    "text", "number", "money", "price", "percent", "date", "moment", "ago", "phone", "status", "code"
]
NUMBERS = {"number", "money", "price", "percent"}


@dataclass(frozen=True)
class Column:
    """One column.

        Column(_("Shop"), "customer.name", link=True, sub="customer.code", order="customer__name", phone="title")
        Column(_("Total"), "total", kind="money", currency="currency", order="total", phone="figure")
        Column(_("Status"), "status", kind="status", phone="show")
        Column(_("Margin"), "margin", kind="money", permission="inventory.view_cost")
        Column(_("Stock"), template="inventory/_stock_cell.html")

    `value`: a dotted path from the row (methods are called), or a function of the row. `kind` says how it is written.
    `template`: a partial for what text can't say; it gets `row` and `value`.
    `link`: the row's own page (`get_absolute_url`), or a function of the row giving an address.
    `sub`: a second line, small. `order`: the field to sort by ("" = can't be sorted).
    `phone`: on a narrow screen it is the "title" of the card, one of its two "figure"s, an ordinary line ("show"), a
    line with its label ("label"), or left out ("hide").
    `permission`: without it the column exists neither on the page nor in the file.
    `file`: False leaves it out of exports (a column of buttons).
    `hidden`: not shown until a person chooses it. `load`: what only this column needs of the rows (an annotation, a
    join), asked for when it is shown: `load=lambda rows: rows.annotate(city=queries.city())`.
    `key`: what layouts and saved views call it; by itself the path of its value. A function without a name of its own
    needs one. A key that is gone after an upgrade is passed over, so a column can be renamed at any time.
    """

    label: str | Promise
    value: str | Callable[[Any], Any] = ""
    kind: Kind = "text"
    template: str = ""
    link: bool | Callable[[Any], str] = False
    sub: str | Callable[[Any], Any] = ""
    order: str = ""
    currency: str | Callable[[Any], str] = ""
    phone: Literal["title", "figure", "show", "label", "hide"] = "hide"
    permission: str = ""
    file: bool = True
    hidden: bool = False
    load: Callable[[Any], Any] | None = None
    key: str = ""

    @property
    def name(self) -> str:
        """What this column is called where it is remembered; `manage.py check` refuses "" and what is there twice."""
        value = self.value if isinstance(self.value, str) else getattr(self.value, "__name__", "")
        return self.key or (value or self.order or self.template)[:40].replace("<lambda>", "")

    @property
    def fixed(self) -> bool:
        """Always shown: it says which row it is, and leads to it."""
        return self.phone == "title"

    @property
    def numeric(self) -> bool:
        return self.kind in NUMBERS

    @property
    def css(self) -> str:
        """The classes of its cells."""
        places = {
            "title": "title",
            "figure": "figure-cell",
            "show": "",
            "label": "labelled",
            "hide": "off-phone",
        }
        return " ".join(filter(None, ["num" if self.numeric else "", places[self.phone]]))

    def of(self, row: Any) -> Any:
        """The plain value, as the exported file holds it."""
        value = reach(row, self.value)
        if self.kind == "status" and isinstance(self.value, str):
            return _status_label(row, self.value, value)
        if isinstance(value, PhoneNumber):
            return format_number(value, PhoneNumberFormat.E164)
        return str(value) if isinstance(value, Model | Promise) else value

    def url_of(self, row: Any) -> str:
        """Where a link in this column leads; "" without one."""
        return str(self.link(row) if callable(self.link) else row.get_absolute_url() if self.link else "")

    def cell(self, row: Any, request: Any = None) -> SafeString:
        """What stands in the table."""
        if self.template:
            return SafeString(
                get_template(self.template).render({"row": row, "value": reach(row, self.value)}, request)
            )
        raw = reach(row, self.value)
        shown = self._written(row, raw)
        url = self.url_of(row)
        if url:
            shown = format_html('<a class="name" href="{}">{}</a>', url, shown)
        elif self.phone == "title":
            shown = format_html('<span class="name">{}</span>', shown)
        sub = reach(row, self.sub) if self.sub else ""
        return format_html('{}<span class="sub">{}</span>', shown, sub) if sub else conditional_escape(shown)

    def _written(self, row: Any, raw: Any) -> Any:
        if self.kind == "status":
            label = _status_label(row, self.value, raw) if isinstance(self.value, str) else raw
            return badge(str(label), figures.status_tone(raw)) if raw not in (None, "") else figures.DASH
        if self.kind in {"money", "price"}:
            currency = reach(row, self.currency) if self.currency else ""
            return (figures.money if self.kind == "money" else figures.price)(raw, currency)
        writer = WRITERS.get(self.kind)
        if writer:
            return writer(raw)
        return figures.DASH if raw in (None, "") else raw


class Cell(NamedTuple):
    """One cell, ready to be put in a table."""

    column: Column
    html: SafeString

    @property
    def blank(self) -> bool:
        """It says nothing but a dash: a card of a phone leaves it out."""
        return figures.DASH in self.html and strip_tags(self.html).strip() == figures.DASH


def _time(value: Any, written: str) -> SafeString | str:
    if not value:
        return written
    machine, full = figures.iso(value), figures.exact(value)
    return format_html('<time datetime="{}" title="{}">{}</time>', machine, full, written)


WRITERS: dict[str, Callable[[Any], Any]] = {
    "number": figures.num,
    "percent": figures.percent,
    "phone": figures.phone,
    "date": lambda value: _time(value, figures.day(value)),
    "moment": lambda value: _time(value, figures.moment(value)),
    "ago": lambda value: _time(value, figures.ago(value)),
    "code": lambda value: format_html('<span class="mono">{}</span>', value or figures.DASH),
}


def badge(label: str, tone: str = "") -> SafeString:
    """The badge component, for cells made in Python."""
    return SafeString(get_template("core/components/badge.html").render({"label": label, "tone": tone}))


def reach(row: Any, path: str | Callable[[Any], Any]) -> Any:
    """Follow a dotted path from a row; None where a step is missing or empty."""
    if callable(path):
        return path(row)
    value = row
    for step in path.split(".") if path else []:
        if value is None:
            return None
        try:
            value = value[step] if isinstance(value, dict) else getattr(value, step)
        except (ObjectDoesNotExist, KeyError):
            return None
        if callable(value) and not isinstance(value, type) and not hasattr(value, "all"):
            value = value()
    return value


def _status_label(row: Any, path: str, value: Any) -> Any:
    """The words of a choice field rather than what is stored."""
    *way, last = path.split(".")
    holder = reach(row, ".".join(way)) if way else row
    shown = getattr(holder, f"get_{last}_display", None)
    return shown() if shown else getattr(value, "label", value)
