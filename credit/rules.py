"""The rule that lends or does not. Pure: the same inputs give the same verdict, today and in an audit.

Change it only together with `RULE`, so that a stored decision says which rule judged it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.money import ZERO, format_money

RULE = "2026-11-23"
"""What each version added; inputs stored before it lack it, and are judged as they were:

- 2026-11: limit, days overdue, open invoices;
- 2026-11-22: `uncleared` cheques count as still owed;
- 2026-11-23: nothing is late within `grace_days`.
"""


def limit_in_force(
    kind: str,
    amount: Decimal | None,
    group_kind: str | None,
    group_amount: Decimal | None,
    temporary: Decimal | None,
    until: dt.date | None,
    *,
    on: dt.date,
) -> tuple[Decimal | None, str]:
    """The limit that counts on a day and whose it is. None is unlimited. A temporary limit never lowers another."""
    source = "account"
    if kind == "inherited":
        kind, amount, source = group_kind or "cash_only", group_amount, "group"
    if kind == "unlimited":
        return None, source
    limit = amount if kind == "amount" and amount is not None else ZERO
    if temporary is not None and until is not None and on <= until and temporary > limit:
        return temporary, "temporary"
    return limit, source


@dataclass(frozen=True)
class CreditInputs:
    """Everything a decision is made from, as it was at that moment. Amounts in `currency`.

    `limit` None is unlimited, 0 is cash only; `limit_source` says whose limit it is. `late_amount` is outstanding on
    invoices more than `max_overdue_days` late, `count_amount` on the oldest invoices that are too many. `uncleared` is
    cheques that were deposited and may still come back: what they paid counts as owed until they have cleared. So long
    as `grace_days` after its day nothing is late.
    """

    customer: str
    currency: str
    amount: Decimal
    limit: Decimal | None
    limit_source: str
    balance: Decimal
    open_orders: Decimal
    status: str
    max_overdue_days: int | None = None
    overdue_days: int = 0
    late_amount: Decimal = ZERO
    oldest_late: str = ""
    max_open_invoices: int | None = None
    open_invoices: int = 0
    count_amount: Decimal = ZERO
    uncleared: Decimal = ZERO
    grace_days: int = 0

    @property
    def available(self) -> Decimal | None:
        """What may still be owed; None without bound."""
        return None if self.limit is None else self.limit - self.balance - self.open_orders - self.uncleared

    def as_json(self) -> dict[str, Any]:
        return {k: str(v) if isinstance(v, Decimal) else v for k, v in asdict(self).items()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> CreditInputs:
        """Read back what `as_json` stored, to judge it again."""
        money = ("amount", "limit", "balance", "open_orders", "late_amount", "count_amount", "uncleared")
        return cls(**stored | {k: Decimal(stored[k]) for k in money if stored.get(k) is not None})


@dataclass(frozen=True)
class Judgement:
    """The verdict. `to_release` is the payment after which it goes through; None when no payment would help."""

    approved: bool
    reasons: tuple[dict[str, str], ...] = ()
    to_release: Decimal | None = ZERO
    excess: Decimal = ZERO

    @property
    def text(self) -> str:
        return " ".join(reason["text"] for reason in self.reasons)


def judge(given: CreditInputs) -> Judgement:
    """Approve, or say each reason not to and what payment would lift them all.

    A payment pays the oldest invoice first, so one payment of the largest of the amounts lifts every reason.
    """
    reasons: list[dict[str, str]] = []
    needed: list[Decimal | None] = []
    excess = ZERO
    if given.status == "blocked":
        reasons.append({"code": "account_blocked", "text": _("%s's credit is blocked.") % given.customer})
        needed.append(None)
    if given.available is not None and given.amount > given.available:
        excess = given.amount - given.available
        reasons.append({"code": "over_limit", "text": _over_limit(given)})
        needed.append(excess)
    allowed = None if given.max_overdue_days is None else max(given.max_overdue_days, given.grace_days)
    if allowed is not None and given.overdue_days > allowed:
        reasons.append(
            {
                "code": "overdue",
                "text": _("%(number)s is %(days)d days late; %(allowed)d are allowed.")
                % {
                    "number": given.oldest_late,
                    "days": given.overdue_days,
                    "allowed": allowed,
                },
            }
        )
        needed.append(given.late_amount)
    if given.max_open_invoices is not None and given.open_invoices >= given.max_open_invoices:
        reasons.append(
            {
                "code": "too_many_open_invoices",
                "text": _("%(open)d invoices are open; %(allowed)d are allowed.")
                % {"open": given.open_invoices, "allowed": given.max_open_invoices},
            }
        )
        needed.append(given.count_amount if given.max_open_invoices else None)
    amounts = [amount for amount in needed if amount is not None]
    to_release = None if len(amounts) < len(needed) else max(amounts, default=ZERO)
    return Judgement(not reasons, tuple(reasons), to_release, excess)


def _over_limit(given: CreditInputs) -> str:
    asked = format_money(given.amount, given.currency)
    left = given.available or ZERO
    if left > 0:
        return _("%(customer)s has %(left)s of credit left; this order needs %(asked)s.") % {
            "customer": given.customer,
            "left": format_money(left, given.currency),
            "asked": asked,
        }
    if given.limit == 0:
        return _("%(customer)s buys for cash; this order needs %(asked)s.") % {
            "customer": given.customer,
            "asked": asked,
        }
    return _("%(customer)s has no credit left; this order needs %(asked)s.") % {
        "customer": given.customer,
        "asked": asked,
    }
