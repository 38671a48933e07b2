"""Suppliers' price lists, compared."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from core.jobs import run_job
from inventory.models import Product, Supplier, SupplierPriceList, SupplierProduct
from inventory.operations import accept_supplier_list, start_comparing
from tests.factories.accounts import UserFactory
from tests.factories.inventory import ProductFactory

_numbers = itertools.count()


def supplier(name: str = "Shenzhen Parts", **fields: Any) -> Supplier:
    return Supplier.objects.get_or_create(name=name, defaults={"currency": "INR"} | fields)[0]


def offered(
    sku: str,
    price: str | None = "100",
    *,
    by: Supplier | None = None,
    product: Product | None = None,
    **fields: Any,
) -> SupplierProduct:
    """What a supplier sells us under this SKU."""
    product = product or ProductFactory(sku=f"OUR-{sku}", name=fields.get("name", f"Part {sku}"))
    fields = {"name": product.name, "currency": "INR"} | fields
    return SupplierProduct.objects.create(
        supplier=by or supplier(),
        product=product,
        sku=sku,
        price=None if price is None else Decimal(price),
        **fields,
    )


def compared(
    *rows: str,
    heading: str = "SKU;Name;Price",
    of: Supplier | None = None,
    by: Any = None,
    is_whole: bool = True,
    currency: str = "INR",
) -> SupplierPriceList:
    """A list of these rows, compared with what we know of the supplier."""
    text = "\n".join([heading, *rows])
    person = by or UserFactory(is_superuser=True)
    price_list = accept_supplier_list(
        of or supplier(),
        ContentFile(text.encode(), name="list.csv"),
        by=person,
        at=timezone.now(),
        reference=f"test:{next(_numbers)}",
        is_whole=is_whole,
        currency=currency,
    )
    start_comparing(price_list, price_list.mapping, by=person, at=timezone.now())
    price_list.refresh_from_db()
    assert price_list.job_id is not None
    run_job(price_list.job_id)
    return SupplierPriceList.objects.select_related("job", "supplier").get(pk=price_list.pk)
