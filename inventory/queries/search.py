"""Finding goods the way people ask for them: SKU, name, phone, model code, barcode, with a typo.

Words are looked up by trigram index, phones as devices.py does it; a word that stands nowhere is first corrected from
the table of all words. The few rows found are ranked here, so nothing is sorted globally.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Case, F, IntegerField, Q, QuerySet, When
from django.db.models.functions import Upper

from inventory.device_lists import key_of
from inventory.device_names import describes_a_part
from inventory.models import Compatibility, Product

from .devices import ALL_WORDS, OTHER_DIGIT, PARTS_OF_WORDS, Meant, devices_with, phones_meant
from .shelf import with_available
from .words import all_stand, all_words, latin, mend_words, stands, words_of

if TYPE_CHECKING:
    from .shelf import CountedProduct


class Hit(NamedTuple):
    """A product that was found. `via` is the phone it was found by, if it was; `codes` those of its codes that were
    typed; `how` well that phone was meant.
    """

    product: CountedProduct
    via: str = ""
    codes: tuple[str, ...] = ()
    device: int | None = None
    how: int = ALL_WORDS


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
    phone_words, part_words = _parted(words)
    if not phone_words:
        return _described_by(words)
    spelt = Q(device_model__spellings__key=key_of(" ".join(phone_words)))
    fits = Compatibility.objects.fitting().filter(spelt | Q(device_model__in=devices_with(phone_words)))
    return _named_by(words) | (Q(pk__in=fits.values("product")) & _described_by(part_words))


def _parted(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """(words that name a phone, words that describe the part)."""
    part_words = [word for word in words if describes_a_part(word)]
    return latin([word for word in words if word not in part_words]), part_words


def _named_by(words: Sequence[str]) -> Q:
    """All words stand in the product's own texts, as typed or as a phone's box says them."""
    meant = latin(words)
    return all_stand(words) if meant == list(words) else all_stand(words) | all_stand(meant)


def _find(text: str, words: Sequence[str], limit: int) -> list[Hit]:
    enough = limit * 5
    found: dict[int, tuple[tuple[float, ...], Hit]] = {}
    on_sale = with_available(Product.objects.filter(is_active=True).select_related("brand"))
    exact = text.strip().upper()
    first = Q(sku_upper=exact) | Q(barcode=text.strip())
    product: CountedProduct
    for product in on_sale.alias(sku_upper=Upper("sku")).filter(first)[:limit]:
        found[product.pk] = ((0,), Hit(product))
    for product in on_sale.filter(_named_by(words))[:enough]:
        found.setdefault(product.pk, (_rank(words, product), Hit(product)))
    for product, meant, place in _for_phones(words, on_sale, enough, certain=_certain(found)):
        rank = (1, meant.missing, meant.how, product.available <= 0, place)
        best = found.get(product.pk)
        if best is None or rank < best[0]:
            codes = _typed_codes(meant.codes, words)
            found[product.pk] = (rank, Hit(product, meant.label, codes, meant.pk, meant.how))
    ranked = sorted(
        found.values(), key=lambda ranked: (ranked[0], ranked[1].product.name, ranked[1].product.pk)
    )
    return [hit for _rank, hit in ranked[:limit]]


def _certain(found: Mapping[int, tuple[tuple[float, ...], Hit]]) -> bool:
    """Whether some product is named by just these words, so that nothing was misspelt."""
    return any(rank[:2] in {(0,), (1, 0)} for rank, _hit in found.values())


def _for_phones(
    words: Sequence[str], on_sale: QuerySet[CountedProduct], most: int, *, certain: bool
) -> Iterator[tuple[CountedProduct, Meant, int]]:
    """Products for the phones that are meant, each with the one that is meant best, and its place among them."""
    phone_words, part_words = _parted(words)
    phones = phones_meant(" ".join(words), slips=not certain) if phone_words else []
    phones = [meant for meant in phones if meant.how < OTHER_DIGIT][:most]
    if not phones:
        return
    places = {meant.pk: place for place, meant in enumerate(phones)}
    described = _described_by(part_words)
    if part_words and (whole := [meant.pk for meant in phones if meant.whole]):
        described |= Q(compatibilities__device_model__in=whole)
    best_first = Case(
        *(When(device=pk, then=place) for pk, place in places.items()), output_field=IntegerField()
    )
    fitting = (
        on_sale.filter(
            described,
            compatibilities__device_model__in=places,
            compatibilities__state__in=Compatibility.FITTING,
        )
        .annotate(device=F("compatibilities__device_model"))
        .order_by(best_first)
    )
    seen: set[int] = set()
    for product in fitting[: most * 3]:
        if product.pk not in seen:
            seen.add(product.pk)
            place = places[product.device]
            yield product, phones[place], place


def _typed_codes(codes: Iterable[str], words: Sequence[str]) -> tuple[str, ...]:
    """The model codes that what was typed is part of: what tells one phone of a name from another."""
    return tuple(
        code
        for code in codes
        if any(len(word) > 2 and word in code.casefold() and not word.isalpha() for word in words)
    )


def _described_by(words: Sequence[str]) -> Q:
    """Words such as "incell" and "black" may stand in the fields rather than in the name."""
    wanted = Q()
    for word in words:
        wanted &= stands(word) | Q(grade=word) | Q(colour=word)
    return wanted


def _rank(words: Sequence[str], product: CountedProduct) -> tuple[float, ...]:
    """Whole words before parts of words, short texts (the plain model) before long ones, what is here first."""
    standing = set(all_words(product.search_text))
    missing = sum(word not in standing for word in words)
    return (
        1,
        missing,
        PARTS_OF_WORDS if missing else ALL_WORDS,
        product.available <= 0,
        len(product.search_text),
    )
