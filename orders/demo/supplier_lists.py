"""A supplier's price lists: one of a month ago that was accepted, and this morning's, with something of every kind."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

from django.core.files.base import ContentFile

from accounts.models import User
from inventory.models import Product, Supplier, SupplierPriceList
from inventory.operations import accept_entries, accept_supplier_list, compare_now

from .goods import Goods

HEADING = ["Item no", "Description", "Price", "Category", "Barcode"]
Row = tuple[str, str, Decimal | str, str, str]


def add_supplier_lists(users: dict[str, User], goods: Goods, *, now: dt.datetime) -> None:
    them = Supplier.objects.create(
        name="Guangzhou Lianfa Parts", email="sales@lianfa.example", currency="INR", lead_time_days=12
    )
    products = list(goods.products.values())[:24]
    before = [_row(number, product, Decimal(64)) for number, product in enumerate(products, start=1)]
    month_ago = now - dt.timedelta(days=31)
    first = _listed(them, before, "lianfa-october.csv", users["manager"], month_ago)
    accept_entries(first.entries.values_list("pk", flat=True), by=users["manager"], at=month_ago)
    _listed(them, _this_morning(before, products), "lianfa-november.csv", users["manager"], now)


def _row(number: int, product: Product, percent: Decimal) -> Row:
    assert product.list_price is not None
    price = (product.list_price * percent / 100).quantize(Decimal("0.01"))
    return f"LF-{number:03}", product.name, price, "Screens", ""


def _this_morning(before: list[Row], products: list[Product]) -> list[Row]:
    """Two gone, two renamed, five repriced (one above what we ask), three new, one twice, one in two minds, one for
    another phone."""
    rows = list(before[2:])
    for place, share in ((0, "1.04"), (1, "0.93"), (2, "1.12"), (3, "1.02"), (4, "1.75")):
        sku, name, price, category, barcode = rows[place]
        rows[place] = (
            sku,
            name,
            (Decimal(price) * Decimal(share)).quantize(Decimal("0.01")),
            category,
            barcode,
        )
    for place in (6, 7):
        sku, name, price, category, barcode = rows[place]
        rows[place] = sku, f"{name}, new packing", price, category, barcode
    rows[9] = (rows[9][0], "Apple iPhone SE 2020 A2296 display combo, incell, black", *rows[9][2:])
    Product.objects.filter(pk=products[20].pk).update(barcode="8901234500017")
    rows[10] = (*rows[10][:4], "8901234500017")
    rows += [
        (
            "LF-901",
            "Samsung Galaxy A14 SM-A145F display combo, original, black",
            Decimal("1240.00"),
            "Screens",
            "",
        ),
        (
            "LF-902",
            "Xiaomi Redmi Note 12 22111317I display combo, incell, black",
            Decimal("1020.00"),
            "Screens",
            "",
        ),
        ("LF-903", "Apple iPhone 11 A2221 battery, 3110 mAh", Decimal("410.00"), "Batteries", ""),
        ("LF-904", "Realme C33 RMX3624 display combo, TFT, black", Decimal("690.00"), "Screens", ""),
        ("LF-904", "Realme C33 RMX3624 display combo, TFT, black", Decimal("720.00"), "Screens", ""),
        ("LF-905", "Vivo Y16 V2204 display combo, TFT, black", "ask us", "Screens", ""),
    ]
    return rows


def _listed(them: Supplier, rows: list[Row], name: str, by: User, at: dt.datetime) -> SupplierPriceList:
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(HEADING)
    sheet.writerows(rows)
    file = ContentFile(out.getvalue().encode(), name=name)
    made = accept_supplier_list(them, file, by=by, at=at, reference=f"demo:{name}")
    columns = ("sku", "name", "price", "category", "barcode")
    made.mapping = dict(zip(columns, HEADING, strict=True))
    made.save(update_fields=["mapping"])
    compare_now(made, at=at)
    return made
