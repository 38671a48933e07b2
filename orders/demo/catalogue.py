"""What the demo says of its goods beside names and prices: specifications, warranty, photos, barcodes, doubts."""

from __future__ import annotations

import datetime as dt
import io
import random
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from accounts.models import User
from inventory.models import Category, Compatibility, DeviceModel, Product
from inventory.operations import (
    add_photo,
    change_product,
    decide_fit,
    describe_category,
    give_barcode,
    set_specifications,
)
from inventory.operations.categories import SpecificationLine, ensure_categories

from .goods import Goods

SIZES = {"iPhone": 6.1, "Galaxy": 6.5, "Redmi": 6.43, "Poco": 6.67}
TONES = {
    "incell": "#1f3a5f",
    "original": "#14532d",
    "oled_hard": "#4c1d95",
    "oled_soft": "#7c2d12",
    "tft": "#374151",
}
PHOTOGRAPHED = 10


def describe_goods(goods: Goods, users: dict[str, User], *, at: dt.datetime, dice: random.Random) -> None:
    """Typed fields and a warranty for displays, drawn photos for some, barcodes for a few, doubts to decide."""
    by = users["store"]
    displays = ensure_categories(["Displays"])["Displays"]
    set_specifications(
        displays,
        [
            SpecificationLine(None, "Size", "number", "in"),
            SpecificationLine(None, "Refresh rate", "choice", choices=("60 Hz", "90 Hz", "120 Hz")),
            SpecificationLine(None, "Touch included", "yes_no"),
            SpecificationLine(None, "Connector", "text"),
        ],
    )
    describe_category(
        displays,
        warranty_months=3,
        warranty_terms="Not for broken glass or water. Keep the label on the flex.",
    )
    _describe_apple(Category.objects.filter(path="Displays > Apple").first())
    products = list(goods.products.values())
    for product in products:
        size = next((size for word, size in SIZES.items() if word in product.name), 6.5)
        rate = "60 Hz" if product.grade in {"tft", "incell"} else dice.choice(["90 Hz", "120 Hz"])
        product.refresh_from_db()
        product.specifications = {
            **product.specifications, "Size": size, "Refresh rate": rate, "Touch included": True
        }  # fmt: skip
        change_product(product)
    for product in products[:PHOTOGRAPHED]:
        for side in ("front", "back")[: 1 + (product.pk % 2)]:
            add_photo(product, draw_display(product, side), by=by, at=at)
    for product in products[:12]:
        give_barcode(product, at=at)
    _doubts(products, by=by, at=at)


def _describe_apple(category: Category | None) -> None:
    if category is not None:
        set_specifications(category, [SpecificationLine(None, "True Tone", "yes_no")])


def _doubts(products: list[Product], *, by: User, at: dt.datetime) -> None:
    """Most of what was read is confirmed; a few pairs are open, and wrong ones among them."""
    read = Compatibility.objects.filter(state=Compatibility.State.LEARNT).order_by("pk")
    for fit in list(read)[: len(products) // 2]:
        decide_fit(fit, Compatibility.State.CONFIRMED, by=by, at=at)
    for product in products[20:24]:
        other = (
            DeviceModel.objects.filter(brand=product.brand).exclude(products=product).order_by("pk").first()
        )
        if other is not None:
            Compatibility.objects.create(
                product=product,
                device_model=other,
                confidence=Decimal("0.35"),
                state=Compatibility.State.LEARNT,
            )


def draw_display(product: Product, side: str) -> Any:
    """A plain picture of a display, so that lists have faces: its glass in front, its flex behind."""
    picture = Image.new("RGB", (450, 450), "#f4f4f1")
    draw = ImageDraw.Draw(picture)
    tone = TONES.get(product.grade, "#334155")
    draw.rounded_rectangle((125, 30, 325, 420), 24, fill="#0b0b0c", outline="#2b2b2e", width=3)
    if side == "front":
        draw.rounded_rectangle((135, 42, 315, 408), 17, fill=tone)
        draw.ellipse((215, 50, 235, 58), fill="#000000")
    else:
        draw.rectangle((150, 320, 300, 350), fill="#b7791f")
        draw.rectangle((210, 350, 240, 430), fill="#d69e2e")
    draw.text((145, 70), product.sku, fill="#e5e7eb", font_size=12)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=82)
    return ContentFile(buffer.getvalue(), name=f"{product.sku}-{side}.jpg")
