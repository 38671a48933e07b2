"""What stands on the counter's page: the lines as typed, and the buttons that change them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.keys import read_key
from inventory.models import Product
from inventory.queries import by_code
from orders.forms import MOST_PIECES, LineForm

MOST_AT_ONCE = 50
"""Products that one request may add: what a scanner saw while the connection was away."""


class Sheet:
    """The lines of an order in the order they were typed, a product once."""

    def __init__(self, lines: Iterable[LineForm] = ()) -> None:
        self.lines = list(lines)
        self.known = {line.product_id for line in self.lines}
        self.places: dict[int, int] = {}  # a product that took another's place
        self.more: list[tuple[int, int]] = []  # pieces put on lines that the page has
        self.last: tuple[int, int] = (0, 0)  # the product added last, and its pieces
        self.unknown: list[str] = []  # codes that name nothing

    @property
    def fresh(self) -> set[int]:
        """Products that the page has no line for yet."""
        return {line.product_id for line in self.lines} - self.known

    def add(self, product: int, pieces: int = 1) -> None:
        """A line more, or more pieces on the line there is."""
        pieces = min(max(1, pieces), MOST_PIECES)
        self.last = (product, pieces)
        if product in self.known:
            self.more.append((product, pieces))
        for place, line in enumerate(self.lines):
            if line.product_id == product:
                self.lines[place] = line.changed(quantity=line.pieces + pieces)
                return
        self.lines.append(LineForm.typed(product, pieces))

    def remove(self, product: int) -> None:
        self.lines = [line for line in self.lines if line.product_id != product]

    def set(self, product: int, pieces: int) -> None:
        self.lines = [
            line.changed(quantity=pieces) if line.product_id == product else line for line in self.lines
        ]

    def swap(self, product: int, other: int) -> None:
        """Another product in its place, as many pieces; where that has a line already, they go there."""
        for place, line in enumerate(self.lines):
            if line.product_id != product:
                continue
            if any(each.product_id == other for each in self.lines):
                self.remove(product)
                self.add(other, max(1, line.pieces))
            else:
                self.lines[place] = line.changed(product=other)
                self.places[other] = product
            return

    def take(self, verb: str, which: str) -> bool:
        """Do what a button says (`add:12:5`, `swap:12:31`); whether it was one of these."""
        first, _colon, second = which.partition(":")
        product, other = read_key(first), read_key(second)
        if product and verb == "add":
            self.add(product, other or 1)
        elif product and verb == "remove":
            self.remove(product)
        elif product and other and verb == "set":
            self.set(product, other)
        elif product and other and verb == "swap":
            self.swap(product, other)
        else:
            return False
        return True

    def take_all(self, adds: list[str], swaps: list[str], codes: list[str]) -> None:
        """What the page's script gathered: products picked, swapped and scanned since it was last answered."""
        for which in adds[:MOST_AT_ONCE]:
            self.take("add", which)
        for which in swaps[:MOST_AT_ONCE]:
            self.take("swap", which)
        asked = [code.partition(" ")[2] if _counted(code) else code for code in codes[:MOST_AT_ONCE]]
        found = by_code(asked) if asked else {}
        for code, text in zip(codes, asked, strict=False):
            if product := found.get(text):
                self.add(product.pk, _counted(code) or 1)
            else:
                self.unknown.append(text[:64])

    def keep(self, products: dict[int, Product]) -> None:
        """Lines of products that exist; one that is gone takes its line with it."""
        self.lines = [line for line in self.lines if line.product_id in products]

    def said(self, products: dict[int, Product]) -> str:
        """What was just added or not found, for the line under the search."""
        if self.unknown:
            return _("No product has the code “%(code)s”.") % {"code": self.unknown[0]}
        product, pieces = self.last
        if product not in products:
            return ""
        return _("Added: %(pieces)d × %(product)s") % {"pieces": pieces, "product": products[product].name}


def _counted(code: str) -> int:
    """The pieces before a code, `5 8901234567890`; 0 for none."""
    before, space, _rest = code.strip().partition(" ")
    return (read_key(before) or 0) if space and len(before) < 5 else 0
