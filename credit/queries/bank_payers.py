"""Who may have paid a bank line: learnt names, phones, names like a customer's, document numbers, amounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credit.banking.payers import Clues, fold_name
from credit.models import BankLine, Invoice, PayerAlias
from customers.models import Customer

SAME_AMOUNT = 4
"""More open invoices of one amount say nothing about whose it is."""
Line = tuple[BankLine, Clues]


class Identity(NamedTuple):
    """A customer a line may be of, why, and which open invoices it names. `by_amount`: nothing else says so."""

    customer_id: int
    name: str
    score: int
    reasons: tuple[str, ...]
    named: tuple[int, ...] = ()
    by_amount: bool = False


class Payers:
    """Who each line may be of, and what those owe."""

    def __init__(self, found: Mapping[int, list[Identity]], invoices: Iterable[Invoice], user: Any) -> None:
        self._found, self.user = found, user
        self.visible = Customer.objects.visible_to(user) if user is not None else Customer.objects.all()
        self._open: dict[int, list[Invoice]] = defaultdict(list)
        for invoice in invoices:
            self._open[invoice.account.customer_id].append(invoice)

    def of(self, line: int) -> list[Identity]:
        return self._found.get(line, [])

    def open_invoices(self, customer: int) -> list[Invoice]:
        """The longest due first."""
        return self._open[customer]


class Evidence(NamedTuple):
    """One thing that speaks for a customer."""

    points: int
    sentence: str
    named: int = 0


def identify(lines: Mapping[int, Line], *, user: Any) -> Payers:
    """Five queries, however many lines."""
    evidence: dict[int, dict[int, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
    _by_alias(lines, evidence)
    _by_document(lines, evidence)
    _by_search(lines, evidence)
    lonely = {pk: line for pk, line in lines.items() if not evidence[pk]}
    alone = _by_amount(lonely)
    wanted = {c for found in evidence.values() for c in found} | {
        c for found in alone.values() for c in found
    }
    seen = Customer.objects.filter(pk__in=wanted)
    if user is not None:
        seen = seen.visible_to(user)
    names = dict(seen.values_list("pk", "name"))
    found: dict[int, list[Identity]] = {}
    for pk in lines:
        whole = [
            _weigh(customer, names[customer], told)
            for customer, told in evidence[pk].items()
            if customer in names
        ]
        guessed = [
            Identity(customer, names[customer], points, (sentence,), by_amount=True)
            for customer, (points, sentence) in alone.get(pk, {}).items()
            if customer in names
        ]
        found[pk] = sorted([*whole, *guessed], key=lambda who: -who.score)[:6]
    keys = {who.customer_id for some in found.values() for who in some}
    rows = Invoice.objects.open().filter(account__customer__in=keys).select_related("account")
    return Payers(found, rows.order_by("due_on", "pk"), user)


def _weigh(customer: int, name: str, told: list[Evidence]) -> Identity:
    """The strongest counts in full, each other one a little."""
    ordered = sorted(set(told), key=lambda e: -e.points)
    score = min(70, ordered[0].points + 4 * (len(ordered) - 1))
    named = tuple(dict.fromkeys(e.named for e in ordered if e.named))
    return Identity(customer, name, score, tuple(dict.fromkeys(e.sentence for e in ordered)), named)


def _by_alias(lines: Mapping[int, Line], evidence: Any) -> None:
    keys = {key for _line, clues in lines.values() for key in clues.keys}
    known: dict[str, list[PayerAlias]] = defaultdict(list)
    for alias in PayerAlias.objects.filter(key__in=keys, times__gt=0):
        known[alias.key].append(alias)
    for pk, (_line, clues) in lines.items():
        for key in clues.keys:
            for alias in known.get(key, []):
                kind, _colon, said = key.partition(":")
                alone = len(known[key]) == 1
                points = (52 + min(alias.times, 6)) if alone else 20
                points -= 8 if kind == "name" and alone else 0
                sentence = ngettext(
                    "“%(said)s” was this customer's %(times)d time before.",
                    "“%(said)s” was this customer's %(times)d times before.",
                    alias.times,
                ) % {"said": said, "times": alias.times}
                evidence[pk][alias.customer_id].append(Evidence(points, sentence))


def _by_document(lines: Mapping[int, Line], evidence: Any) -> None:
    """Open invoices whose numbers stand in the text; INV 42 means this year's or last year's 42."""
    wanted: dict[int, set[str]] = {}
    for pk, (line, clues) in lines.items():
        said = {word for word in clues.documents if not word.startswith("#")}
        for short in (word[1:] for word in clues.documents if word.startswith("#")):
            said |= {f"INV-{line.booked_on.year - ago}-{int(short):05}" for ago in (0, 1)}
        wanted[pk] = said
    numbers = {number for said in wanted.values() for number in said}
    found = {
        invoice.number: invoice
        for invoice in Invoice.objects.open().filter(number__in=numbers).select_related("account")
    }
    for pk, said in wanted.items():
        for number in sorted(said & found.keys()):
            invoice = found[number]
            sentence = _("The text names %(number)s, which is open.") % {"number": number}
            evidence[pk][invoice.account.customer_id].append(Evidence(60, sentence, invoice.pk))


# Each name or phone looks once into the search index of customers; a name that many have says nothing.
SEARCH = """
SELECT wanted.needle, found.id, found.name, found.company_name
FROM unnest(%s::text[], %s::text[]) AS wanted(needle, pattern)
CROSS JOIN LATERAL (
    SELECT id, name, company_name FROM customers_customer WHERE search_text LIKE search_fold(wanted.pattern) LIMIT 5
) found
"""


def _by_search(lines: Mapping[int, Line], evidence: Any) -> None:
    names = {name for _line, clues in lines.values() for name in clues.names if len(name) >= 5}
    phones = {phone for _line, clues in lines.values() for phone in clues.phones}
    if not names and not phones:
        return
    needles = sorted(names | phones)
    patterns = ["%" + "%".join(_escaped(word) for word in needle.split()) + "%" for needle in needles]
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, [needles, patterns])
        rows = cursor.fetchall()
    found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for needle, *customer in rows:
        found[needle].append(tuple(customer))
    for pk, (_line, clues) in lines.items():
        for phone in clues.phones:
            for customer, _name, _company in found.get(phone, [])[:2]:
                sentence = _("The phone %s is this customer's.") % phone
                evidence[pk][customer].append(Evidence(52 if len(found[phone]) == 1 else 30, sentence))
        for name in clues.names:
            for customer, called, company in found.get(name, []):
                evidence[pk][customer].append(_named(name, called, company, len(found[name])))


def _named(said: str, called: str, company: str, others: int) -> Evidence:
    if said in {fold_name(called), fold_name(company)}:
        points = 44 if others == 1 else 38
        return Evidence(points, _("The payer is called like the customer."))
    points = 30 if others == 1 else 22 if others < 5 else 10
    return Evidence(points, _("“%s” is part of the customer's name or people.") % said)


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


AMOUNTS = """
SELECT wanted.amount, a.customer_id FROM unnest(%s::numeric[]) AS wanted(amount)
CROSS JOIN LATERAL (
    SELECT account_id FROM credit_invoice
    WHERE outstanding = wanted.amount AND outstanding > 0 AND currency = %s ORDER BY id LIMIT %s
) found
JOIN credit_creditaccount a ON a.id = found.account_id
"""


def _by_amount(lines: Mapping[int, Line]) -> dict[int, dict[int, tuple[int, str]]]:
    """Where nothing else speaks: whose open invoices are exactly this much."""
    if not lines:
        return {}
    owners: dict[Decimal, list[int]] = defaultdict(list)
    currency = next((line.account.currency for line, _clues in lines.values()), settings.CURRENCY)
    with connection.cursor() as cursor:
        cursor.execute(
            AMOUNTS, [sorted({line.amount for line, _c in lines.values()}), currency, SAME_AMOUNT + 1]
        )
        for amount, customer in cursor.fetchall():
            owners[amount].append(customer)
    found = {}
    for pk, (line, _clues) in lines.items():
        some = owners.get(line.amount, [])
        if not some or len(some) > SAME_AMOUNT:
            continue
        if len(some) == 1:
            told = (48, _("Only one open invoice has this amount."))
        else:
            told = (30, _("%(number)d open invoices have this amount.") % {"number": len(some)})
        found[pk] = dict.fromkeys(some, told)
    return found
