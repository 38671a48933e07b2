"""Search as you type: name, shop, code, phone digits, e-mail, people; with typos.

Each way to find a customer is answered by an index and stops after a few rows: sorting all that match is what makes
a search slow. The few are ranked afterwards. Only when nothing is found are the words corrected.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple

from django.db.models import F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Collate, Least, Left, Length, Reverse

from core.phones import phone_digits, plain_digits
from core.planner import by_index
from customers.models import Customer, CustomerWord
from customers.models.customer import CustomerQuerySet, e164
from customers.models.search import Fold, words_of

from .record import city

CANDIDATES = 100
CORRECTIONS = 8
MOST_FOUND = 2000
"""A text that more have is frequent enough to be found along any order."""
NEAR_WORDS = 60
LAST = "\U0010ffff"  # sorts after every character


class CustomerHit(NamedTuple):
    """A customer that was found, as a list of suggestions shows it. `phone` is E.164."""

    id: int
    code: str
    name: str
    phone: str
    email: str
    city: str
    kind: str
    status: str
    status_label: str
    can_order: bool
    url: str


class Found(NamedTuple):
    """A candidate: its key and what it was found in."""

    pk: int
    text: str


def search_customers(text: str, *, user: Any, limit: int = 20) -> list[CustomerHit]:
    """The customers a person may see that fit what was typed so far, the best first. Empty text finds nobody."""
    words = words_of(text)
    if not words:
        return []
    customers: CustomerQuerySet = Customer.objects.visible_to(user)
    with by_index():
        found = _found(_ways(customers, text, words, limit))
        order = _rank(found, text, words)
        spellings = [] if found else [_spellings(word) for word in words]
        if any(len(options) > 1 for options in spellings):
            found = _found([_spelt(customers, spellings)[:CANDIDATES]])
            order = _rank_corrected(found, spellings)
        return _hits(customers, order[:limit])


def hits_of(keys: list[int], *, user: Any) -> list[CustomerHit]:
    """These customers, in this order, as a search would show them; those a person may not see are left out."""
    return _hits(Customer.objects.visible_to(user), keys)


def narrow(customers: CustomerQuerySet, text: str) -> CustomerQuerySet:
    """A list of customers searched for `text`: as typed, and with corrected spelling when that finds nothing.

    Who they are is asked first, by the index of the text: a list in another order, cut off after a page, would else be
    read along that order, for a rare text to its end.
    """
    words = words_of(text)
    exact = customers.search(text)
    if not words:
        return exact
    with by_index():
        found = list(exact.order_by().values_list("pk", flat=True)[: MOST_FOUND + 1])
    if found:
        return customers.filter(pk__in=found) if len(found) <= MOST_FOUND else exact
    spellings = [_spellings(word) for word in words]
    return _spelt(customers, spellings) if any(len(options) > 1 for options in spellings) else exact


def plain(text: str) -> str:
    """About what `search_fold` makes of a text; good enough to rank by."""
    apart = unicodedata.normalize("NFKD", plain_digits(text).strip().lower())
    return "".join(c for c in apart if not unicodedata.combining(c))


def _ways(customers: CustomerQuerySet, text: str, words: list[str], limit: int) -> list[QuerySet[Any]]:
    """The ways to find a customer, the surest first."""
    ways: list[QuerySet[Any]] = []
    pk = _pk_of(text)
    if pk:
        ways.append(customers.filter(pk=pk))
    digits = phone_digits(text)
    if len(digits) >= 4:
        ending = customers.annotate(ending=Collate(Reverse(F("phone")), "C"))
        ways.append(ending.filter(ending__gte=digits[::-1], ending__lt=digits[::-1] + LAST)[:limit])
    else:
        head = customers.annotate(head=Left("search_text", 60))
        start = plain(text)[:40]
        ways.append(head.filter(head__gte=start, head__lt=start + LAST).order_by("head")[:limit])
    if any(len(word) >= 3 for word in words):
        ways.append(customers.search(text)[:CANDIDATES])
    return ways


def _pk_of(text: str) -> int:
    """The key behind a code: `C-00418`, or its digits alone; 0 when it is none."""
    number = plain_digits(text).strip().lower().removeprefix("c-")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


def _found(ways: list[QuerySet[Any]]) -> list[Found]:
    """All ways in one statement; who is found in several ways counts once."""
    first, *others = [_plain_rows(way) for way in ways]
    rows = first.union(*others, all=True) if others else first
    return list({pk: Found(pk, text) for pk, text in rows}.values())


def _plain_rows(way: QuerySet[Any]) -> QuerySet[Any]:
    if not way.query.order_by:
        way.query.clear_ordering(force=True)
    return way.values_list("pk", "search_text")


def _spellings(word: str) -> dict[str, int]:
    """A word (0) and its possible corrections, numbered from the likeliest on; a word may be typed only in part."""
    folded = plain(word)
    length = len(folded)
    if length < 4 or length > 40 or not folded.isalpha():
        return {folded: 0}
    most = 1 if length == 4 else 2
    near = (
        CustomerWord.objects.annotate(length=Length("word"))
        .filter(length__gte=length - most)
        .annotate(
            distance=Least(_distance(F("word"), folded, most), _distance(Left("word", length), folded, most))
        )
        .filter(distance__lte=most)
        .order_by("distance", "length", "word")
        .values_list("word", flat=True)
    )
    slips = {word: _slips(folded, word) for word in near[:NEAR_WORDS] if word != folded}
    nearest = sorted(slips, key=lambda w: (slips[w], w[0] != folded[0], abs(len(w) - length), w))
    return {folded: 0, **{word: place for place, word in enumerate(nearest[:CORRECTIONS], 1)}}


def _slips(typed: str, word: str) -> int:
    """How many slips of the fingers make `typed` of the word, or of its beginning: two letters swapped are one slip."""
    rows = [list(range(len(word) + 1))]
    for i, letter in enumerate(typed, 1):
        row = [i]
        for j, other in enumerate(word, 1):
            least = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == word[j - 2] and typed[i - 2] == other:
                least = min(least, rows[-2][j - 2] + 1)
            row.append(least)
        rows.append(row)
    return rows[-1][-1] if len(word) <= len(typed) + 1 else min(rows[-1])


def _distance(column: Any, word: str, most: int) -> Func:
    return Func(
        column,
        Value(word),
        Value(most),
        function="levenshtein_less_equal",
        output_field=IntegerField(),
    )


def _spelt(customers: CustomerQuerySet, spellings: list[dict[str, int]]) -> CustomerQuerySet:
    """The customers that hold every word in one of its spellings."""
    words = [reduce(or_, [Q(search_text__contains=Fold(Value(w))) for w in options]) for options in spellings]
    return customers.filter(reduce(and_, words))


def _rank(found: Iterable[Found], typed: str, words: list[str]) -> list[int]:
    """Its code, then what begins with what was typed, words that begin with it, the rest; short before long."""
    start, wanted, coded = plain(typed), [plain(word) for word in words], _pk_of(typed)

    def key(hit: Found) -> tuple[int, int, str]:
        if hit.pk == coded:
            place = 0
        elif hit.text.startswith(start):
            place = 1
        elif all(f" {word}" in hit.text for word in wanted):
            place = 2
        else:
            place = 3
        return place, len(hit.text), hit.text

    return [hit.pk for hit in sorted(found, key=key)]


def _rank_corrected(found: Iterable[Found], spellings: list[dict[str, int]]) -> list[int]:
    """The likeliest corrections first, as words of their own before parts of words."""

    def unlikely(text: str, options: dict[str, int]) -> int:
        places = [
            place if f" {word} " in text else place + CORRECTIONS
            for word, place in options.items()
            if word in text
        ]
        return min(places)

    def key(hit: Found) -> tuple[int, int, str]:
        return sum(unlikely(f" {hit.text} ", options) for options in spellings), len(hit.text), hit.text

    return [hit.pk for hit in sorted(found, key=key)]


def _hits(customers: CustomerQuerySet, order: list[int]) -> list[CustomerHit]:
    """The rows of a suggestion list, in the given order."""
    rows = customers.filter(pk__in=order).annotate(city=city())
    known = {c.pk: c for c in rows.only("code", "name", "phone", "email", "kind", "status")}
    return [_hit(known[pk]) for pk in order if pk in known]


def _hit(c: Any) -> CustomerHit:
    return CustomerHit(
        c.pk,
        c.code,
        c.name,
        e164(c.phone),
        c.email,
        c.city or "",
        c.kind,
        c.status,
        c.get_status_display(),
        c.can_order,
        c.get_absolute_url(),
    )
