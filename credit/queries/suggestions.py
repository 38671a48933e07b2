"""Ways to use money that no invoice has yet, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from credit.matching import Open, exact, named, oldest, together
from credit.models import CreditNote, Invoice, Payment


class Suggestion(NamedTuple):
    """A way to use the money: its name in an address, why, and what each invoice would get."""

    name: str
    reason: str
    shares: dict[int, Decimal]


def suggestions(source: Payment | CreditNote, invoices: list[Invoice]) -> list[Suggestion]:
    """What could be done with the rest of `source`, the surest first; no way twice."""
    rest = source.unallocated_amount
    if rest <= 0:
        return []
    rows = [Open(each.pk, each.number, each.outstanding) for each in invoices if each.outstanding > 0]
    found: list[Suggestion] = []
    for each in _ways(source, rows, rest):
        if each.shares and all(each.shares != other.shares for other in found):
            found.append(each)
    return found


def _ways(source: Any, rows: list[Open], rest: Decimal) -> Iterator[Suggestion]:
    written = " ".join([getattr(source, "method_reference", ""), getattr(source, "note", "")])
    yield Suggestion("named", _("Its reference names them"), named(rows, rest, written))
    about = getattr(source, "invoice_id", None)
    yield Suggestion("about", _("It takes this one back"), oldest([r for r in rows if r.pk == about], rest))
    yield Suggestion("exact", _("Needs just this amount"), exact(rows, rest))
    yield Suggestion("together", _("Need just this amount together"), together(rows, rest))
    yield Suggestion("oldest", _("The longest due first"), oldest(rows, rest))
