"""Finding goods the way people ask for them: SKU, name, phone, model code, barcode, with a typo.

Words are looked up by trigram index; a word that stands nowhere is first corrected from the table of all words
(Levenshtein, which finds typos trigrams miss). The few rows found are ranked here, so nothing is sorted globally.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Upper

from inventory.device_names import describes_a_part
from inventory.models import Compatibility, DeviceModel, Product, SearchWord

from .shelf import with_available

if TYPE_CHECKING:
    from .shelf import CountedProduct

LONGEST_QUERY = 120
MOST_WORDS = 8


class Hit(NamedTuple):
    """A product that was found. `via` is the phone it was found by, if it was; `codes` those of its codes that were
    typed.
    """

    product: CountedProduct
    via: str = ""
    codes: tuple[str, ...] = ()


class Fit(NamedTuple):
    """A phone, and what we have for it."""

    device: DeviceModel
    products: list[Product]


def search_products(text: str, limit: int = 20) -> list[Hit]:
    """Products for what somebody typed, best first. Each product has `available` and `on_hand`."""
    text = text.replace("\0", "")
    words = words_of(text)
    if not words:
        return []
    hits = _find(text, words, limit)
    if not hits and (mended := mend_words(words)) != words:
        hits = _find(" ".join(mended), mended, limit)
    return hits


def by_code(codes: Iterable[str]) -> dict[str, Product]:
    """The product on sale that each SKU or barcode names exactly, as a scanner types it; the others are missing."""
    asked = {code: code.replace("\0", "").strip() for code in codes}
    exact = Q(sku_upper__in=[code.upper() for code in asked.values()]) | Q(barcode__in=list(asked.values()))
    found = list(Product.objects.filter(is_active=True).alias(sku_upper=Upper("sku")).filter(exact))
    named = {product.sku.upper(): product for product in found}
    named |= {product.barcode: product for product in found if product.barcode}
    return {
        code: product
        for code, text in asked.items()
        if text and (product := named.get(text) or named.get(text.upper()))
    }


def narrow(products: QuerySet[Product], text: str) -> QuerySet[Product]:
    """The products of a list that somebody means, without a rank, for paging."""
    words = words_of(text.replace("\0", ""))
    if not words:
        return products.none()
    found = products.filter(_meant(words))
    return found if found.exists() else products.filter(_meant(mend_words(words)))


def _meant(words: Sequence[str]) -> Q:
    """Named by all words, or for a phone named by some and described by the others."""
    phone_words = [word for word in words if not describes_a_part(word)]
    if not phone_words:
        return _described_by(words)
    part_words = [word for word in words if word not in phone_words]
    fits = Compatibility.objects.fitting().filter(device_model__in=_devices_with(phone_words))
    fitting = fits.values("product")
    return _all_words(words) | (Q(pk__in=fitting) & _described_by(part_words))


def what_fits(text: str, limit: int = 10) -> list[Fit]:
    """Phones for what somebody typed (name or model code), each with the products that fit it."""
    devices = find_devices(text, limit)
    fits = Compatibility.objects.fitting().filter(device_model__in=devices, product__is_active=True)
    pairs = {(fit.device_model_id, fit.product_id) for fit in fits}
    products = with_available(Product.objects.filter(pk__in={product for _device, product in pairs}))
    ranked = list(products.order_by("-available", "name"))
    return [Fit(device, [p for p in ranked if (device.pk, p.pk) in pairs]) for device in devices]


def find_devices(text: str, limit: int = 10) -> list[DeviceModel]:
    """Phones by name, alias or code, the closest name first."""
    words = words_of(text)
    if not words:
        return []
    found = _devices_with(words)[: limit * 5]
    if not found and (mended := mend_words(words)) != words:
        words = mended
        found = _devices_with(words)[: limit * 5]
    return sorted(found, key=lambda device: _device_rank(device, words))[:limit]


def words_of(text: str) -> list[str]:
    found = re.findall(r"[\w+]+(?:[-.][\w+]+)*", text[:LONGEST_QUERY].casefold())
    return list(dict.fromkeys(found))[:MOST_WORDS]


def mend_words(words: Sequence[str]) -> list[str]:
    """The words, those that stand nowhere replaced by the nearest that does.

    Short ones with digits are left alone: one digit more or less is another phone.
    """
    unsure = [word for word in words if len(word) > 3 and (word.isalpha() or len(word) > 6)]
    known = {word for word in unsure if SearchWord.objects.filter(word__startswith=word).exists()}
    return [_nearest(word) if word in unsure and word not in known else word for word in words]


def _nearest(word: str) -> str:
    """The word with one edit, or two letters changed places; long words may have two edits."""
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, {"word": word})
        near = cursor.fetchall()
    good = (other for other, edits in near if edits < 2 or len(word) > 5 or sorted(other) == sorted(word))
    return next(good, word)


NEAREST = """
SELECT word, levenshtein(word, %(word)s::text) AS edits FROM inventory_searchword
WHERE length(word) BETWEEN length(%(word)s::text) - 2 AND length(%(word)s::text) + 2
    AND levenshtein_less_equal(word, %(word)s::text, 2) <= 2
ORDER BY edits, left(word, 1) <> left(%(word)s::text, 1), word
LIMIT 20
"""


def _find(text: str, words: Sequence[str], limit: int) -> list[Hit]:
    enough = limit * 5
    found: dict[int, tuple[tuple[float, ...], Hit]] = {}
    on_sale = with_available(Product.objects.filter(is_active=True).select_related("brand"))
    exact = text.strip().upper()
    first = Q(sku_upper=exact) | Q(barcode=text.strip())
    product: CountedProduct
    for product in on_sale.alias(sku_upper=Upper("sku")).filter(first)[:limit]:
        found[product.pk] = ((0,), Hit(product))
    for product in on_sale.filter(_all_words(words))[:enough]:
        found.setdefault(product.pk, (_rank(product.search_text, words, product), Hit(product)))
    phone_words = [word for word in words if not describes_a_part(word)]
    part_words = [word for word in words if word not in phone_words]
    if phone_words:
        devices = {device.pk: device for device in _devices_with(phone_words)[:enough]}
        fitting = on_sale.filter(
            _described_by(part_words),
            compatibilities__device_model__in=devices,
            compatibilities__state__in=Compatibility.FITTING,
        )
        for product, device_pk in _with_device(fitting, enough):
            device = devices[device_pk]
            rank = _rank(device.search_text, phone_words, product)
            best = found.get(product.pk)
            if best is None or rank < best[0]:
                found[product.pk] = (rank, Hit(product, str(device), _typed_codes(device, phone_words)))
    ranked = sorted(
        found.values(), key=lambda ranked: (ranked[0], ranked[1].product.name, ranked[1].product.pk)
    )
    return [hit for _rank, hit in ranked[:limit]]


def _typed_codes(device: DeviceModel, words: Sequence[str]) -> tuple[str, ...]:
    """The model codes that what was typed is part of: what tells one phone of a name from another."""
    return tuple(
        code
        for code in device.codes
        if any(len(word) > 2 and word in code.casefold() and not word.isalpha() for word in words)
    )


def _with_device(products: QuerySet[CountedProduct], limit: int) -> Iterable[tuple[CountedProduct, int]]:
    for product in products.annotate(device_pk=F("compatibilities__device_model"))[:limit]:
        yield product, product.device_pk


def _devices_with(words: Sequence[str]) -> QuerySet[DeviceModel]:
    return DeviceModel.objects.select_related("brand").filter(_all_words(words)).order_by()


def _all_words(words: Sequence[str]) -> Q:
    wanted = Q()
    for word in words:
        wanted &= _stands(word)
    return wanted


def _stands(word: str) -> Q:
    """A long word may stand within another; a short one begins a word, and "7" is not the 7 of 70 or 17."""
    if len(word) > 3:
        return Q(search_text__contains=word)
    return Q(search_text__regex=rf"\m{re.escape(word)}" + (r"(?!\d)" if word[-1].isdigit() else ""))


def _described_by(words: Sequence[str]) -> Q:
    """Words such as "incell" and "black" may stand in the fields rather than in the name."""
    wanted = Q()
    for word in words:
        wanted &= _stands(word) | Q(grade=word) | Q(colour=word)
    return wanted


def _rank(text: str, words: Sequence[str], product: CountedProduct) -> tuple[float, ...]:
    """Whole words before parts of words, short texts (the plain model) before long ones, what is here first."""
    standing = set(words_of(text))
    return (1, -sum(word in standing for word in words), product.available <= 0, len(text))


def _device_rank(device: DeviceModel, words: Sequence[str]) -> tuple[float, float, str]:
    standing = set(words_of(device.search_text))
    return (-sum(word in standing for word in words), len(device.name), device.name)
