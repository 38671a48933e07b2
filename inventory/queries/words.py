"""What somebody typed, as words: split, in the letters we keep, a typo put right."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import connection
from django.db.models import Q

from inventory.device_lists import TWINS
from inventory.device_words import SPOKEN
from inventory.models import SearchWord

LONGEST_QUERY = 120
MOST_WORDS = 8


def words_of(text: str) -> list[str]:
    """The words somebody typed, each once."""
    return list(dict.fromkeys(all_words(text[:LONGEST_QUERY])))[:MOST_WORDS]


def all_words(text: str) -> list[str]:
    return re.findall(r"[\w+]+(?:[-.][\w+]+)*", text.casefold().replace("\0", ""))


def latin(words: Sequence[str]) -> list[str]:
    """Words of makers and models as the box says them: "самсунг А12" is "samsung a12", also with a Cyrillic А."""
    return [_latin(word) for word in words]


def _latin(word: str) -> str:
    if word.isascii():
        return word
    if word in SPOKEN:
        return SPOKEN[word]
    folded = word.translate(TWINS)
    mixed = any("a" <= letter <= "z" or letter.isdigit() for letter in word)
    return folded if mixed and folded.isascii() else word


def stands(word: str) -> Q:
    """A long word may stand within another; a short one begins a word, and "7" is not the 7 of 70 or 17."""
    if len(word) > 3:
        return Q(search_text__contains=word)
    return Q(search_text__regex=rf"\m{re.escape(word)}" + (r"(?!\d)" if word[-1].isdigit() else ""))


def all_stand(words: Sequence[str]) -> Q:
    wanted = Q()
    for word in words:
        wanted &= stands(word)
    return wanted


def mend_words(words: Sequence[str]) -> list[str]:
    """The words, those that stand nowhere replaced by the nearest that does.

    Short ones with digits are left alone: one digit more or less is another phone.
    """
    unsure = [word for word in words if len(word) > 3 and (word.isalpha() or len(word) > 6)]
    known = {word for word in unsure if SearchWord.objects.filter(word__startswith=word).exists()}
    return [_nearest(word) if word in unsure and word not in known else word for word in words]


def _nearest(word: str) -> str:
    """The word with one edit, or two letters changed places; long words may have two edits."""
    for statement in (ONE_EDIT, TWO_EDITS) if len(word) > 5 else (ONE_EDIT,):
        with connection.cursor() as cursor:
            cursor.execute(statement, {"word": word})
            near = cursor.fetchall()
        good = (other for other, edits in near if edits < 2 or len(word) > 5 or sorted(other) == sorted(word))
        if found := next(good, ""):
            return found
    return word


# One edit by index: both become the same by leaving out one letter. The rest is looked at word by word.
ONE_EDIT = """
SELECT word, levenshtein(word, %(word)s::text) AS edits FROM inventory_searchword
WHERE near && one_letter_less(%(word)s::text)
ORDER BY levenshtein(word, %(word)s::text), left(word, 1) <> left(%(word)s::text, 1), word
LIMIT 20
"""
TWO_EDITS = """
SELECT word, levenshtein(word, %(word)s::text) AS edits FROM inventory_searchword
WHERE length(word) BETWEEN length(%(word)s::text) - 2 AND length(%(word)s::text) + 2
    AND levenshtein_less_equal(word, %(word)s::text, 2) <= 2
ORDER BY edits, left(word, 1) <> left(%(word)s::text, 1), word
LIMIT 20
"""
