"""What pages say about promises."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.money import ZERO
from credit.models import CreditAccount, PromiseToPay


class Word(NamedTuple):
    """How a customer keeps its word: the open promises, and how many were kept and broken."""

    open: list[PromiseToPay]
    kept: int
    broken: int


def word_of(account: CreditAccount) -> Word:
    """One query: a customer makes few promises."""
    if not account.pk:
        return Word([], 0, 0)
    states: dict[str, list[PromiseToPay]] = {}
    for promise in account.promises.order_by("promised_on", "pk"):
        states.setdefault(promise.state, []).append(promise)
    return Word(states.get("open", []), len(states.get("kept", [])), len(states.get("broken", [])))


def with_times_broken(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Promises with `times_broken`: how often this customer has broken one."""
    counted = (
        PromiseToPay.objects.broken()
        .filter(account=OuterRef("account"))
        .order_by()
        .values("account")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return rows.annotate(times_broken=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


def not_promised(account: CreditAccount) -> Any:
    """What is owed and not promised already: the most a new promise may be."""
    if not account.pk:
        return ZERO
    promised = sum((p.amount - p.received for p in account.promises.open()), ZERO)
    return max(account.balance - promised, ZERO)
