"""What becomes of the rows of a supplier's price list: accepted, rejected, taken back. Many in few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from core import live
from core.errors import Refusal
from core.money import round_price
from core.rows import update_many
from inventory.device_names import Reading, read_name
from inventory.models import (
    Category,
    Compatibility,
    Product,
    SupplierCategory,
    SupplierPriceList,
    SupplierPriceListRow,
    SupplierProduct,
)

from .categories import ensure_categories
from .devices import Brands, Devices

Entry = SupplierPriceListRow
Kind, State = SupplierPriceListRow.Kind, SupplierPriceListRow.State
LINK = ["sku", "name", "price", "currency", "minimum_quantity", "lead_time_days", "is_gone"]
"""What a list says about a supplier's product."""
DECIDED = ["state", "known", "product", "take_name", "outcome", "before", "decided_by", "decided_at"]


class Phones:
    """The phones we know, looked up once for many batches of one run."""

    def __init__(self) -> None:
        self._devices: Devices | None = None
        self._brands: Brands | None = None

    @property
    def brands(self) -> Brands:
        if self._brands is None:
            self._brands = Brands()
        return self._brands

    @property
    def devices(self) -> Devices:
        if self._devices is None:
            self._devices = Devices(self.brands)
        return self._devices


def accept_entries(
    entries: Iterable[int],
    *,
    by: Any,
    at: dt.datetime,
    their_names: bool = False,
    product: Product | None = None,
    phones: Phones | None = None,
) -> dict[int, str]:
    """Let rows of one list, by key, count. Gives those that could not be, each with the sentence why.

    New rows make a product of ours where there is none; gone ones mark it as no longer offered and keep our stock;
    repriced and renamed ones change what we know of the supplier. With `their_names` our product takes their name.
    `product` says whose a row is that could mean several. Our own prices stay as they are.
    """
    keys = list(entries)
    try:
        with transaction.atomic():
            return _accept(
                keys, by=by, at=at, their_names=their_names, product=product, phones=phones or Phones()
            )
    except IntegrityError:  # somebody wrote one of these names just now
        if len(keys) == 1:
            return {keys[0]: _("Somebody is changing this product; try again.")}
    refused: dict[int, str] = {}
    for key in keys:
        refused |= accept_entries([key], by=by, at=at, their_names=their_names, product=product)
    return refused


def accept_entry(
    entry: Entry, *, by: Any, at: dt.datetime, their_name: bool = False, product: Product | None = None
) -> Entry:
    """Let one row count; refuses with the reason."""
    for why in accept_entries([entry.pk], by=by, at=at, their_names=their_name, product=product).values():
        raise Refusal(why, code="not_accepted")
    entry.refresh_from_db()
    return entry


@transaction.atomic
def reject_entries(entries: Iterable[int], *, by: Any, at: dt.datetime) -> dict[int, str]:
    """Leave rows as they are: nothing follows from them. Gives those that could not be, each with the sentence why."""
    rows = _locked(entries)
    refused = {row.pk: _not_open(row) for row in rows if row.state != State.OPEN}
    done = [row for row in rows if row.pk not in refused]
    for row in done:
        row.state, row.decided_by, row.decided_at, row.outcome = State.REJECTED, by, at, ""
    update_many(done, DECIDED)
    _touch(rows)
    return refused


@transaction.atomic
def reopen_entry(entry: Entry, *, by: Any, at: dt.datetime) -> Entry:
    """Decide about a row once more: one that was rejected is open again, one that was accepted is taken back first."""
    (row,) = _locked([entry.pk])
    if row.state == State.ACCEPTED:
        for why in undo_entries([row.pk], by=by, at=at).values():
            raise Refusal(why, code="changed_since")
        row.refresh_from_db()
    if row.state not in {State.REJECTED, State.UNDONE}:
        raise Refusal(_not_open(row), code="state")
    row.state, row.decided_by, row.decided_at, row.outcome = State.OPEN, None, None, ""
    row.save(update_fields=DECIDED)
    _touch([row])
    return row


# --- accepting -------------------------------------------------------------------------------------------------------
def _accept(
    keys: Sequence[int],
    *,
    by: Any,
    at: dt.datetime,
    their_names: bool,
    product: Product | None,
    phones: Phones,
) -> dict[int, str]:
    rows = _locked(keys)
    refused = {row.pk: _not_open(row) for row in rows if row.state != State.OPEN}
    rows = [row for row in rows if row.pk not in refused]
    if not rows:
        return refused
    batch = _Batch(rows, at=at, their_names=their_names, chosen=product, phones=phones)
    for row in rows:
        try:
            batch.take(row)
        except Refusal as refusal:
            refused[row.pk] = refusal.text
    done = [row for row in rows if row.pk not in refused]
    batch.write()
    for row in done:
        row.state, row.decided_by, row.decided_at = State.ACCEPTED, by, at
        row.before.update(batch.kept(row))
    update_many(done, DECIDED)
    batch.reject_others(done, by=by, at=at)
    _touch(rows)
    return refused


class _Batch:
    """Rows of one list on their way: what there is of each, what is made and what is changed."""

    def __init__(
        self,
        rows: Sequence[Entry],
        *,
        at: dt.datetime,
        their_names: bool,
        chosen: Product | None,
        phones: Phones,
    ) -> None:
        self.supplier = rows[0].price_list.supplier
        self.at, self.their_names, self.chosen, self.phones = at, their_names, chosen, phones
        keys = {row.key for row in rows}
        meant = {row.product_id for row in rows} | ({chosen.pk} if chosen else set())
        products = Product.objects.select_related("category", "brand").select_for_update(of=("self",))
        skus = Product.objects.alias(key=Upper("sku")).filter(key__in=keys).values_list("pk", flat=True)
        self.products = {
            p.pk: p for p in products.filter(pk__in=[pk for pk in {*meant, *skus} if pk]).order_by("pk")
        }
        self.by_sku = {p.sku.upper(): p for p in self.products.values()}
        links: Any = list(
            SupplierProduct.objects.select_for_update(of=("self",))
            .filter(supplier=self.supplier)
            .alias(key=Upper("sku"))
            .filter(_any_of(keys, self.products, {row.known_id for row in rows}))
            .order_by("pk")
        )
        self.by_key: dict[str, SupplierProduct] = {link.sku.upper(): link for link in links if link.sku}
        self.by_product: dict[int, SupplierProduct] = {link.product_id: link for link in links}
        self.barcodes = set(
            Product.objects.filter(barcode__in={row.barcode for row in rows} - {""}).values_list(
                "barcode", flat=True
            )
        )
        self.categories = _our_categories(self.supplier, rows)
        self.made: dict[int, Product] = {}
        self.renamed: dict[int, Product] = {}
        self.readings: list[tuple[Product, Reading]] = []
        self.links: dict[int, SupplierProduct] = {}

    def take(self, row: Entry) -> None:
        """Say what this row does. Refuses what is not as it was compared."""
        if row.kind == Kind.GONE:
            self._take_gone(row)
            return
        link = self.by_key.get(row.key)
        self._refuse_changed(row, link)
        product = self._product(row, link)
        link = link or self.by_product.get(product.pk) if product.pk else link
        said = {name: getattr(link, name) for name in LINK} if link else {}
        row.before = {"link": _plain(said), "made_link": link is None}
        if self.their_names and product.pk and product.name != row.name:
            row.before["name"] = product.name
            row.take_name = True
            self._rename(product, row)
        if link is None:
            link = SupplierProduct(supplier=self.supplier, product=product)
        link.sku, link.name, link.currency, link.is_gone = row.sku, row.name, row.currency, False
        link.price = row.price if row.price is not None else link.price
        link.minimum_quantity = row.minimum_quantity or link.minimum_quantity
        link.lead_time_days = row.lead_time_days if row.lead_time_days is not None else link.lead_time_days
        link.updated_at = self.at
        self._link(row, link)

    def _take_gone(self, row: Entry) -> None:
        link = next((one for one in self.by_product.values() if one.pk == row.known_id), None)
        if link is None:
            raise Refusal(_("Nobody offers it to us under this SKU any more."))
        row.before = {"link": _plain({name: getattr(link, name) for name in LINK}), "made_link": False}
        link.is_gone, link.updated_at = True, self.at
        self._link(row, link)

    def _link(self, row: Entry, link: SupplierProduct) -> None:
        other = self.by_product.get(link.product_id) if link.product_id else None
        if other is not None and other is not link:
            text = _("%(sku)s of theirs is this product of ours already.")
            raise Refusal(text % {"sku": other.sku or "–"})
        self.by_key[row.key] = link
        if link.product_id:
            self.by_product[link.product_id] = link
        self.links[row.pk] = link

    def _refuse_changed(self, row: Entry, link: SupplierProduct | None) -> None:
        if row.known_id and (link is None or link.pk != row.known_id):
            raise Refusal(_("What they call so has changed since the list was compared. Compare it again."))
        if link is not None and row.known_id is None and row.kind != Kind.DUPLICATED:
            raise Refusal(_("This SKU is known by now. Compare the list again."))
        if link is not None and row.known_id and (link.price, link.name) != (row.old_price, row.old_name):
            raise Refusal(_("Its price or name has changed since the list was compared. Compare it again."))

    def _product(self, row: Entry, link: SupplierProduct | None) -> Product:
        """Whose row it is; a new product where we have none."""
        if self.chosen is not None:
            return self.products[self.chosen.pk]
        if row.kind == Kind.CONFLICT and len(row.claims) > 1:
            raise Refusal(_("Say first which of our products it is."))
        if link is not None and row.product_id is None:
            return self.products.get(link.product_id) or link.product
        found = self.products.get(row.product_id or 0) or self.by_sku.get(row.key)
        return found or self._make(row)

    def _make(self, row: Entry) -> Product:
        category = self.categories.get(row.category)
        barcode = row.barcode if row.barcode and row.barcode not in self.barcodes else None
        product = Product(
            sku=row.sku, name=row.name, category=category, supplier_ref=row.ref or row.sku, barcode=barcode
        )
        if barcode:
            self.barcodes.add(barcode)
        reading = read_name(row.name, category=category.path if category else row.category, sku=row.sku)
        product.grade, product.colour, product.with_frame = reading.grade, reading.colour, reading.with_frame
        if reading.maker:
            product.specifications = {"maker": reading.maker}
        if reading.brand:
            product.brand = self.phones.brands.get([reading.brand])[reading.brand]
        self.made[row.pk] = product
        self.by_sku[row.key] = product
        self.readings.append((product, reading))
        return product

    def _rename(self, product: Product, row: Entry) -> None:
        product.name, product.updated_at = row.name, self.at
        path = product.category.path if product.category else ""
        self.renamed[product.pk] = product
        self.readings.append((product, read_name(row.name, category=path, sku=product.sku)))

    def write(self) -> None:
        """Write all of it: products first, then what the supplier calls them, then the phones they are for."""
        Product.objects.bulk_create(self.made.values())
        Product.objects.bulk_update(self.renamed.values(), ["name", "updated_at"])
        links = list({id(link): link for link in self.links.values()}.values())
        known = [link for link in links if link.pk]
        for link in links:
            link.product_id = link.product.pk if link.pk is None else link.product_id
        SupplierProduct.objects.bulk_create([link for link in links if link.pk is None])
        update_many(known, [*LINK, "updated_at"])
        if self.readings:
            self.phones.devices.connect(dict(self.readings))
        for product in self.renamed.values():
            live.touch(product)

    def kept(self, row: Entry) -> dict[str, Any]:
        """What is kept with an accepted row, so that it can be taken back."""
        link = self.links[row.pk]
        row.known, row.product_id = link, link.product_id
        after = {"after": _plain({name: getattr(link, name) for name in LINK})}
        return after | ({"made": link.product_id} if row.pk in self.made else {})

    def reject_others(self, done: Sequence[Entry], *, by: Any, at: dt.datetime) -> None:
        """Of rows with the same SKU only one counts."""
        keys = [row.key for row in done if row.kind == Kind.DUPLICATED]
        if keys:
            others = Entry.objects.open().filter(price_list=done[0].price_list_id, key__in=keys)
            others.exclude(pk__in=[row.pk for row in done]).update(
                state=State.REJECTED, decided_by=by, decided_at=at, outcome=_("Another row was taken.")
            )


# --- taking back -----------------------------------------------------------------------------------------------------
@transaction.atomic
def undo_entries(entries: Iterable[int], *, by: Any, at: dt.datetime) -> dict[int, str]:
    """Take accepted rows back: what we knew of the supplier is as before, products they made go again.

    A product that something else speaks of by now is taken off sale instead. Gives the rows that were left as they are
    because somebody has changed the same since, each with a sentence.
    """
    rows = _locked(entries)
    refused = {row.pk: _not_accepted(row) for row in rows if row.state != State.ACCEPTED}
    links = {
        link.pk: link
        for link in SupplierProduct.objects.select_for_update(of=("self",))
        .select_related("product__category")
        .filter(pk__in=[row.known_id for row in rows])
        .order_by("pk")
    }
    back: list[SupplierProduct] = []
    gone: list[int] = []
    made: list[int] = []
    names: list[tuple[Product, str]] = []
    done: list[Entry] = []
    for row in rows:
        if row.pk in refused:
            continue
        link = links.get(row.known_id or 0)
        if link is None or _plain({name: getattr(link, name) for name in LINK}) != row.before["after"]:
            refused[row.pk] = _("Changed since it was accepted, so it was left as it is.")
            continue
        if row.take_name and link.product.name == row.name:
            names.append((link.product, row.before["name"]))
        if row.before["made_link"]:
            gone.append(link.pk)
            row.known = None
        else:
            for name, value in row.before["link"].items():
                setattr(link, name, Decimal(value) if name == "price" and value is not None else value)
            link.updated_at = at
            back.append(link)
        if "made" in row.before:
            made.append(row.before["made"])
        row.state, row.decided_by, row.decided_at, row.take_name = State.UNDONE, by, at, False
        done.append(row)
    used = in_use(made)
    for row in done:
        product = row.before.get("made")
        row.outcome = (
            _("Something speaks of the product by now, so it was only taken off sale.")
            if product in used
            else ""
        )
        if product is not None and product not in used:
            row.product_id = None
    update_many(back, [*LINK, "updated_at"])
    update_many(done, DECIDED)
    SupplierProduct.objects.filter(pk__in=gone).delete()
    Product.objects.filter(pk__in=used).update(is_active=False, updated_at=at)
    Product.objects.filter(pk__in=set(made) - used).delete()
    _put_names_back(names, at=at)
    _touch(rows)
    return refused


def in_use(products: Sequence[int]) -> set[int]:
    """Those of these products that anything but a supplier's list or the phones read from their names speaks of."""
    used: set[int] = set()
    for relation in Product._meta.related_objects:
        model: Any = relation.related_model
        if model in LISTED_BY or relation.field.name.startswith("pgh_") or relation.many_to_many:
            continue
        name = relation.field.name
        used |= set(
            model._base_manager.filter(**{f"{name}__in": products}).values_list(f"{name}_id", flat=True)
        )
    return used


LISTED_BY = {Compatibility, SupplierPriceListRow, SupplierProduct}


def _put_names_back(names: Sequence[tuple[Product, str]], *, at: dt.datetime) -> None:
    readings: dict[Product, Reading] = {}
    for product, name in names:
        product.name, product.updated_at = name, at
        path = product.category.path if product.category else ""
        readings[product] = read_name(name, category=path, sku=product.sku)
    if readings:
        Product.objects.bulk_update(readings, ["name", "updated_at"])
        Phones().devices.connect(readings)


# --- what both need --------------------------------------------------------------------------------------------------
def _locked(entries: Iterable[int]) -> list[Entry]:
    """The rows of one list, locked in the order of their keys. Refuses while the list is still being compared."""
    rows = list(
        Entry.objects.select_for_update(of=("self",))
        .select_related("price_list__supplier")
        .filter(pk__in=list(entries))
        .order_by("pk")
    )
    if len({row.price_list_id for row in rows}) > 1:
        raise LookupError("Rows of several lists can't be decided together.")
    if rows and rows[0].price_list.state != SupplierPriceList.State.DONE:
        raise Refusal(_("The list is still being compared. Decide when that is done."), code="state")
    return rows


def _not_open(row: Entry) -> str:
    if row.state == State.NOTHING:
        return _("There is nothing to decide in this row.")
    return _("Somebody %(decided)s this row already.") % {"decided": row.get_state_display()}


def _not_accepted(row: Entry) -> str:
    return _("It is %(state)s, so there is nothing to take back.") % {"state": row.get_state_display()}


def _any_of(keys: set[str], products: Mapping[int, Product], known: set[int | None]) -> Q:
    return Q(key__in=keys) | Q(product__in=list(products)) | Q(pk__in=known - {None})


def _our_categories(supplier: Any, rows: Sequence[Entry]) -> dict[str, Category]:
    """Where a new product of each of their categories goes; a category of that name is made where none was named."""
    paths = {row.category for row in rows if row.category and row.product_id is None}
    if not paths:
        return {}
    mapped = SupplierCategory.objects.filter(supplier=supplier, theirs__in=paths, ours__isnull=False)
    ours = {row.theirs: row.ours for row in mapped.select_related("ours") if row.ours is not None}
    return {**ensure_categories(sorted(paths - ours.keys())), **ours}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON keeps it."""
    return {
        name: format(round_price(value), "f") if isinstance(value, Decimal) else value
        for name, value in values.items()
    }


def _touch(rows: Sequence[Entry]) -> None:
    if rows:
        live.touch(rows[0].price_list)
        live.touch(rows[0])
