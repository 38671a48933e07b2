"""Shelves from a table: SKU or barcode, location, shelf; each row with its outcome."""

from __future__ import annotations

import datetime as dt
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import jobs
from core.errors import Refusal
from core.importing import Field, check_mapping, guess_mapping, text
from core.models import Job
from core.tabular import open_table
from inventory.models import Location, Product, StockLevel

from .locations import put_on_shelf, tidy_shelf

JOB = "inventory.import_shelves"
MOST_ROWS = 20_000
FIELDS = {
    "product": Field(
        "product",
        gettext_lazy("SKU or barcode"),
        ("sku", "barcode", "product", "item", "item code", "ean", "code"),
        text(64),
    ),
    "location": Field(
        "location", gettext_lazy("location"), ("location", "warehouse", "store", "place"), text(80)
    ),
    "shelf": Field(
        "shelf", gettext_lazy("shelf"), ("shelf", "bin", "rack", "shelf no", "position"), text(24)
    ),
}
REQUIRED = ("product", "shelf")


@transaction.atomic
def start_shelf_import(file: BinaryIO, name: str, *, by: Any, at: dt.datetime, back_url: str) -> Job:
    """Read a table of shelves and hand it to a worker. Refuses what is no table or lacks a column."""
    with open_table(file, name, max_rows=MOST_ROWS) as table:
        columns = check_mapping(FIELDS, REQUIRED, guess_mapping(FIELDS, table.headers), table.headers)
        rows = [
            [row.number, *(row.cells[columns[key]].strip()[:100] if key in columns else "" for key in FIELDS)]
            for row in table.rows
        ]
    if not rows:
        raise Refusal(_("The file has a heading but no rows."), field="file")
    title = _("Shelves from %(file)s") % {"file": name[:100]}
    return jobs.start(JOB, title, by=by, at=at, params={"rows": rows}, total=len(rows), back_url=back_url)


@transaction.atomic
def import_shelf(code: str, place: str, shelf: str) -> bool:
    """Put the product of one row on its shelf; whether that changed anything. Without a location: the default one."""
    if not code:
        raise Refusal(_("The %(field)s is missing.") % {"field": FIELDS["product"].label})
    product = Product.objects.filter(Q(sku__iexact=code) | Q(barcode=code)).order_by("pk").first()
    if product is None:
        raise Refusal(_("There is no product with the SKU or barcode “%(typed)s”.") % {"typed": code})
    named = Location.objects.filter(name__iexact=place) if place else Location.objects.filter(is_default=True)
    location = named.first()
    if location is None:
        raise Refusal(_("There is no location “%(name)s”.") % {"name": place or _("default")})
    shelf = tidy_shelf(shelf)
    if StockLevel.objects.filter(product=product, location=location, shelf=shelf).exists():
        return False
    put_on_shelf(product.pk, location, shelf)
    return True
