"""Products, the phones they fit, what they cost and sell for, and the opening stock."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction

from inventory.models import (
    Brand,
    Category,
    Compatibility,
    DeviceModel,
    GoodsReceipt,
    GoodsReceiptLine,
    Product,
    ProductCost,
    StockLevel,
    StockMove,
    Supplier,
)
from inventory.operations import recompute_costs
from pricing.models import PriceRule
from pricing.rules import Candidate

from .copying import Rows, as_json, new_keys
from .ground import Ground
from .numbers import Numbers
from .plan import SKU, dice_for
from .vocabulary import COLOURS, MAKERS, PARTS

CHUNK = 1000
LINES_OF_A_RECEIPT = 50


class Piece(NamedTuple):
    """A product as the sale needs it: what it costs, and the prices that may count, for everybody and for members."""

    pk: int
    sku: str
    name: str
    cost: Decimal
    prices: list[Candidate]
    members: list[Candidate]


class Phone(NamedTuple):
    """The n-th phone that parts are sold for."""

    maker: str
    name: str
    code: str


def phone(number: int) -> Phone:
    makers = list(MAKERS)
    maker = makers[number % len(makers)]
    place = number // len(makers)
    series, code = MAKERS[maker]
    name = f"{series[place % len(series)]}{place // len(series) + 5}".strip()
    return Phone(maker, name, code.format(place))


def count_products() -> int:
    return Product.objects.filter(sku__startswith=SKU).count()


@transaction.atomic
def add_products(first: int, last: int, ground: Ground, *, at: dt.datetime) -> int:
    """Products number `first` to before `last`, received into the main store and one godown. Rows written."""
    phones = sorted({number // len(PARTS) for number in range(first, last)})
    devices = _devices([phone(number) for number in phones])
    brands = dict(Brand.objects.values_list("name", "pk"))
    shelves = {name: Category.objects.get_or_create(path=name)[0].pk for _w, name, _g, _c in PARTS}
    rows, stock = Rows(), []
    for number, key in zip(range(first, last), new_keys(Product, last - first), strict=True):
        dice, made_for = dice_for("goods", number), phone(number // len(PARTS))
        words, shelf, grade, about = PARTS[number % len(PARTS)]
        colour = dice.choice(COLOURS)
        cost = Decimal(about * dice.randrange(70, 160)) / 100
        price = (cost * dice.randrange(122, 150) / 100).quantize(Decimal(1))
        rows.add(
            Product,
            id=key,
            sku=f"{SKU}{number + 1:06}",
            name=f"{made_for.maker} {made_for.name} {made_for.code} {words}, {colour}",
            brand_id=brands[made_for.maker],
            category_id=shelves[shelf],
            grade=grade,
            colour=colour,
            barcode=f"890{number + 1:010}",
            warranty_months=dice.choice([0, 3, 6, 12]),
            list_price=price,
            reorder_point=dice.choice([None, 5, 10, 20]),
            is_active=dice.random() > 0.02,
            created_at=at,
            updated_at=at,
        )
        rows.add(ProductCost, product_id=key, average=cost, last=cost)
        device = devices[made_for.maker, made_for.name.upper()]
        rows.add(Compatibility, product_id=key, device_model_id=device, confidence=Decimal(1))
        _prices(rows, key, price, number, ground)
        pieces = 0 if dice.random() < 0.05 else dice.choice([2, 6, 15, 40, 80])
        for location in (ground.locations[0], ground.locations[1 + number % 2]):
            if pieces:
                rows.add(StockLevel, product_id=key, location_id=location, on_hand=pieces, reserved=0)
                stock.append((location, key, pieces, cost))
    with Numbers() as numbers:
        receive(rows, stock, numbers, by=ground.storekeeper, at=at)
        written = rows.write()
    recompute_costs([line[1] for line in stock], at=at)
    return written


def receive(
    rows: Rows, stock: list[tuple[int, int, int, Decimal]], numbers: Numbers, *, by: int, at: dt.datetime
) -> None:
    """Goods receipts of (location, product, pieces, cost), each of a size that a person could have counted."""
    supplier = Supplier.objects.get_or_create(name="Volume Displays Co.")[0].pk
    for location in sorted({line[0] for line in stock}):
        lines = [line for line in stock if line[0] == location]
        parts = [
            lines[start : start + LINES_OF_A_RECEIPT] for start in range(0, len(lines), LINES_OF_A_RECEIPT)
        ]
        for key, part in zip(new_keys(GoodsReceipt, len(parts)), parts, strict=True):
            number = numbers.take("GRN", at)
            rows.add(
                GoodsReceipt,
                id=key,
                number=number,
                location_id=location,
                supplier_id=supplier,
                document=f"HY-{key}",
                reference=f"receipt:{number}",
                by_id=by,
                at=at,
            )
            moves = [rows.key(StockMove) for _line in part]
            for position, (move, (_place, product, pieces, cost)) in enumerate(
                zip(moves, part, strict=True), 1
            ):
                rows.add(
                    GoodsReceiptLine,
                    receipt_id=key,
                    product_id=product,
                    quantity=pieces,
                    unit_cost=cost,
                    move_id=move,
                )
                rows.add(
                    StockMove,
                    id=move,
                    product_id=product,
                    location_id=location,
                    kind=StockMove.Kind.RECEIPT,
                    quantity=pieces,
                    unit_cost=cost,
                    reference=f"receipt:{number}:{position}",
                    document=number,
                    by_id=by,
                    at=at,
                )


def _devices(phones: list[Phone]) -> dict[tuple[str, str], int]:
    """The keys of these phones, by maker and name; those missing are made."""
    for maker in {each.maker for each in phones}:
        Brand.objects.get_or_create(name=maker)
    brands = dict(Brand.objects.values_list("name", "pk"))

    def known() -> dict[tuple[str, str], int]:
        found = DeviceModel.objects.filter(brand__name__in=MAKERS)
        return {
            (brand, name.upper()): pk for brand, name, pk in found.values_list("brand__name", "name", "pk")
        }

    there, rows = known(), Rows()
    for each in phones:
        if (each.maker, each.name.upper()) not in there:
            codes = as_json([each.code])
            rows.add(DeviceModel, brand_id=brands[each.maker], name=each.name, codes=codes)
    rows.write()
    return known()


def _prices(rows: Rows, product: int, price: Decimal, number: int, ground: Ground) -> None:
    """A quantity break for some, a wholesale price for many."""

    def rule(price_list: int, percent: int, pieces: int) -> None:
        asked = (price * percent / 100).quantize(Decimal(1))
        rows.add(
            PriceRule,
            price_list_id=price_list,
            product_id=product,
            unit_price=asked,
            min_quantity=pieces,
        )

    if number % 3 == 0:
        rule(ground.base.pk, 96, 10)
    if number % 2 == 0:
        rule(ground.wholesale_list.pk, 93, 1)


def load_pieces(ground: Ground) -> list[Piece]:
    """All products of the seed that are sold, oldest first, with the prices that may count."""
    with connection.cursor() as cursor:
        cursor.execute(PIECES, [[ground.base.pk, ground.wholesale_list.pk], f"{SKU}%"])
        rows = cursor.fetchall()
    pieces: dict[int, Piece] = {}
    for key, sku, name, cost, price, rule, price_list, unit_price, smallest in rows:
        listed = Candidate(0, "list_price", "", settings.CURRENCY, price, ground.base.prices_include_tax)
        piece = pieces.setdefault(key, Piece(key, sku, name, cost, [listed], [listed]))
        if rule is not None:
            of = ground.base if price_list == ground.base.pk else ground.wholesale_list
            candidate = Candidate(
                rule, of.kind, of.name, of.currency, unit_price, of.prices_include_tax, smallest
            )
            piece.members.append(candidate)
            if of is ground.base:
                piece.prices.append(candidate)
    return list(pieces.values())


PIECES = """
SELECT p.id, p.sku, p.name, c.average, p.list_price, r.id, r.price_list_id, r.unit_price, r.min_quantity
FROM inventory_product p
JOIN inventory_productcost c ON c.product_id = p.id
LEFT JOIN pricing_pricerule r ON r.product_id = p.id AND r.price_list_id = ANY (%s::bigint[]) AND r.customer_id IS NULL
     AND r.valid_from IS NULL AND r.valid_to IS NULL
WHERE p.sku LIKE %s AND p.is_active
ORDER BY p.id
"""
