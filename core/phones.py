"""Phone numbers: as people type them, as they are stored (E.164), as they are looked for (digits).

`templatetags.figures.phone` writes them for people again.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _

from .errors import Refusal

CHAT = re.compile(
    r"^(?:https?://)?(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?phone=)|^whatsapp:", re.IGNORECASE
)
DIALLED = re.compile(r"^(?:tel|sms):", re.IGNORECASE)
TYPED = re.compile(r"[\d\s()./+\-]+")


def read_phone(text: Any, country: str = "") -> str:
    """A number as people type it, as E.164; empty stays empty.

    A local number gets `country` (ISO 3166, by default the configured one). Digits of any script, `0098…`, and the
    links people paste (`wa.me/91…`, `tel:`) are understood. Anything else is refused in a sentence.
    """
    typed = str(text or "").strip()
    if not typed:
        return ""
    plain = _without_link(plain_digits(typed))
    if plain.startswith("00"):
        plain = "+" + plain[2:].lstrip()
    found = _valid(plain, country or settings.PHONENUMBER_DEFAULT_REGION)
    if found is None and len(digits := re.sub(r"\D", "", plain)) > 10:
        found = _valid("+" + digits, "")  # the + forgotten
    if found is None:
        text = _("“%(typed)s” is not a telephone number that can be called.") % {"typed": typed[:40]}
        raise Refusal(text, code="not_a_phone")
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def plain_digits(text: str) -> str:
    """The text with digits of every script as 0–9, full-width forms as plain ones, and marks of direction left out."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded if unicodedata.category(c) != "Cf"
    )


def phone_digits(text: str) -> str:
    """The digits to look for when somebody types a number or a part of one; "" when the text is something else.

    The 0 or 00 that people dial in front is left out, so that they are found inside the E.164 number.
    """
    plain = _without_link(plain_digits(text).strip()).replace("(0)", "")
    return re.sub(r"\D", "", plain).lstrip("0") if TYPED.fullmatch(plain) else ""


def _without_link(text: str) -> str:
    """The number inside a link; those of WhatsApp are international, with or without the +."""
    if DIALLED.match(text):
        return DIALLED.sub("", text).strip()
    if CHAT.match(text):
        return "+" + re.split(r"[?&/]", CHAT.sub("", text))[0].strip().lstrip("+")
    return text


def _valid(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    if not TYPED.fullmatch(text):
        return None
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
