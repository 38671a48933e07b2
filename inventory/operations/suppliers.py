"""Suppliers and what they sell us: kept from a form, and from a table row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import live
from core.errors import Refusal
from core.tables import CHANGED, NEW, SAME, Told
from inventory.models import Product, Supplier, SupplierContact, SupplierProduct
from inventory.supplier_files import OFFERS, SUPPLIERS

Keep = Callable[[Supplier, Mapping[str, str]], set[str]]
"""Puts texts on a supplier as its form would, saves it and names what changed, or refuses in a sentence."""


@transaction.atomic
def supplier_named(name: str) -> Supplier | None:
    """The supplier of this name, however capitalised; made when there is none. None for no name."""
    name = " ".join(name.split())[:160]
    if not name:
        return None
    return Supplier.objects.filter(name__iexact=name).first() or Supplier.objects.create(name=name)


def find_supplier(said: str) -> Supplier | None:
    """By its name or its code."""
    found = Supplier.objects.filter(Q(name__iexact=said) | Q(code__iexact=said))
    return found.order_by("pk").first()


@transaction.atomic
def add_contact(contact: SupplierContact) -> SupplierContact:
    """Keep a person at a supplier. Somebody of whom the same is known already is not added again. Locks: supplier."""
    Supplier.objects.select_for_update().get(pk=contact.supplier_id)
    told = ("supplier_id", "name", "role", "email", "phone", "gets_orders")
    there = SupplierContact.objects.filter(**{name: getattr(contact, name) for name in told}).first()
    if there is None:
        contact.save()
    return there or contact


@transaction.atomic
def import_supplier(said: Mapping[str, Any], *, keep: Keep) -> Told:
    """One row of a table of suppliers: known by its code, else by its name. Columns the table has not stay.

    Lines of a text run together in a table: what says the same otherwise is left as it is.
    """
    code, name = said.get("code") or "", said["name"]
    known = Supplier.objects.select_for_update()
    supplier = (known.filter(code__iexact=code) if code else known.filter(name__iexact=name)).first()
    if supplier is None and code:
        raise Refusal(
            _("There is no supplier with the code “%(code)s”. Leave it empty for a new one.") % {"code": code}
        )
    fresh = supplier is None
    supplier = supplier or Supplier(name=name)
    texts = {
        field: "" if value is None else str(value)
        for field, value in said.items()
        if field != "code" and value != " ".join(str(getattr(supplier, field)).split())
    }
    changed = keep(supplier, texts)
    if fresh:
        return Told(NEW)
    names = [str(SUPPLIERS.fields[field].label) for field in said if field in changed]
    return Told(CHANGED, ", ".join(names)) if names else Told(SAME)


@transaction.atomic
def import_offer(said: Mapping[str, Any]) -> Told:
    """One row of a table of what suppliers sell. A new price, SKU or name is kept, and its history with it.

    Empty cells empty the field; columns the table has not stay as they are. Locks: what the supplier offers of it.
    """
    supplier = find_supplier(said["supplier"])
    if supplier is None:
        raise Refusal(_("There is no supplier “%(name)s”. Add it first.") % {"name": said["supplier"]})
    typed = said["product"]
    product = Product.objects.filter(Q(sku__iexact=typed) | Q(barcode=typed)).order_by("pk").first()
    if product is None:
        raise Refusal(_("There is no product with the SKU or barcode “%(typed)s”.") % {"typed": typed})
    offer = (
        SupplierProduct.objects.select_for_update(of=("self",))
        .filter(supplier=supplier, product=product)
        .first()
    )
    fresh = offer is None
    offer = offer or SupplierProduct(supplier=supplier, product=product, currency=supplier.currency)
    changes = []
    for field, value in said.items():
        if field in {"supplier", "product"} or (field == "currency" and not value):
            continue
        before = getattr(offer, field)
        if before != value:
            setattr(offer, field, value)
            changes.append(f"{OFFERS.fields[field].label}: {_shown(before)} → {_shown(value)}")
    if not fresh and not changes:
        return Told(SAME)
    keep_offer(offer)
    return Told(NEW) if fresh else Told(CHANGED, "; ".join(changes))


@transaction.atomic
def keep_offer(offer: SupplierProduct) -> SupplierProduct:
    """Save what a supplier sells; the one that is preferred now takes the place of the one before."""
    if offer.sku:
        others = SupplierProduct.objects.filter(supplier=offer.supplier_id, sku__iexact=offer.sku)
        if taken := others.exclude(pk=offer.pk).select_related("product").first():
            message = _("“%(sku)s” is this supplier's SKU of %(product)s.")
            raise Refusal(
                message % {"sku": offer.sku, "product": taken.product}, code="sku_taken", field="sku"
            )
    if offer.is_preferred:
        preferred = SupplierProduct.objects.filter(product=offer.product_id, is_preferred=True)
        preferred.exclude(pk=offer.pk).update(is_preferred=False)
    offer.save()
    live.touch(f"inventory.product:{offer.product_id}")
    return offer


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in (None, "") else str(value)
