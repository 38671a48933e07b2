"""Goods and phones in the command palette."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.palette import Asked, Command, Hit, Source, Verb

from .queries.devices import find_devices
from .queries.search import search_products


def products(asked: Asked) -> list[Hit]:
    """By SKU, barcode, name and the phones they fit, with typos; the search of the counter."""
    typed = asked.text.strip().upper()
    return [
        Hit(
            found.product.name,
            found.product.get_absolute_url(),
            sub=" · ".join(
                part
                for part in (
                    found.product.sku,
                    _now("%(count)d here") % {"count": found.product.available},
                    _now("for %(phone)s") % {"phone": found.via} if found.via else "",
                )
                if part
            ),
            icon="cube",
            key=found.product.pk,
            badge="" if found.product.available > 0 else _("none here"),
            tone="warn",
            sure=typed in {found.product.sku.upper(), found.product.barcode},
        )
        for found in search_products(asked.text, asked.limit)
    ]


def devices(asked: Asked) -> list[Hit]:
    """Phones by name, alias or model code; they lead to what fits."""
    return [
        Hit(
            str(device),
            f"{reverse('inventory:what_fits')}?{urlencode({'q': device.name})}",
            sub=", ".join(device.codes[:4]),
            icon="device-phone-mobile",
            key=device.pk,
        )
        for device in find_devices(asked.text, asked.limit)
    ]


SOURCES = [
    Source("product", _("Products"), "inventory.view_product", products, order=20),
    Source("device", _("Phones"), "inventory.view_devicemodel", devices, order=60),
]
VERBS = [
    Verb(
        "product",
        _("Adjust stock"),
        _("adjust|adjust stock|count"),
        "adjustments-horizontal",
        lambda hit: reverse("inventory:stock_adjust", args=[hit.key]),
        "inventory.adjust_stock",
    )
]
COMMANDS = [
    Command(
        _("Receive goods"),
        "inbox-arrow-down",
        "inventory:goods_receive",
        "inventory.receive_goods",
        words=_("receipt arrival delivery supplier"),
        main=True,
    ),
    Command(_("New product"), "plus", "inventory:product_add", "inventory.add_product", words=_("add sku")),
    Command(
        _("Import products"),
        "arrow-up-tray",
        "inventory:import_upload",
        "inventory.import_products",
        words=_("excel csv price list upload"),
    ),
    Command(
        _("What fits?"),
        "device-phone-mobile",
        "inventory:what_fits",
        "inventory.view_devicemodel",
        words=_("phone model compatible"),
    ),
    Command(
        _("Unmet demand"),
        "face-frown",
        "inventory:demand_list",
        "inventory.view_unmetdemand",
        words=_("lost sales wanted asked searches"),
    ),
    Command(
        _("Import phones"),
        "arrow-up-tray",
        "inventory:device_import_upload",
        "inventory.import_devices",
        words=_("devices models list csv json upload"),
    ),
    Command(_("Phones"), "device-phone-mobile", "inventory:devicemodel_list", "inventory.view_devicemodel"),
    Command(
        _("Stock movements"),
        "arrows-right-left",
        "inventory:stockmove_list",
        "inventory.view_stockmove",
        words=_("ledger moves"),
    ),
]
