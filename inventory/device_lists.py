"""One row of a list of phones: which columns there are, and the phone a row tells of. Pure.

Lists name the same phone in many ways ("Redmi / Note 10", "Xiaomi / Redmi Note 10", "三星 / Galaxy A12"). `canonical`
brings each to the form that names of parts are read to, so that both speak of one phone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import importing
from core.errors import Refusal
from core.importing import Field

from . import device_words as words
from .device_items import Device, normal_code, take_brand

UNBRANDED = "Unbranded"
"""The maker of phones whose list names none."""
LONGEST_NAME, LONGEST_BRAND, MOST_VALUES = 120, 80, 200
BETWEEN_VALUES = re.compile(r"\s*[;|,]\s*|\s+/\s+|/(?=\S{4})")


def _values(value: str) -> tuple[str, ...]:
    """The values of one cell: "CPH2015, CPH2017", "A1241; A1324"."""
    found = tuple(dict.fromkeys(part for part in BETWEEN_VALUES.split(value) if part))
    if len(found) > MOST_VALUES:
        raise Refusal(_("One phone has at most %(most)d codes.") % {"most": MOST_VALUES})
    for part in found:
        importing.text(LONGEST_NAME)(part)
    return found


FIELDS: dict[str, Field] = {
    "brand": Field(
        "brand",
        gettext_lazy("Brand"),
        ("brand title", "brand", "maker", "manufacturer", "oem", "vendor", "make", "бренд", "производитель"),
        importing.text(LONGEST_BRAND),
    ),
    "name": Field(
        "name",
        gettext_lazy("Market name"),
        ("market name", "marketing name", "model name", "name", "device name", "generation", "phone", "title",
         "название", "модель"),
        importing.text(LONGEST_NAME),
    ),
    "codes": Field(
        "codes",
        gettext_lazy("Model codes"),
        ("model codes", "codes", "model code", "model number", "anumber", "model", "code", "коды", "код"),
        _values,
    ),
    "aliases": Field(
        "aliases",
        gettext_lazy("Also called"),
        ("aliases", "alias", "also called", "also known as", "other names", "другие названия"),
        _values,
    ),
}  # fmt: skip
REQUIRED: tuple[str, ...] = ()


def guess_mapping(headers: Sequence[str]) -> dict[str, str]:
    """Field → column, as far as the names of the columns tell."""
    return importing.guess_mapping(FIELDS, headers)


def check_mapping(mapping: Mapping[str, str], headers: Sequence[str]) -> dict[str, int]:
    """Field → position of its column. Refuses what doesn't exist, and a list without names and codes."""
    columns = importing.check_mapping(FIELDS, REQUIRED, mapping, headers)
    if "name" not in columns and "codes" not in columns:
        raise Refusal(_("Say which column holds the market names or the model codes."), code="mapping")
    return columns


def read_device(cells: Sequence[str], columns: Mapping[str, int]) -> Device:
    """The phone of a row. Refuses, in a sentence, a row that names none."""
    values: dict[str, Any] = importing.read_cells(FIELDS, REQUIRED, cells, columns)
    name, codes = values.get("name", ""), values.get("codes", ())
    if not name and not codes:
        raise Refusal(_("Neither a name nor a model code."))
    return canonical(values.get("brand", ""), name, codes, values.get("aliases", ()))


def canonical(brand: str, name: str, codes: Iterable[str] = (), aliases: Iterable[str] = ()) -> Device:
    """The phone as we keep it: the maker by one name, the market name without it, codes without their prefix."""
    maker, series = _maker(brand)
    codes = list(codes)
    if not maker:
        maker = take_brand(_spoken(name) or (codes[0] if codes else ""), "")[0] or UNBRANDED
    short = _short(name, brand, maker)
    if short and series and key_of(series) not in key_of(short):
        short = f"{series} {short}"
    plain = tuple(dict.fromkeys(_plain_code(code, brand, maker) for code in codes))
    called = [*aliases]
    family = words.FAMILY.get(maker)
    if family and short.casefold().startswith(f"{family} "):
        called.append(f"{family.title()} {short[len(family) + 1 :]}")
        short = short[len(family) + 1 :]
    elif short != name and key_of(name) not in {key_of(short), key_of(f"{maker} {short}")}:
        called.append(name)
    short = short or plain[0]
    others = (alias for alias in called if key_of(alias) != key_of(short))
    return Device(maker, short[:LONGEST_NAME], plain, tuple(dict.fromkeys(others)))


def _maker(written: str) -> tuple[str, str]:
    """(maker, series to put before the name): "Redmi" is a series of Xiaomi, "LGE" is LG."""
    folded = written.casefold().strip()
    if folded in words.MAKERS:
        return words.MAKERS[folded]
    if folded in words.BRANDS:
        return words.BRANDS[folded], ""
    if folded in words.SERIES and folded not in words.NOT_MAKERS:
        return words.SERIES[folded], written.strip().title() if written.islower() else written.strip()
    return written.strip(), ""


def _spoken(name: str) -> str:
    """Names that begin with a maker or a series in Chinese, with ours instead."""
    for written, meant in words.CHINESE:
        if name.startswith(written):
            return f"{meant} {name[len(written) :].strip()}".strip()
    return name


def _short(name: str, written: str, maker: str) -> str:
    """The name without the maker's word, however the list writes it."""
    short = " ".join(_spoken(name).replace("_", " ").split())
    for word in {maker, written}:
        if word and short.casefold().startswith(word.casefold()) and len(short) > len(word) + 1:
            rest = short[len(word) :]
            if rest[0] in " -_" and word.casefold() not in words.SERIES:
                return rest.strip(" -_")
    return short


def _plain_code(code: str, written: str, maker: str) -> str:
    for word in dict.fromkeys((maker, written)):
        if word and code.casefold().startswith(word.casefold()) and code[len(word) :][:1] in {" ", "-", "_"}:
            code = code[len(word) + 1 :].strip(" -_") or code
    return normal_code(code, maker)


TWINS = str.maketrans("авекмнорстухёіѕј", "abekmhopctyxeisj")
DROPPED = str.maketrans("", "", " \t\r\n-_./\\(),\"'[]{}<>:;&|!?*#@%$^~`=–—’‘“”«»·•")
PREFIX = re.compile(r"\b(?:sm|gt)[-_ ]?(?=[a-z][0-9]{3})")


def key_of(text: str) -> str:
    """The string that all ways of writing a name or code come to; what `device_key` is in the database."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(TWINS).replace("+", "plus")
    return PREFIX.sub("", folded).translate(DROPPED)


def name_key(name: str) -> str:
    """By what a phone is known among those of its maker; of a name that is nothing but signs, the signs."""
    return key_of(name) or name.upper()
