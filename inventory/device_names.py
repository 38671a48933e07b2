"""What the name of a part says: for which phones it is, its grade, colour and frame. Pure; words in device_words.

    read_name("Дисплей для Huawei Honor 8A/8A Pro в сборе с тачскрином Черный - Ориг")
    Reading(brand="Huawei", devices=(Honor 8A, Honor 8A Pro), grade="original", colour="black", …)

A name is read, not understood: `confidence` (0 to 1) says how far to trust the devices, and what is not said stays
empty. A person's own entry always has confidence 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from . import device_words as words
from .device_items import Device, is_code, read_devices, take_brand

SURE, LIKELY, UNSURE = Decimal("0.95"), Decimal("0.80"), Decimal("0.60")
BRACKETS = re.compile(r"\(([^()]*)(?:\)|$)|\[([^\[\]]*)(?:\]|$)")


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w+])(?:{pattern})(?![\w])", re.I)


FOR = _whole("для|for|suitable for|compatible with")
GRADES = [(_whole(pattern), grade) for pattern, grade in words.GRADES]
COLOURS = [(_whole(pattern), colour) for pattern, colour in words.COLOURS]
WITHOUT_FRAME, WITH_FRAME = _whole(words.WITHOUT_FRAME), _whole(words.WITH_FRAME)
MAKERS = _whole("|".join(words.PART_MAKERS))
NOT_FOR_A_MODEL = re.compile(rf"\W*(?:{words.NOT_FOR_A_MODEL})(?!\w)", re.I)
NUMBER_COMES_FIRST = re.compile(rf"\W*(?:{words.NUMBER_COMES_FIRST})(?!\w)", re.I)
PROTECTED = _whole(words.NAMES_LIKE_OTHER_WORDS)
STOPS = re.compile(
    rf"(?<![\w+])(?:{'|'.join([words.PART_WORDS, *(p for p, _g in words.GRADES), *(p for p, _c in words.COLOURS)])}"
    rf"|{'|'.join(words.PART_MAKERS)})(?![\w+])|\s[-–—]+\s|\s\+\s?(?=touch)",
    re.I,
)
STOP, FOLLOWS_FOR = "\x03", "\x04"
# Holds the words of a name together while others are looked for; a letter that no name has.
GLUE = "ꙮ"


@dataclass(frozen=True)
class Reading:
    brand: str = ""
    devices: tuple[Device, ...] = ()
    grade: str = ""
    colour: str = ""
    with_frame: bool | None = None
    maker: str = ""
    confidence: Decimal = Decimal(0)


def read_name(name: str, *, category: str = "", sku: str = "") -> Reading:
    """Read the name of a part. The category (path "A > B > Brand") helps where the name leaves the maker out."""
    text = " ".join(name.replace("“", '"').replace("”", '"').replace("″", '"').split())
    shelf_brand = words.BRANDS.get(category.rpartition(">")[2].strip().casefold(), "")
    brackets = [match[1] if match[1] is not None else match[2] for match in BRACKETS.finditer(text)]
    masked = _mask_brackets(text)
    run, certain = "", False
    if not NOT_FOR_A_MODEL.match(text):
        run, certain = _device_run(
            masked, brackets, shelf_brand, number_first=bool(NUMBER_COMES_FIRST.match(text))
        )
    devices = tuple(read_devices(run, brackets, shelf_brand)) if run else ()
    said = _what_else(masked, run, brackets)
    return Reading(
        brand=devices[0].brand if devices and devices[0].brand else shelf_brand,
        devices=devices,
        grade=next((grade for pattern, grade in GRADES if pattern.search(said)), ""),
        colour=_colour(said),
        with_frame=_frame(said, sku),
        maker=words.PART_MAKERS[found[0].casefold()] if (found := MAKERS.search(said)) else "",
        confidence=_confidence(devices, certain),
    )


def describes_a_part(word: str) -> bool:
    """Whether a word is about the part (combo, incell, black), not about the phone."""
    return bool(STOPS.fullmatch(word))


def _mask_brackets(text: str) -> str:
    """Each bracket becomes its number between control characters, so that nothing inside is split or stopped."""
    numbers = iter(range(1000))
    return BRACKETS.sub(lambda _match: f"\x01{next(numbers)}\x02", text)


def _device_run(
    masked: str, brackets: list[str], shelf_brand: str, *, number_first: bool
) -> tuple[str, bool]:
    """The stretch of the name that lists phones, and whether a word such as "for" or a maker's name marks it."""
    if number_first:
        # "АКБ для Nokia BL-5C (1100/1101)": the maker's word counts, the part's own number doesn't.
        return _phones_in_brackets(masked, brackets, shelf_brand)
    protected = PROTECTED.sub(lambda match: match[0].replace(" ", GLUE), masked)
    stopped = STOPS.sub(STOP, FOR.sub(FOLLOWS_FOR, protected)).replace(GLUE, " ")
    pieces = re.split(f"{STOP}|(?={FOLLOWS_FOR})", stopped)
    pieces = [piece for piece in pieces if piece.strip(f" {FOLLOWS_FOR}-–,.+")]
    runs = [(run.startswith(FOLLOWS_FOR), run.strip(f" {FOLLOWS_FOR}-–,.")) for run in pieces]
    for after_for, run in runs:
        if after_for and (shelf_brand or _names_a_phone(run)):
            return run, True
    for _after_for, run in runs:
        if _names_a_phone(run):
            return run, True
    if shelf_brand:
        for _after_for, run in runs:
            if re.search(r"\d", re.sub(r"\x01\d+\x02", "", run)):
                return run, False
    return "", False


def _phones_in_brackets(masked: str, brackets: list[str], shelf_brand: str) -> tuple[str, bool]:
    brand = take_brand(FOR.split(masked)[-1].strip(), shelf_brand)[0] if FOR.search(masked) else shelf_brand
    bracket = next(
        (text for text in brackets if text.casefold() not in words.PART_MAKERS and "mAh" not in text), ""
    )
    after = STOPS.sub(STOP, FOR.split(masked)[-1]).split(STOP)[0].strip()
    rest = take_brand(after, brand)[1]
    if bracket and re.search(r"\d", bracket):
        return f"{brand} {bracket.strip()}", True
    # "Battery for Redmi Note 8 BN46": here the number comes last.
    after = re.sub(r"(?<=\d) [A-Z]{2}-?\w*\d\w*$", "", after)
    return (after, True) if rest and _series_first(rest) else ("", False)


def _series_first(text: str) -> bool:
    return text.split(maxsplit=1)[0].casefold() in words.SERIES


def _names_a_phone(run: str) -> bool:
    """Whether it begins with a maker or a series, or is a code."""
    plain = re.sub(r"\x01\d+\x02", " ", run).strip()
    if not plain:
        return False
    brand, rest = take_brand(plain, "")
    return bool(brand and (rest or brand)) or is_code(re.split(r"[ /,]", plain)[0], "Samsung")


def _what_else(masked: str, run: str, brackets: list[str]) -> str:
    """The name without its phones: where grade, colour and frame are looked for."""
    outside = masked.replace(run, " ", 1) if run and run in masked else masked
    # Brackets come last: a colour outside of them counts first.
    said = re.sub(r"\x01(\d+)\x02", " ", outside) + " " + " ".join(f"({text})" for text in brackets)
    return PROTECTED.sub(" ", said)


def _colour(said: str) -> str:
    """The first colour said outside brackets, else inside."""
    found = sorted(
        (match.start(), -len(match[0]), colour) for p, colour in COLOURS if (match := p.search(said))
    )
    return found[0][2] if found else ""


def _frame(said: str, sku: str) -> bool | None:
    if WITHOUT_FRAME.search(said):
        return False
    return True if WITH_FRAME.search(said) or re.search(r"-FR(-|$)", sku) else None


def _confidence(devices: tuple[Device, ...], certain: bool) -> Decimal:
    if not devices or not all(device.brand for device in devices):
        return UNSURE if devices else Decimal(0)
    if not certain:
        return UNSURE
    return SURE if all(device.paired for device in devices) else LIKELY
