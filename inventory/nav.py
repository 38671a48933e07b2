"""Places of the goods in the shell."""

from django.utils.translation import gettext_lazy as _

from core.nav import Place

from .models import Shortage

PLACES = [
    Place(
        _("Stock"),
        "cube",
        "inventory:product_list",
        "inventory.view_product",
        order=40,
        phone=True,
        key="s",
        count=lambda user: Shortage.objects.all(),
        topic="inventory.shortage",
        hot=True,
    ),
    Place(
        _("Receipts"),
        "inbox-arrow-down",
        "inventory:receipt_list",
        "inventory.view_goodsreceipt",
        order=42,
        key="i",
    ),
    Place(
        _("Suppliers' price lists"),
        "document-magnifying-glass",
        "inventory:supplierlist_list",
        "inventory.view_supplierpricelist",
        order=46,
        under="inventory:product_list",
    ),
]
