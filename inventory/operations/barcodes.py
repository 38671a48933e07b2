"""Barcodes of our own, for products that came without one."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.numbering import take_number
from inventory.documents.codes import check_digit
from inventory.models import Product

SERIES = "EAN"
OWN = "20"
"""GS1 keeps 20 to 29 for codes that hold within one company."""


@transaction.atomic
def give_barcode(product: Product, *, at: dt.datetime) -> Product:
    """Give a product the next EAN-13 of our own series: 20, the year, a number, the check digit.

    Refused when it has a barcode.
    """
    product = Product.objects.select_for_update().get(pk=product.pk)
    if product.barcode:
        raise Refusal(_("It has the barcode %(code)s already.") % {"code": product.barcode})
    while not product.barcode or Product.objects.filter(barcode=product.barcode).exists():
        number = int(take_number(SERIES, on=local_date(at)).rpartition("-")[2])
        digits = f"{OWN}{local_date(at):%y}{number:08}"
        product.barcode = digits + check_digit(digits)
    product.save(update_fields=["barcode", "updated_at"])
    live.touch(product)
    return product
