"""Which late fees are due, and why some are not."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Sum
from django.utils.translation import gettext as _

from core.money import ZERO
from credit.dunning import Ask, Verdict, asks_of
from credit.late_fees import Fee, Terms, fee_of
from credit.models import CreditAccount, FeeExemption, Invoice, LateFee, LateFeePolicy
from customers.models import Customer

from .dunning import Policy, facts_of, in_words, policy

BATCH = 500


class PlannedFee(NamedTuple):
    """A fee to charge, or `why` it is not charged, in words."""

    account: CreditAccount
    policy: LateFeePolicy
    ask: Ask
    fee: Fee
    why: str = ""


def policies(*, when: str) -> dict[str, LateFeePolicy]:
    """The policies in use by currency that are charged daily, or with a level."""
    return {each.currency: each for each in LateFeePolicy.objects.filter(is_active=True, when=when)}


def terms_of(each: LateFeePolicy) -> Terms:
    return Terms(each.kind, each.amount, each.rate, each.grace_days, each.minimum, each.cap)


def accounts_with_fees(
    *, on: dt.date, currencies: Collection[str], after: int = 0, most: int = BATCH
) -> list[int]:
    """The next account keys with something late, in their order."""
    rows = Invoice.objects.overdue(on=on).filter(account_id__gt=after, currency__in=list(currencies))
    return list(rows.order_by("account_id").values_list("account_id", flat=True).distinct()[:most])


def plan_fees(account_ids: Iterable[int], *, on: dt.date, by: dict[str, LateFeePolicy]) -> list[PlannedFee]:
    """The daily fees that are due on a day for these accounts and not charged yet, with those that are left out."""
    keys = list(account_ids)
    rules: Policy = policy()
    facts = facts_of(keys, on=on)
    accounts = CreditAccount.objects.filter(pk__in=keys).select_related("customer").order_by("pk")
    known = Charged.of({part.invoice for fact in facts.values() for part in fact.parts})
    let_off = exempt(keys, on=on)
    planned = []
    for account in accounts:
        found = by.get(account.currency)
        if found is None:
            continue
        fact = facts[account.pk]
        asks, withheld = asks_of(fact, on=on)
        for ask in asks:
            if not known.may_charge(ask.part.invoice, found):
                continue
            fee = known.next(found, ask, ask.part.outstanding, on=on)
            if fee is None:
                continue
            if account.pk in let_off:
                why = _("Exempt: %(reason)s") % {"reason": let_off[account.pk]}
                planned.append(PlannedFee(account, found, ask, fee, why))
                continue
            less = known.next(found, ask, ask.amount, on=on)
            if less is None:
                why = in_words(
                    ask.withheld[0], fact, Verdict(None, (), (), "", withheld), rules, account.currency
                )
                planned.append(PlannedFee(account, found, ask, fee, why))
            else:
                planned.append(PlannedFee(account, found, ask, less))
    return planned


def whole_fee_plan(*, on: dt.date, user: Any, most: int = 5000) -> list[PlannedFee]:
    """All fees due today among the customers in sight, the largest first, those left out last."""
    by = policies(when=LateFeePolicy.When.DAILY)
    planned: list[PlannedFee] = []
    after = 0
    while (
        by and len(planned) < most and (keys := accounts_with_fees(on=on, currencies=by.keys(), after=after))
    ):
        seen = CreditAccount.objects.filter(pk__in=keys, customer__in=Customer.objects.visible_to(user))
        planned += plan_fees(seen.values_list("pk", flat=True), on=on, by=by)
        after = keys[-1]
    return sorted(planned, key=lambda row: (bool(row.why), -row.fee.net))


def exempt(account_ids: Collection[int], *, on: dt.date) -> dict[int, str]:
    """`{account: reason}` of those that pay no fees."""
    rows = FeeExemption.objects.living(on=on).filter(account_id__in=list(account_ids))
    return dict(rows.values_list("account_id", "reason"))


class Charged(NamedTuple):
    """What was charged about some invoices before, and which of them are fees themselves."""

    periods: set[tuple[int, str]]
    sums: dict[int, Decimal]
    fees: set[int]

    @classmethod
    def of(cls, invoice_ids: Collection[int]) -> Charged:
        keys = list(invoice_ids)
        rows = LateFee.objects.filter(invoice_id__in=keys)
        sums: dict[int, Decimal] = defaultdict(lambda: ZERO)
        sums |= dict(rows.order_by().values_list("invoice_id").annotate(sum=Sum("net")))
        fees = Invoice.objects.filter(pk__in=keys, kind=Invoice.Kind.LATE_FEE)
        return cls(
            set(rows.values_list("invoice_id", "period")), sums, set(fees.values_list("pk", flat=True))
        )

    def may_charge(self, invoice: int, by: LateFeePolicy) -> bool:
        """Fees on fees only where the policy says so."""
        return by.on_fees or invoice not in self.fees

    def next(self, by: LateFeePolicy, ask: Ask, overdue: Decimal, *, on: dt.date) -> Fee | None:
        """The fee for the period of this day, if nobody charged it."""
        invoice = ask.part.invoice
        fee = fee_of(
            terms_of(by), overdue, due_on=ask.part.due_on, on=on, before=self.sums.get(invoice, ZERO)
        )
        return None if fee is None or (invoice, fee.period) in self.periods else fee
