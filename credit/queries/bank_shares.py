"""Which invoices an amount pays best. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import ZERO, format_money
from credit.models import Invoice

FEW = 4
LOOKED_AT = 12


class Fit(NamedTuple):
    """What the amount would pay, how well that fits, and why. `rest` stays unallocated."""

    shares: tuple[tuple[Invoice, Decimal], ...]
    score: int
    reason: str
    rest: Decimal = ZERO


def fitting(amount: Decimal, invoices: Sequence[Invoice], named: Sequence[int], currency: str) -> Fit:
    """The named invoices if the amount is theirs; else one, all, or a few that are exactly it; else the oldest."""
    mine = [invoice for invoice in invoices if invoice.currency == currency]
    said = [invoice for invoice in mine if invoice.pk in named]
    if said and amount == _sum(said):
        return Fit(
            _whole(said), 38, _("It is exactly what is open on it.") if len(said) == 1 else _together(said)
        )
    if said and amount < _sum(said):
        return Fit(_oldest(amount, said), 22, _("It pays a part of what the text names."))
    one = [invoice for invoice in mine if invoice.outstanding == amount]
    if one:
        reason = _("Exactly what is open on %(number)s.") % {"number": one[0].number}
        return Fit(_whole(one[:1]), 38, reason)
    owed = _sum(mine)
    if mine and amount == owed:
        return Fit(_whole(mine), 38, _("Exactly all that the customer owes."))
    if few := _few(amount, mine):
        return Fit(_whole(few), 32, _together(few))
    shares = _oldest(amount, [*said, *(i for i in mine if i not in said)])
    if amount > owed:
        rest = amount - owed
        reason = _("More than the customer owes: %s stays unallocated.") % format_money(rest, currency)
        return Fit(shares, 4, reason, rest)
    return Fit(shares, 8, _("It pays the oldest invoices, the last of them in part."))


def _together(invoices: Sequence[Invoice]) -> str:
    said = ngettext(
        "Exactly %(number)d invoice together.", "Exactly %(number)d invoices together.", len(invoices)
    )
    return said % {"number": len(invoices)} + " " + ", ".join(invoice.number for invoice in invoices)


def _sum(invoices: Sequence[Invoice]) -> Decimal:
    return sum((invoice.outstanding for invoice in invoices), ZERO)


def _whole(invoices: Sequence[Invoice]) -> tuple[tuple[Invoice, Decimal], ...]:
    return tuple((invoice, invoice.outstanding) for invoice in invoices)


def _oldest(amount: Decimal, invoices: Sequence[Invoice]) -> tuple[tuple[Invoice, Decimal], ...]:
    shares = []
    for invoice in invoices:
        if amount <= 0:
            break
        shares.append((invoice, min(amount, invoice.outstanding)))
        amount -= shares[-1][1]
    return tuple(shares)


def _few(amount: Decimal, invoices: Sequence[Invoice]) -> list[Invoice]:
    """The oldest in a row that come to it, else a few of the oldest that do."""
    running = ZERO
    for place, invoice in enumerate(invoices):
        running += invoice.outstanding
        if running == amount:
            return list(invoices[: place + 1])
        if running > amount:
            break
    some = [invoice for invoice in invoices[:LOOKED_AT] if invoice.outstanding < amount]
    for size in range(2, FEW + 1):
        for chosen in combinations(some, size):
            if _sum(chosen) == amount:
                return list(chosen)
    return []
