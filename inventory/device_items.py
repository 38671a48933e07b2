"""From "6037Y/6037K (Idol 2)" to devices: which words are codes, which are names, and which belong together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from . import device_words as words

YEAR = re.compile(r"(?:19|20)\d\d")
BRACKET = re.compile(r"\x01(\d+)\x02")
BETWEEN_ITEMS = re.compile(r"/|\||,(?!\d)|\s[&+]\s|\s(?:и|and|or)\s|;")
REMARK = re.compile(rf"(?:{words.REMARKS})(?:[ ,]+(?:{words.REMARKS}))*", re.I)
PANEL_CODE = re.compile(words.PANEL_CODE, re.I)
EXCEPT = re.compile(words.EXCEPT, re.I)
CONNECTIVITY = re.compile(rf"(?:{words.CONNECTIVITY})(?: (?:{words.CONNECTIVITY}))*", re.I)
CODE_VARIANT = re.compile(words.CODE_VARIANTS)
CODES = {brand: re.compile(pattern, re.I) for brand, pattern in words.CODES.items()}
MARKET_CODE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w-]{3,}")


class Device(NamedTuple):
    """A phone as a name tells it. `name` is the market name, or the code where there is no other."""

    brand: str
    name: str
    codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    paired: bool = True


@dataclass
class Item:
    """One of the alternatives in a list: its codes, its name, and what stands in brackets after it."""

    brand: str
    codes: list[str] = field(default_factory=list)
    name: str = ""
    bracket_names: list[str] = field(default_factory=list)
    bracket_codes: list[str] = field(default_factory=list)


def read_devices(run: str, brackets: list[str], brand: str) -> list[Device]:
    """Every phone in a list such as "Honor 8A/8A Pro/Y6 2019". `brand` is used until the list names another."""
    for written, meant in words.SPELLINGS:
        run = re.sub(written, meant, run, flags=re.I)
    items: list[Item] = []
    for text in BETWEEN_ITEMS.split(run):
        item = _read_item(text, brackets, items[-1].brand if items else brand, items)
        if item:
            items.append(item)
    return _unique(device for group in _groups(items) for device in _pair(*group))


def _read_item(text: str, brackets: list[str], brand: str, before: list[Item]) -> Item | None:
    inside = [brackets[int(number)].strip() for number in BRACKET.findall(text)]
    brand, rest = take_brand(" ".join(BRACKET.sub(" ", text).split()).strip(" .,;:-"), brand)
    if not rest or (before and CODE_VARIANT.fullmatch(rest)):
        return None
    codes, name = _take_codes(rest, brand)
    if name:
        name = _inherit(name, [item.name for item in before if item.name and item.brand == brand])
    item = Item(brand, codes, name)
    for content in inside:
        _read_bracket(content, item)
    item.name = _clean_name(item.name, brand)
    return item


def take_brand(text: str, brand: str) -> tuple[str, str]:
    """(brand, text without the maker's word). A series tells its maker and stays in the text."""
    spaced = text.split()
    for length in (2, 1):
        word = " ".join(spaced[:length]).casefold()
        if len(spaced) >= length and word in words.BRANDS:
            return words.BRANDS[word], " ".join(spaced[length:])
    if spaced and (series := _series(spaced[0])):
        brand = series
    return brand, text


def _series(word: str) -> str:
    """The maker of "ZenFone", "Redmi", or of "iPhone7" written in one."""
    return words.SERIES.get(word.casefold()) or words.SERIES.get(re.sub(r"\d.*$", "", word.casefold()), "")


def is_code(word: str, brand: str) -> bool:
    pattern = CODES.get(brand)
    return bool(pattern and pattern.fullmatch(word))


def _take_codes(text: str, brand: str) -> tuple[list[str], str]:
    """Codes at either end of the text, and the name that is left."""
    spaced = text.split()
    # "816G Dual" and "Desire 620G" are names: among other words, only what begins with a letter, or is long, is a
    # code; but Alcatel's codes begin with digits.
    if is_code(spaced[0], brand) and (
        len(spaced) == 1 or _surely_code(spaced[0]) or brand in words.NAMED_BY_CODE
    ):
        return [normal_code(spaced[0], brand)], " ".join(spaced[1:])
    if len(spaced) > 1 and is_code(spaced[-1], brand) and _surely_code(spaced[-1]):
        return [normal_code(spaced[-1], brand)], " ".join(spaced[:-1])
    return [], text


def _surely_code(word: str) -> bool:
    return word[0].isalpha() or len(word) > 6


def normal_code(code: str, brand: str) -> str:
    """A model code as we keep it: the prefix half of all people leave out is dropped, or put before every one."""
    for prefix in words.DROPPED_PREFIXES.get(brand, ()):
        code = re.sub(f"^{prefix}", "", code, flags=re.I)
    prefix = words.CODE_PREFIX.get(brand, "")
    if prefix and not code.upper().startswith(prefix):
        code = prefix + code.upper().removeprefix(prefix.rstrip("-"))
    return code


def _inherit(name: str, before: list[str]) -> str:
    """Put back the words a list leaves out: "Redmi Note 7/Note 7 Pro", "Honor 8A/8A Pro", "Tab 4 Wi-Fi/3G"."""
    if not before:
        return name
    last = before[-1].split()
    if CONNECTIVITY.fullmatch(name):
        stem = [word for word in last if not CONNECTIVITY.fullmatch(word)]
        return " ".join([*stem, name])
    first = name.split(maxsplit=1)[0].casefold()
    folded = [word.casefold() for word in last]
    if first in folded:
        return " ".join([*last[: folded.index(first)], name])
    if folded[0] in words.SERIES_FOR_ALL and first not in words.SERIES and len(last) > 1:
        return " ".join([last[0], name])
    if first[0].isdigit():
        numbered = next((place for place, word in enumerate(last) if any(map(str.isdigit, word))), 0)
        return " ".join([*last[:numbered], name])
    return name


def _read_bracket(content: str, item: Item) -> None:
    """Brackets hold the market names of codes, the codes of a name, a year, or a remark."""
    if not content or EXCEPT.search(content):
        return
    if YEAR.fullmatch(content) and item.name:
        item.name = f"{item.name} {content}"
    elif REMARK.fullmatch(content):
        if item.name.casefold().startswith("watch"):
            item.name = f"{item.name} {re.sub('мм|mm', '', content).strip()}mm"
    elif not (PANEL_CODE.fullmatch(content) and not is_code(content.split(maxsplit=1)[0], item.brand)):
        _read_alternatives([part.strip() for part in content.split("/") if part.strip()], item)


def _read_alternatives(parts: list[str], item: Item) -> None:
    first_words = [part.split()[0] for part in parts]
    named = bool(item.name) and not item.codes
    if all(is_code(word, item.brand) for word in first_words) and (named or not item.bracket_names):
        item.bracket_codes += [normal_code(word, item.brand) for word in first_words]
    elif named:
        # After a name: tokens with digits and letters are codes of a shape not listed; words are remarks.
        if all(MARKET_CODE.fullmatch(part) and not REMARK.fullmatch(part) for part in parts):
            item.bracket_codes += parts
    elif not item.bracket_names:
        for part in parts:
            brand, rest = take_brand(part, item.brand)
            name = _inherit(rest or part, item.bracket_names)
            item.bracket_names.append(_clean_name(name, brand))


def _clean_name(name: str, brand: str) -> str:
    name = " ".join(name.replace('"', " ").split())
    family = words.FAMILY.get(brand)
    if family and name.casefold().startswith(f"{family} "):
        name = name[len(family) + 1 :]
    return name


def _groups(items: list[Item]) -> Iterable[tuple[str, list[str], list[str]]]:
    """(brand, codes, names) of what was written together: "D6603/D6633 (Z3/Z3 Dual)", "220/215 (RM-969)"."""
    brand, codes, names, closed, mixed = "", list[str](), list[str](), False, False
    for item in items:
        # "Tab A7 Lite T220/T225": a bare code after a name with its code goes with them.
        more_codes = mixed and not item.name
        new_codes = bool(item.codes) and bool(names) and not more_codes
        name_after_codes = bool(item.name) and not item.codes and bool(codes) and not names
        if closed or item.brand != brand or new_codes or name_after_codes:
            yield brand, codes, names
            brand, codes, names = item.brand, [], []
        codes += item.codes + item.bracket_codes
        names += item.bracket_names if item.bracket_names else [item.name] * bool(item.name)
        closed = bool(item.bracket_names or item.bracket_codes)
        mixed = more_codes or bool(item.codes and item.name)
    yield brand, codes, names


def _pair(brand: str, codes: list[str], names: list[str]) -> Iterable[Device]:
    """Codes and names one to one, or all codes to the only name. Else nobody knows which belongs to which."""
    if len(names) == 1:
        yield from _devices(brand, names[0], codes)
    elif len(codes) == 1 and names:
        # One code for a family: "M700 (Q6/Q6a/Q6+)". Every one has it, or one of them; nobody can tell.
        yield from (
            device._replace(paired=False) for name in names for device in _devices(brand, name, codes)
        )
    elif len(codes) == len(names):
        for code, name in zip(codes, names, strict=True):
            yield from _devices(brand, name, [code])
    else:
        paired = not (codes and names)
        yield from (Device(brand, name, (), _aliases(brand, name), paired) for name in names)
        yield from (Device(brand, code, (code,), (), paired) for code in codes)


def _devices(brand: str, name: str, codes: list[str]) -> Iterable[Device]:
    if brand in words.NAMED_BY_CODE and codes:
        for code in codes:
            yield Device(brand, f"{name} {code}", (code,), (name,))
    else:
        yield Device(brand, name, tuple(codes), _aliases(brand, name))


def _aliases(brand: str, name: str) -> tuple[str, ...]:
    family = words.FAMILY.get(brand)
    return (f"{family.title()} {name}",) if family and not is_code(name, brand) else ()


def _unique(devices: Iterable[Device]) -> list[Device]:
    found: dict[tuple[str, str], Device] = {}
    for device in devices:
        key = (device.brand, device.name.upper())
        if device.name and key in found:
            codes = tuple(dict.fromkeys(found[key].codes + device.codes))
            found[key] = found[key]._replace(codes=codes)
        elif device.name:
            found[key] = device
    return list(found.values())
