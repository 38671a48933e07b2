"""Finding phones the way people ask for them: code, market name, alias; any order of words, a letter wrong.

Two ways, each by an index, and the few rows they find are ranked here:

- as one string (`DeviceSpelling`): "redmi note 10+" and "RedmiNote10 Plus" are the same, also with Cyrillic letters
  that look alike, and one letter more, less, changed or swapped is found as well;
- word by word, where some words are left out or stand in another order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, IntegerField, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.lookups import IsNull

from inventory.device_lists import key_of
from inventory.device_names import describes_a_part
from inventory.models import Compatibility, DeviceModel, DeviceSpelling, Product

from .shelf import with_available
from .words import LONGEST_QUERY, all_stand, all_words, latin, mend_words, words_of

MOST_BY_WORDS = 200
LONG_CODE = 7
"""A code so long with another digit may be a slip; a shorter one, and any name, is another phone."""
# How well a phone was meant, the best first.
EXACT, ALL_WORDS, ONE_SLIP, PARTS_OF_WORDS, OTHER_DIGIT = range(5)


class Fit(NamedTuple):
    """A phone, and what we have for it. `exact`: its name, alias or code is what was typed."""

    device: DeviceModel
    products: list[Product]
    exact: bool = False


class Meant(NamedTuple):
    """A phone that may be meant: how well, and what of two equally good ones comes first.

    `missing`: words that don't stand in it as whole words. `whole`: all that was typed is its name, also words that
    elsewhere describe a part, as in "Xperia XZ Premium".
    """

    pk: int
    how: int
    order: tuple[float, ...]
    missing: int
    label: str
    codes: list[str]
    whole: bool = False

    @property
    def rank(self) -> tuple[float, ...]:
        return (self.how, *self.order, self.pk)


def what_fits(text: str, limit: int = 10) -> list[Fit]:
    """Phones for what somebody typed (name or model code), each with the products that fit it."""
    meant = phones_meant(text)[:limit]
    how = {found.pk: found.how for found in meant}
    devices = _loaded(meant)
    fits = Compatibility.objects.fitting().filter(device_model__in=devices, product__is_active=True)
    pairs = {(fit.device_model_id, fit.product_id) for fit in fits}
    products = with_available(Product.objects.filter(pk__in={product for _device, product in pairs}))
    ranked = list(products.order_by("-available", "name"))
    return [
        Fit(device, [p for p in ranked if (device.pk, p.pk) in pairs], how[device.pk] == EXACT)
        for device in devices
    ]


def find_devices(text: str, limit: int = 10) -> list[DeviceModel]:
    """Phones by name, alias or code, the closest first; of two as close, what we sell parts for."""
    return _loaded(phones_meant(text)[:limit])


def phones_meant(text: str, *, slips: bool = True) -> list[Meant]:
    """All phones that may be meant, best first. Words about the part ("display", "black") are passed over.

    With `slips` also those whose name or code is one letter from it. One statement, a few more where nothing is found.
    """
    text = text.replace("\0", "")[:LONGEST_QUERY]
    typed = latin(words_of(text))
    words = [word for word in typed if not describes_a_part(word)] or typed
    if not words:
        return []
    # The whole of it may be a name as well: "Premium" describes a part, and belongs to the Xperia XZ Premium.
    best = _found([text, " ".join(typed), " ".join(words)], words, slips=slips)
    if not best and slips and (mended := mend_words(words)) != words:
        best = _found([" ".join(mended)], mended, slips=True)
    ranked = sorted(best, key=lambda meant: meant.rank)
    # Who wrote it right doesn't mean its neighbours, and another digit is another phone.
    worst = 0 if not ranked else PARTS_OF_WORDS if ranked[0].how < OTHER_DIGIT else OTHER_DIGIT
    certain = bool(ranked) and ranked[0].how <= ALL_WORDS
    return [found for found in ranked if found.how <= worst and not (certain and found.how == ONE_SLIP)]


def _found(texts: Sequence[str], words: Sequence[str], *, slips: bool) -> list[Meant]:
    """By spelling and by words, in one statement; each phone as it is meant best."""
    keys = list(dict.fromkeys(key for text in texts for key in (key_of(text), _without_prefix(text)) if key))
    best: dict[int, Meant] = {}
    meant: Meant | None
    for pk, brand, name, codes, text, key, kind, sold in _spelt(keys, slips=slips).union(
        _worded(words), all=True
    ):
        label = f"{brand} {name}"
        if kind is None:
            meant = _by_words(pk, words, text, brand, name, codes, label, sold=sold)
        else:
            judged = (
                _by_key(pk, typed, key, kind, codes, label, place, sold=sold)
                for place, typed in enumerate(keys)
            )
            meant = min((one for one in judged if one), key=lambda one: one.rank, default=None)
        if meant and (meant.pk not in best or meant.rank < best[meant.pk].rank):
            best[meant.pk] = meant
    return list(best.values())


NEAR = ArrayField(TextField())
FIELDS = ("brand__name", "name", "codes", "search_text")


def _sold(device: str) -> IsNull:
    """Whether something we sell fits it. One look by index per phone: as EXISTS it is planned over all pairs."""
    fits = Compatibility.objects.fitting().filter(device_model=OuterRef(device), product__is_active=True)
    return IsNull(Subquery(fits.order_by().values("pk")[:1]), False)


def _worded(words: Sequence[str]) -> QuerySet[Any, Any]:
    nothing = Value(None, output_field=IntegerField())
    rows = devices_with(words).annotate(key=Value(""), kind=nothing, sold=_sold("pk"))
    return rows.values_list("pk", *FIELDS, "key", "kind", "sold")[:MOST_BY_WORDS]


def _spelt(keys: Sequence[str], *, slips: bool) -> QuerySet[Any, Any]:
    rows = DeviceSpelling.objects.filter(key__in=keys)
    if slips:
        near = [Func(Value(key), function="one_letter_less", output_field=NEAR) for key in keys]
        wanted = Q()
        for one in near:
            wanted |= Q(near__overlap=one)
        rows = DeviceSpelling.objects.filter(wanted)
    # Looked up phone by phone: the planner expects hundreds of spellings, and joined it would read every phone.
    phone = DeviceModel.objects.filter(pk=OuterRef("device_model_id")).order_by()
    said = {
        "said_brand": Subquery(phone.values("brand__name")),
        "said_name": Subquery(phone.values("name")),
        "said_codes": Subquery(phone.values("codes")),
        "said_text": Value("", output_field=TextField()),
    }
    rows = rows.order_by().annotate(sold=_sold("device_model_id"), **said)
    # Without a LIMIT, which would promise the planner that reading the table from its start soon finds enough.
    return rows.values_list("device_model_id", *said, "key", "kind", "sold")


def _without_prefix(text: str) -> str:
    """What follows a misspelt "SM-" or "GT-": what we keep has no prefix, so a slip in it would hide all."""
    prefix, dash, rest = text.strip().casefold().partition("-")
    slipped = dash and any(prefix == known or _slip(prefix, known) is not None for known in ("sm", "gt"))
    return key_of(rest) if slipped and any(map(str.isdigit, rest)) else ""


def _loaded(meant: Sequence[Meant]) -> list[DeviceModel]:
    devices = DeviceModel.objects.select_related("brand").in_bulk([found.pk for found in meant])
    return [devices[found.pk] for found in meant if found.pk in devices]


def _by_key(
    pk: int, typed: str, key: str, kind: int, codes: list[str], label: str, place: int, *, sold: bool
) -> Meant | None:
    if key == typed:
        return Meant(pk, EXACT, (place, not sold, kind), 0, label, codes, whole=place == 0)
    slip = _slip(typed, key) if len(typed) > 3 and len(key) > 3 else None
    if slip is None:
        return None
    how = ONE_SLIP
    if re.sub(r"\D", "", typed) != re.sub(r"\D", "", key):
        how = OTHER_DIGIT
        if kind != DeviceSpelling.Kind.CODE or len(key) < LONG_CODE:
            return None
    return Meant(pk, how, (not sold, slip, kind), 1, label, codes, whole=place == 0)


def _by_words(
    pk: int,
    words: Sequence[str],
    text: str,
    brand: str,
    name: str,
    codes: list[str],
    label: str,
    *,
    sold: bool,
) -> Meant:
    standing = set(all_words(text))
    missing = sum(word not in standing for word in words)
    length, short = sum(len(key_of(word)) for word in words), len(key_of(name))
    more = min(abs(short - length), abs(short + len(key_of(brand)) - length))
    return Meant(
        pk, PARTS_OF_WORDS if missing else ALL_WORDS, (not sold, missing, more), missing, label, codes
    )


def _slip(typed: str, key: str) -> int | None:
    """0 for a letter left out, doubled or swapped with its neighbour, 1 for another letter; None for more than one.

    A wrong letter could have been any of 25, so it explains less than the others.
    """
    if len(typed) + 1 == len(key):
        return 0
    if len(typed) == len(key) + 1:
        place = next((i for i, letter in enumerate(key) if typed[i] != letter), len(key))
        return 0 if place and typed[place] == typed[place - 1] else 1
    if len(typed) != len(key):
        return None
    wrong = [i for i, letter in enumerate(typed) if key[i] != letter]
    if len(wrong) == 1:
        return 1
    swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1
    return 0 if swapped and typed[wrong[0]] == key[wrong[1]] and typed[wrong[1]] == key[wrong[0]] else None


def devices_with(words: Sequence[str]) -> QuerySet[DeviceModel]:
    """Phones whose brand, name, codes and aliases hold all these words."""
    return DeviceModel.objects.filter(all_stand(words)).order_by()
