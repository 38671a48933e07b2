"""Products entered by hand."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.errors import Refusal
from inventory.device_names import read_name
from inventory.models import Product
from inventory.queries.categories import specifications_of
from inventory.specs import refuse_unsaid, retyped, unsaid

from .devices import Brands, Devices


@transaction.atomic
def add_product(product: Product) -> Product:
    """Put a new product in the catalogue; the phones its name speaks of are read out of it."""
    product.sku = product.sku.strip()
    other = Product.objects.filter(sku__iexact=product.sku).first()
    if other:
        message = _("%(sku)s is the SKU of “%(name)s”.") % {"sku": other.sku, "name": other.name}
        raise Refusal(message, code="sku_taken", field="sku")
    _refuse_unspecified(product)
    product.save()
    _read_phones(product)
    return product


@transaction.atomic
def change_product(product: Product) -> Product:
    """Keep a changed product; phones read out of its old name give way to those of the new one.

    Another category leaves all specifications as they are, turned into the kinds that it asks for, and is refused while
    something it needs is not said. What a product lacked before does not stand in the way of other changes.
    """
    before = Product.objects.select_for_update().get(pk=product.pk)
    if before.category_id != product.category_id:
        # What the new category asks for is read anew as it wants it; everything else is kept.
        product.specifications = retyped(product.specifications, specifications_of(product.category))
        _refuse_unspecified(product)
    product.save()
    live.touch(product)
    if before.name != product.name:
        _read_phones(product)
    return product


def _refuse_unspecified(product: Product) -> None:
    if product.category is not None:
        missing = unsaid(product.specifications, specifications_of(product.category))
        refuse_unsaid(product.category.path, missing)


def _read_phones(product: Product) -> None:
    path = product.category.path if product.category else ""
    brands = Brands()
    reading: Any = read_name(product.name, category=path, sku=product.sku)
    if reading.brand and product.brand_id is None:
        product.brand = brands.get([reading.brand])[reading.brand]
        product.save(update_fields=["brand"])
    Devices(brands).connect({product: reading})
