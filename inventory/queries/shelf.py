"""What is here, what is promised, and what else would do."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from inventory.device_words import BRANDS
from inventory.models import (
    Compatibility,
    GoodsReceiptLine,
    Location,
    Product,
    ProductPhoto,
    StockLevel,
    StockMove,
)
from inventory.models.catalogue import Grade

if TYPE_CHECKING:  # the stubs are there in development only
    from typing import TypedDict

    from django_stubs_ext import WithAnnotations

    class Counts(TypedDict):
        face: int | None
        on_hand: int
        available: int

    CountedProduct = WithAnnotations[Product, Counts]


class Availability(NamedTuple):
    """Pieces of a product. `incoming` is what is on order from suppliers."""

    on_hand: int = 0
    reserved: int = 0
    available: int = 0
    incoming: int = 0


def availability(
    product_ids: Iterable[int], location: Location | int | None = None
) -> dict[int, Availability]:
    """Pieces per product at a location, or at all locations we sell from. Every product asked for is in the answer."""
    wanted = list(product_ids)
    place = location.pk if isinstance(location, Location) else location
    with connection.cursor() as cursor:
        cursor.execute(AVAILABLE, {"products": wanted, "location": place})
        found = {row[0]: Availability(*row[1:]) for row in cursor.fetchall()}
    return {product: found.get(product, NOTHING) for product in wanted}


NOTHING = Availability()
AVAILABLE = """
SELECT level.product_id, SUM(level.on_hand), SUM(level.reserved), SUM(level.on_hand - level.reserved)
FROM inventory_stocklevel level JOIN inventory_location location ON location.id = level.location_id
WHERE level.product_id = ANY (%(products)s::bigint[])
    AND CASE WHEN %(location)s::bigint IS NULL THEN location.kind = 'sellable'
        ELSE location.id = %(location)s::bigint END
GROUP BY 1
"""


def with_available(products: QuerySet[Product]) -> QuerySet[CountedProduct]:
    """Products with `on_hand` and `available`, summed over the locations we sell from, and the key of their first
    photo as `face`."""
    levels = (
        StockLevel.objects.filter(product=OuterRef("pk"), location__kind=Location.Kind.SELLABLE)
        .order_by()
        .values("product")
    )
    photos = ProductPhoto.objects.filter(product=OuterRef("pk"), removed_at=None)
    return products.annotate(
        face=Subquery(photos.order_by("position", "pk").values("pk")[:1]),
        on_hand=Coalesce(levels.annotate(sum=Sum("on_hand")).values("sum"), 0),
        available=Coalesce(levels.annotate(sum=Sum(F("on_hand") - F("reserved"))).values("sum"), 0),
    )


def substitutes(product: Product, limit: int = 10) -> QuerySet[Product]:
    """Other products of the same kind for one of the same devices, those that are here first."""
    devices = product.compatibilities.fitting().values("device_model")
    shared = Compatibility.objects.fitting().filter(product=OuterRef("pk"), device_model__in=devices)
    others = Product.objects.filter(Exists(shared), is_active=True).exclude(pk=product.pk)
    if product.category:
        kind = kind_path(product.category.path)
        others = others.filter(Q(category__path=kind) | Q(category__path__startswith=f"{kind} > "))
    return with_available(others.select_related("brand")).order_by("-available", "name")[:limit]


MOST_ALIKE = 300
"""Pairs that are looked at for substitutes of all short lines of an order together."""


def substitutes_of(
    products: Iterable[Product], location: Location | int, *, each: int = 3
) -> dict[int, list[tuple[Product, Availability]]]:
    """For each product, others of its kind for one of its devices that are here now: the nearest grade first.

    Of two as near the cheaper at list price, then the one with more pieces.

    Three queries, however many products. One that has no substitute here is missing.
    """
    short = {product.pk: product for product in products}
    pairs = (
        Compatibility.objects.fitting()
        .filter(
            product__in=short,
            device_model__compatibilities__product__is_active=True,
            device_model__compatibilities__state__in=Compatibility.FITTING,
        )
        .values_list("product_id", "device_model__compatibilities__product")
        .distinct()[:MOST_ALIKE]
    )
    alike: dict[int, set[int]] = {}
    for product, other in pairs:
        if other != product:
            alike.setdefault(product, set()).add(other)
    others = Product.objects.select_related("category").in_bulk(
        {pk for found in alike.values() for pk in found} | set(alike)
    )
    shelf = availability(others, location)
    best: dict[int, list[tuple[Product, Availability]]] = {}
    for pk, found in alike.items():
        here = [
            other for other in found if shelf[other].available > 0 and _same_kind(others[pk], others[other])
        ]
        here.sort(
            key=lambda other: (
                grades_apart(others[pk], others[other]),
                _list_price(others[other]),
                -shelf[other].available,
                others[other].name,
                other,
            )
        )
        if here:
            best[pk] = [(others[other], shelf[other]) for other in here[:each]]
    return best


FINEST_FIRST = [
    Grade.ORIGINAL,
    Grade.REFURBISHED,
    Grade.OLED_SOFT,
    Grade.AMOLED,
    Grade.OLED_HARD,
    Grade.INCELL,
    Grade.PREMIUM_COPY,
    Grade.TFT,
    Grade.COPY,
]
"""Grades as the trade ranks them: what stands beside one does best in its place."""


def grades_apart(product: Product, other: Product) -> int:
    """How many grades lie between two products; one whose grade nobody knows is farthest from all."""
    if product.grade == other.grade:
        return 0
    if not product.grade or not other.grade:
        return len(FINEST_FIRST)
    return abs(FINEST_FIRST.index(Grade(product.grade)) - FINEST_FIRST.index(Grade(other.grade)))


def _list_price(product: Product) -> Decimal:
    return Decimal("Infinity") if product.list_price is None else product.list_price


def _same_kind(product: Product, other: Product) -> bool:
    if not product.category:
        return True
    kind = kind_path(product.category.path)
    path = other.category.path if other.category else ""
    return path == kind or path.startswith(f"{kind} > ")


def kind_path(path: str) -> str:
    """The category without a maker at its end: `Displays > Xiaomi` holds the same kind as `Displays > Samsung`."""
    shelf, _arrow, last = path.rpartition(" > ")
    return shelf if shelf and last.casefold() in BRANDS else path


def last_moves(product: Product, limit: int = 10) -> QuerySet[StockMove]:
    return product.moves.select_related("location", "by").order_by("-at", "-pk")[:limit]


def last_receipts(product: Product, limit: int = 5) -> QuerySet[GoodsReceiptLine]:
    """What the latest pieces cost, and who sent them. For those who may see costs."""
    lines = product.receipt_lines.select_related("receipt__location", "receipt__supplier")
    return lines.order_by("-receipt__at", "-pk")[:limit]
