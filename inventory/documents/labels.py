"""Labels on sheets and rolls, as PDF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.paper import html_to_pdf
from core.templatetags.figures import price
from inventory.models import Product

from .codes import Code, draw_code

TEMPLATE, STYLES = "inventory/documents/labels.html", "inventory/documents/labels.css"
PADDING = 2.0
"""Millimetres between the edge of a label and what stands on it."""


@dataclass(frozen=True)
class Format:
    """A paper with labels on it, in millimetres. A roll has one label a page."""

    name: str
    label: str | Promise
    page: tuple[float, float]
    size: tuple[float, float]
    columns: int = 1
    rows: int = 1
    corner: tuple[float, float] = (0, 0)
    step: tuple[float, float] = (0, 0)

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    def place(self, index: int) -> tuple[float, float]:
        """Where the label of this place of a page begins, from the left and from the top."""
        row, column = divmod(index, self.columns)
        return (
            round(self.corner[0] + column * self.step[0], 2),
            round(self.corner[1] + row * self.step[1], 2),
        )


A4 = (210.0, 297.0)
FORMATS = {
    made.name: made
    for made in (
        Format(
            "a4-21", _("A4, 21 labels of 63.5 × 38.1 mm"), A4, (63.5, 38.1), 3, 7, (7.2, 15.1), (66.0, 38.1)
        ),
        Format("a4-24", _("A4, 24 labels of 70 × 37 mm"), A4, (70.0, 37.0), 3, 8, (0, 0.5), (70.0, 37.0)),
        Format("a4-40", _("A4, 40 labels of 52.5 × 29.7 mm"), A4, (52.5, 29.7), 4, 10, (0, 0), (52.5, 29.7)),
        Format(
            "a4-65", _("A4, 65 labels of 38.1 × 21.2 mm"), A4, (38.1, 21.2), 5, 13, (4.7, 10.7), (40.6, 21.2)
        ),
        Format("roll-58x40", _("Roll, 58 × 40 mm"), (58.0, 40.0), (58.0, 40.0)),
        Format("roll-50x30", _("Roll, 50 × 30 mm"), (50.0, 30.0), (50.0, 30.0)),
        Format("roll-40x30", _("Roll, 40 × 30 mm"), (40.0, 30.0), (40.0, 30.0)),
        Format("roll-40x20", _("Roll, 40 × 20 mm"), (40.0, 20.0), (40.0, 20.0)),
    )
}
DEFAULT = "a4-24"


class Label(NamedTuple):
    """What stands on one label. `value` is what its code says."""

    name: str
    sku: str
    details: str
    price: str
    value: str
    code: Code


class Placed(NamedTuple):
    """A label where it stands on its page, in millimetres."""

    label: Label
    left: float
    top: float


def label_of(product: Product, paper: Format, *, with_price: bool) -> Label:
    """The label of a product: its barcode, or its SKU where it has none."""
    details = " · ".join(filter(None, [product.get_grade_display(), product.colour]))
    said = str(price(product.list_price)) if with_price and product.list_price is not None else ""
    value = product.barcode or product.sku
    code = draw_code(value, paper.size[0] - 2 * PADDING)
    return Label(product.name, product.sku, details, said, value, code)


def pages_of(labels: Iterable[Label], paper: Format, *, start: int = 1) -> list[list[Placed]]:
    """Labels page by page; on the first page the places before `start` (from 1) stay empty, used up already."""
    pages: list[list[Placed]] = []
    for index, label in enumerate(labels, min(max(start, 1), paper.per_page) - 1):
        page, place = divmod(index, paper.per_page)
        while len(pages) <= page:
            pages.append([])
        pages[page].append(Placed(label, *paper.place(place)))
    return pages


def print_labels(
    wanted: Sequence[tuple[Product, int]], paper: Format, *, with_price: bool = False, start: int = 1
) -> bytes:
    """So many labels of each product as PDF, the copies of one side by side."""
    labels: list[Label] = []
    for product, copies in wanted:
        labels += [label_of(product, paper, with_price=with_price)] * copies
    pages = pages_of(labels, paper, start=start)
    html = render_to_string(TEMPLATE, {"pages": pages, "paper": paper})
    return html_to_pdf(html, STYLES)
