"""Places of the goods in the shell."""

from django.utils.translation import gettext_lazy as _

from core.nav import Place

from .models import Adjustment, Compatibility, Shortage, StockCount

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
        _("Stock valuation"),
        "scale",
        "inventory:stock_valuation",
        "inventory.view_cost",
        order=44,
        under="inventory:product_list",
    ),
    Place(
        _("Shortages"),
        "exclamation-triangle",
        "inventory:shortage_list",
        "inventory.view_shortage",
        order=41,
        under="inventory:product_list",
    ),
    Place(
        _("Suppliers' price lists"),
        "document-magnifying-glass",
        "inventory:supplierlist_list",
        "inventory.view_supplierpricelist",
        order=46,
        under="inventory:product_list",
    ),
    Place(
        _("Counts"),
        "clipboard-document-check",
        "inventory:count_list",
        "inventory.view_stockcount",
        order=43,
        under="inventory:product_list",
        count=lambda user: StockCount.objects.filter(state=StockCount.State.REVIEW),
        topic="inventory.stockcount",
    ),
    Place(
        _("Adjustments"),
        "scale",
        "inventory:adjustment_list",
        "inventory.view_adjustment",
        order=44,
        under="inventory:product_list",
        count=lambda user: Adjustment.objects.filter(state=Adjustment.State.REQUESTED),
        topic="inventory.adjustment",
    ),
    Place(
        _("Transfers"),
        "arrows-right-left",
        "inventory:transfer_list",
        "inventory.view_stocktransfer",
        order=45,
        under="inventory:product_list",
    ),
    Place(
        _("By location"),
        "map-pin",
        "inventory:level_list",
        "inventory.view_stocklevel",
        order=46,
        under="inventory:product_list",
    ),
    Place(
        _("Locations"),
        "building-storefront",
        "inventory:location_list",
        "inventory.view_location",
        order=47,
        under="inventory:product_list",
    ),
    Place(
        _("What fits"),
        "puzzle-piece",
        "inventory:fit_review",
        "inventory.review_compatibility",
        order=48,
        count=lambda user: Compatibility.objects.doubtful(),
        topic="inventory.compatibility",
        under="inventory:product_list",
    ),
]
