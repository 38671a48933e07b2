"""What is on the shelf."""

import datetime as dt
import io
from decimal import Decimal

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from inventory import operations
from inventory.models import Brand, Category, Compatibility, DeviceModel, Location, Product, StockLevel


class BrandFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Brand
        django_get_or_create = ["name"]

    name = "Xiaomi"


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category
        django_get_or_create = ["path"]

    path = "Displays"


class LocationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Location

    name = factory.Sequence(lambda n: f"Shop {n}")


class DeviceModelFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DeviceModel

    brand = factory.SubFactory(BrandFactory)
    name = factory.Sequence(lambda n: f"Redmi Note {n}")


class ProductFactory(factory.django.DjangoModelFactory):
    """A product; `fits=[device, …]` says for which phones it is."""

    class Meta:
        model = Product
        skip_postgeneration_save = True

    sku = factory.Sequence(lambda n: f"LCD-{n:05}")
    name = factory.Sequence(lambda n: f"Redmi Note {n} combo")
    list_price = Decimal("1450.0000")

    @factory.post_generation
    def fits(self, create, extracted, **kwargs):
        for device in extracted or ():
            Compatibility.objects.create(product=self, device_model=device)


def stocked(
    quantity: int, *, location: Location | None = None, cost: str = "1000", **product: object
) -> StockLevel:
    """A product with pieces on the shelf, received as goods are: `stocked(5, name="…")` gives its level."""
    made = ProductFactory(**product)
    location = (
        location or Location.objects.filter(is_default=True).first() or LocationFactory(is_default=True)
    )
    operations.receive_goods(
        location, [operations.ReceiptLine(made.pk, quantity, Decimal(cost))], by=None, at=now()
    )
    return StockLevel.objects.select_related("product", "location").get(product=made, location=location)


def now() -> dt.datetime:
    return timezone.now()


def picture(
    colour: str = "red", *, size: tuple[int, int] = (60, 40), kind: str = "JPEG", turned: int = 0
) -> SimpleUploadedFile:
    """A photo as it is sent; `turned` is how the camera says it was held (EXIF)."""
    buffer = io.BytesIO()
    exif = Image.Exif()
    if turned:
        exif[0x0112] = turned
    Image.new("RGB", size, colour).save(buffer, kind, exif=exif)
    return SimpleUploadedFile(f"{colour}.{kind.lower()}", buffer.getvalue())
