"""What lies on the demo's shelves and what it costs: combo displays for the phones that repair shops see."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from decimal import Decimal
from typing import Any, NamedTuple

from accounts.models import User
from customers.models import Customer, Segment
from inventory.models import Location, Product
from inventory.operations import ReceiptLine, StockLine, import_products, receive_goods, transfer
from pricing.models import PriceList
from pricing.operations import create_list, set_price, set_tax_rate

SHORT = "LCD-SAM-A12-OR"
"""The product that is scarce in the demo."""
GRADES = {"IN": "incell", "OR": "original", "HO": "hard OLED", "SO": "soft OLED", "TF": "TFT"}


class Phone(NamedTuple):
    """A phone and the displays we have for it: (grade, list price in rupees)."""

    maker: str
    short: str
    name: str
    code: str
    displays: tuple[tuple[str, int], ...]


PHONES = [
    Phone("Apple", "IP11", "iPhone 11", "A2221", (("IN", 1850), ("HO", 2480), ("OR", 5900))),
    Phone("Apple", "IPXR", "iPhone XR", "A2105", (("IN", 1490), ("OR", 4700))),
    Phone("Apple", "IPX", "iPhone X", "A1901", (("IN", 1650), ("HO", 2350), ("SO", 3900))),
    Phone("Apple", "IP12", "iPhone 12", "A2403", (("IN", 2450), ("HO", 3650), ("SO", 5400))),
    Phone("Apple", "IP13", "iPhone 13", "A2633", (("IN", 3100), ("SO", 6800))),
    Phone("Apple", "IP7", "iPhone 7", "A1778", (("TF", 890), ("OR", 1650))),
    Phone("Samsung", "A12", "Galaxy A12", "SM-A125F", (("OR", 1690), ("TF", 980))),
    Phone("Samsung", "A32", "Galaxy A32", "SM-A325F", (("IN", 1540), ("OR", 3350))),
    Phone("Samsung", "A50", "Galaxy A50", "SM-A505F", (("IN", 1390), ("HO", 2100), ("OR", 3900))),
    Phone("Samsung", "M31", "Galaxy M31", "SM-M315F", (("IN", 1450), ("OR", 3150))),
    Phone("Samsung", "A13", "Galaxy A13", "SM-A135F", (("OR", 1950), ("TF", 1120))),
    Phone("Samsung", "S20FE", "Galaxy S20 FE", "SM-G780F", (("HO", 3900), ("OR", 7900))),
    Phone("Xiaomi", "RN10", "Redmi Note 10", "M2101K7AG", (("IN", 1150), ("SO", 2050))),
    Phone("Xiaomi", "RN10P", "Redmi Note 10 Pro", "M2101K6G", (("IN", 1240), ("SO", 2150), ("OR", 3480))),
    Phone("Xiaomi", "RN8", "Redmi Note 8", "M1908C3JG", (("TF", 920), ("OR", 1580))),
    Phone("Xiaomi", "R9A", "Redmi 9A", "M2006C3LG", (("TF", 790), ("OR", 1240))),
    Phone("Xiaomi", "PX3", "Poco X3", "M2007J20CG", (("TF", 1190), ("OR", 2150))),
    Phone("Vivo", "Y20", "Y20", "V2027", (("TF", 860), ("OR", 1390))),
    Phone("Vivo", "V21", "V21", "V2050", (("IN", 1720), ("OR", 3950))),
    Phone("OPPO", "A15", "A15", "CPH2185", (("TF", 840), ("OR", 1360))),
    Phone("OPPO", "A54", "A54", "CPH2239", (("TF", 990), ("OR", 1590))),
    Phone("OPPO", "F17", "F17", "CPH2095", (("IN", 1480), ("OR", 3250))),
    Phone("Realme", "C11", "C11", "RMX2185", (("TF", 810), ("OR", 1290))),
    Phone("Realme", "R7", "7", "RMX2151", (("TF", 1050), ("OR", 1780))),
    Phone("OnePlus", "NORD", "Nord", "AC2001", (("IN", 2150), ("SO", 4900))),
    Phone("Motorola", "G31", "Moto G31", "XT2173", (("IN", 1680), ("OR", 3450))),
]


class Goods(NamedTuple):
    """The catalogue by SKU, and where it lies."""

    products: dict[str, Product]
    main: Location
    second: Location


def price_file() -> bytes:
    """The catalogue as the supplier's file would hold it."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["Item code", "Product name", "Category", "Rate", "Warranty"])
    for phone in PHONES:
        for grade, price in phone.displays:
            frame = " with frame" if grade == "OR" else ""
            name = f"{phone.maker} {phone.name} {phone.code} display combo, {GRADES[grade]}{frame}, black"
            sheet.writerow(
                [sku_of(phone, grade), name, f"Displays > {phone.maker}", price, 6 if grade == "OR" else 3]
            )
    return out.getvalue().encode()


def sku_of(phone: Phone, grade: str) -> str:
    return f"LCD-{phone.maker[:3].upper()}-{phone.short}-{grade}"


def add_goods(users: dict[str, User], *, at: dt.datetime, dice: random.Random) -> Goods:
    """Import the price file, receive the opening stock at two locations, set a few broken ones aside."""
    main = Location.objects.create(name="Karol Bagh store", is_default=True)
    second = Location.objects.create(name="Okhla godown")
    damaged = Location.objects.create(name="Damaged goods", kind=Location.Kind.DAMAGED)
    mapping = {
        "sku": "Item code",
        "name": "Product name",
        "category": "Category",
        "price": "Rate",
        "warranty_months": "Warranty",
    }
    file = io.BytesIO(price_file())
    import_products(file, mapping=mapping, by=users["store"], at=at, name="opening price list.csv")
    products = {product.sku: product for product in Product.objects.order_by("pk")}
    first, more = [], []
    for sku, product in products.items():
        assert product.list_price is not None
        cost = (product.list_price * dice.choice([68, 72, 76]) / 100).quantize(Decimal("0.01"))
        pieces = 4 if sku == SHORT else dice.randrange(60, 400, 20)
        first.append(ReceiptLine(product.pk, pieces, cost))
        if sku != SHORT:
            more.append(ReceiptLine(product.pk, dice.randrange(20, 120, 10), cost))
    received: dict[str, Any] = {"supplier": "Shenzhen Huaying Display Co.", "by": users["store"], "at": at}
    receive_goods(main, first, reference="demo:opening:main", document="HY-2291", **received)
    receive_goods(second, more, reference="demo:opening:second", document="HY-2292", **received)
    broken = [StockLine(str(n), line.product_id, 2) for n, line in enumerate(more[:4])]
    transfer(broken, source=second, destination=damaged, reference="demo:broken", by=users["store"], at=at)
    return Goods(products, main, second)


def set_taxes(users: dict[str, User]) -> None:
    """GST of 18 % on spare parts; exports and exempt bodies pay none."""
    for category, rate in (("standard", 18), ("reduced", 5), ("zero", 0)):
        for treatment in ("standard", "exempt", "export"):
            counts = rate if treatment == "standard" else 0
            set_tax_rate(category, treatment, Decimal(counts), by=users["accounts"])


def set_prices(goods: Goods, shops: dict[str, Customer], users: dict[str, User], *, today: dt.date) -> None:
    """A wholesale list, quantity prices, one customer's own prices, and a promotion that runs now."""
    by = users["manager"]
    base = PriceList.objects.get(kind=PriceList.Kind.BASE, is_active=True, currency="INR")
    wholesale = create_list(
        "Wholesale", kind=PriceList.Kind.SEGMENT, segment=Segment.objects.get(name="Wholesale"), by=by
    )
    festival = create_list("Display week", kind=PriceList.Kind.PROMOTION, by=by)
    products = list(goods.products.values())
    for product in products[::2]:
        set_price(wholesale, product, _share(product, 93), by=by)
        set_price(wholesale, product, _share(product, 90), min_quantity=20, by=by)
    for product in products[1::3]:
        set_price(base, product, _share(product, 96), min_quantity=10, by=by)
    for product in products[5:30:5]:
        week: dict[str, Any] = {
            "valid_from": today - dt.timedelta(days=3),
            "valid_to": today + dt.timedelta(days=18),
        }
        set_price(festival, product, _share(product, 91), by=by, **week)
    for product in products[:6]:
        year_end = dt.date(today.year, 12, 31)
        set_price(
            base, product, _share(product, 89), customer=shops["Sapphire Mobiles"], valid_to=year_end, by=by
        )


def _share(product: Product, percent: int) -> Decimal:
    """A price so many percent of the list price, in whole rupees."""
    assert product.list_price is not None
    return (product.list_price * percent / 100).quantize(Decimal(1))
