"""What a bank line may be: payments that are booked already, announced ones, customers and the invoices they pay.

Each suggestion has a score from 0 to 100 and says in sentences why. The number of queries does not depend on the
number of lines. `docs/integrations/bank-statements.md` says what counts how much.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models.functions import Collate, Upper
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import format_money
from core.templatetags.figures import day
from credit.banking.payers import Clues, clues_of
from credit.models import BankLine, Cheque, Invoice, Payment, PaymentNotice

from .bank_payers import Identity, identify
from .bank_shares import Fit, fitting

SURE = 90
"""From this score on a suggestion may be confirmed without looking at it."""
DOUBTFUL = 79
CANDIDATES = 5
NEAR = 5
"""Days by which an announced payment and the bank's line may differ."""


class Suggestion(NamedTuple):
    """What a line may be: `kind` link (it is booked), approve (it was announced), clear (a cheque), book, or ignore."""

    kind: str
    score: int
    reasons: tuple[str, ...]
    customer_id: int | None = None
    customer: str = ""
    fit: Fit | None = None
    payment: Payment | None = None
    notice: PaymentNotice | None = None
    cheque: Cheque | None = None
    ignore: str = ""

    @property
    def sure(self) -> bool:
        return self.score >= SURE

    @property
    def key(self) -> str:
        """What a button sends to mean this suggestion: it is found again by it, or it is not there any more."""
        about = self.payment or self.notice or self.cheque
        return f"{self.kind}:{about.pk if about else self.customer_id or ''}"


def suggest(lines: Sequence[BankLine], *, user: Any = None) -> dict[int, list[Suggestion]]:
    """Suggestions for open lines, the best first. Of customers whom `user` may not see (None: everybody) nothing."""
    looked = Looked([line for line in lines if line.state == BankLine.State.OPEN], user)
    return {line.pk: looked.at(line) for line in looked.lines}


class Looked:
    """All that some lines need to know, read at once."""

    def __init__(self, lines: list[BankLine], user: Any) -> None:
        self.lines = lines
        self.clues = {
            line.pk: clues_of(line.text, line.payer, line.payer_account, line.reference) for line in lines
        }
        coming = [line for line in lines if line.amount > 0]
        self.who = identify({line.pk: (line, self.clues[line.pk]) for line in coming}, user=user)
        self.payments = self._payments(coming)
        self.notices = self._notices(coming)
        self.cheques = self._cheques(coming)
        self.alike = self._alike(lines)

    # --- reading -----------------------------------------------------------------------------------------------
    def _payments(self, lines: list[BankLine]) -> list[Payment]:
        """Those that may be one of the lines: by reference, by receipt number, or by amount and day."""
        if not lines:
            return []
        free = self._seen(
            Payment.objects.filter(reversed_at=None, amount__gt=0, bank_line=None).select_related(
                "account__customer"
            )
        )
        said = {word for line in lines for word in self.clues[line.pk].references}
        numbers = {word for line in lines for word in self.clues[line.pk].documents if word.startswith("RCT")}
        days = [line.booked_on for line in lines]
        by_reference = (
            free.exclude(method_reference="")
            .annotate(said=Collate(Upper("method_reference"), "C"))
            .filter(said__in=said)
        )
        near = free.exclude(method=Payment.Method.CASH).filter(
            amount__in={line.amount for line in lines},
            received_on__range=(min(days) - dt.timedelta(NEAR), max(days) + dt.timedelta(NEAR)),
        )
        found = [*by_reference, *free.filter(number__in=numbers), *near[:2000]]
        return list({payment.pk: payment for payment in found}.values())

    def _notices(self, lines: list[BankLine]) -> list[PaymentNotice]:
        if not lines:
            return []
        waiting = PaymentNotice.objects.waiting().select_related("account__customer", "recorded_by")
        return list(self._seen(waiting.filter(amount__in={line.amount for line in lines})))

    def _cheques(self, lines: list[BankLine]) -> list[Cheque]:
        if not lines:
            return []
        deposited = Cheque.objects.deposited().select_related("account__customer", "payment")
        return list(
            self._seen(deposited.filter(amount__in={line.amount for line in lines}, payment__bank_line=None))
        )

    def _alike(self, lines: list[BankLine]) -> dict[int, BankLine]:
        """Lines of other files with the same day and amount, settled already: perhaps the same, worded otherwise."""
        if not lines:
            return {}
        others = BankLine.objects.filter(
            account__in={line.account_id for line in lines},
            booked_on__in={line.booked_on for line in lines},
            amount__in={line.amount for line in lines},
            state=BankLine.State.BOOKED,
        ).select_related("payment")
        known = {(o.account_id, o.booked_on, o.amount, o.statement_id): o for o in others}
        found = {}
        for line in lines:
            for (account, on, amount, statement), other in known.items():
                same = (account, on, amount) == (line.account_id, line.booked_on, line.amount)
                if same and statement != line.statement_id:
                    found[line.pk] = other
        return found

    def _seen(self, rows: Any) -> Any:
        user = self.who.user
        return rows if user is None else rows.filter(account__customer__in=self.who.visible)

    # --- judging -----------------------------------------------------------------------------------------------
    def at(self, line: BankLine) -> list[Suggestion]:
        if line.amount < 0:
            return [going_out(line)]
        clues = self.clues[line.pk]
        known = {who.customer_id: who for who in self.who.of(line.pk)}
        there = [
            *(s for p in self.payments if (s := booked_already(line, p, clues, known))),
            *(s for n in self.notices if (s := announced(line, n, clues, known))),
            *(s for c in self.cheques if (s := cheque_cleared(line, c, clues, known))),
        ]
        told = {s.customer_id for s in there if s.score >= 60}
        new = [self.new_payment(line, who, doubtful=who.customer_id in told) for who in known.values()]
        other = [s for s in [no_payment(line)] if s]
        found = sorted([*there, *new, *other], key=lambda s: -s.score)
        return self._weighed(line, found)[:CANDIDATES]

    def new_payment(self, line: BankLine, who: Identity, *, doubtful: bool) -> Suggestion:
        fit = fitting(line.amount, self.who.open_invoices(who.customer_id), who.named, line.account.currency)
        score = min(99, who.score + fit.score)
        if who.by_amount:
            score = who.score
        reasons = [*who.reasons, fit.reason]
        if doubtful:
            score = min(score, 59)
            reasons.append(_("A payment of this customer that fits is known already: see above."))
        return Suggestion("book", score, tuple(reasons), who.customer_id, who.name, fit)

    def _weighed(self, line: BankLine, found: list[Suggestion]) -> list[Suggestion]:
        """The best one is not sure when another customer fits nearly as well, or another file told it already."""
        if not found:
            return found
        best, rest = found[0], found[1:]
        rival = next((s for s in rest if s.kind == best.kind and s.customer_id != best.customer_id), None)
        if rival and best.kind in {"book", "approve", "link"} and best.score - rival.score < 10:
            reason = _("%(name)s fits nearly as well.") % {"name": rival.customer}
            best = best._replace(score=min(best.score, DOUBTFUL), reasons=(*best.reasons, reason))
        other = self.alike.get(line.pk)
        if other and best.kind == "book":
            reason = _("Another file has a line of the same day and amount; it is %(number)s.") % {
                "number": other.payment or ""
            }
            best = best._replace(score=min(best.score, DOUBTFUL), reasons=(*best.reasons, reason))
        return [best, *rest]


def booked_already(
    line: BankLine, payment: Payment, clues: Clues, known: dict[int, Identity]
) -> Suggestion | None:
    """A payment that is in the books and has no line yet."""
    customer = payment.account.customer
    if payment.currency != line.account.currency:
        return None
    same = payment.amount == line.amount
    reference = payment.method_reference.upper()
    words = {"number": payment.number, "name": customer.name, "reference": payment.method_reference}
    who = known.get(customer.pk)
    if (reference and reference in clues.references) or payment.number in clues.documents:
        reason = _("Its reference %(reference)s is that of %(number)s, which is booked.") % (
            words if reference in clues.references else words | {"reference": payment.number}
        )
        more = "" if same else _("But that is over %s.") % format_money(payment.amount, payment.currency)
        score = 99 if same else 45
        return Suggestion(
            "link", score, tuple(filter(None, [reason, more])), customer.pk, customer.name, payment=payment
        )
    apart = abs((payment.received_on - line.booked_on).days)
    if not same or apart > NEAR or reference or payment.method == Payment.Method.CHEQUE:
        return None
    reasons = [
        _("%(number)s has the same amount, received on %(day)s.")
        % {"number": payment.number, "day": day(payment.received_on)}
    ]
    score = 45 - apart
    if who and not who.by_amount:
        score, reasons = 82 - apart, [*reasons, *who.reasons]
    return Suggestion("link", score, tuple(reasons), customer.pk, customer.name, payment=payment)


def announced(
    line: BankLine, notice: PaymentNotice, clues: Clues, known: dict[int, Identity]
) -> Suggestion | None:
    """A payment that somebody said would come."""
    apart = abs((notice.received_on - line.booked_on).days)
    reference = notice.method_reference.upper()
    told = bool(reference) and reference in clues.references
    if notice.amount != line.amount or notice.currency != line.account.currency or (apart > 14 and not told):
        return None
    customer = notice.account.customer
    reasons = [
        _("%(name)s announced exactly this amount for %(day)s.")
        % {"name": customer.name, "day": day(notice.received_on)}
    ]
    score = 62 - 2 * apart
    if told:
        score += 37
        reasons.append(_("The reference %s is the same.") % notice.method_reference)
    who = known.get(customer.pk)
    if who and not who.by_amount:
        score += 30
        reasons += who.reasons
    score = max(30, min(99, score))
    return Suggestion("approve", score, tuple(reasons), customer.pk, customer.name, notice=notice)


def cheque_cleared(
    line: BankLine, cheque: Cheque, clues: Clues, known: dict[int, Identity]
) -> Suggestion | None:
    """A cheque that waits at the bank."""
    if cheque.amount != line.amount or cheque.currency != line.account.currency:
        return None
    if line.booked_on < cheque.changed_on:
        return None
    customer = cheque.account.customer
    words = {"number": cheque.number, "name": customer.name}
    reasons = [_("Cheque %(number)s of %(name)s over this amount waits at the bank.") % words]
    score = 55
    wanted = cheque.number.lstrip("0")
    if any(wanted and wanted == word.lstrip("0") for word in (*clues.references, *clues.documents)):
        score = 97
        reasons.append(_("The line names the cheque."))
    elif customer.pk in known and not known[customer.pk].by_amount:
        score = 85
        reasons += known[customer.pk].reasons
    return Suggestion("clear", score, tuple(reasons), customer.pk, customer.name, cheque=cheque)


FEE = (
    "charge",
    "chrg",
    "chg",
    "fee",
    "commission",
    "gst on",
    "sms alert",
    "amc",
    "penalty",
    "interest debit",
)
REFUND = ("refund", "reversal", "returned", "chargeback")


def going_out(line: BankLine) -> Suggestion:
    """Money that left: nobody's payment."""
    said = f" {line.text} {line.payer}".casefold()
    if any(word in said for word in FEE):
        return Suggestion("ignore", 95, (_("A charge of the bank, by its words."),), ignore=_("Bank charge"))
    if any(word in said for word in REFUND):
        reason = _("Money paid back, by its words. A refund is recorded on the customer's page.")
        return Suggestion("ignore", 70, (reason,), ignore=_("Refund"))
    return Suggestion("ignore", 60, (_("Money that went out."),), ignore=_("Money out, not a payment"))


OWN = (
    (("interest",), "Interest of the bank"),
    (("razorpay", "stripe", "payout", "settlement"), "Payout of a gateway, booked payment by payment"),
    (("reversal", "returned"), "Money of ours that came back"),
    (("self transfer", "own account", "sweep"), "Between our own accounts"),
)


def no_payment(line: BankLine) -> Suggestion | None:
    """Money in that is nobody's payment."""
    said = f" {line.text} {line.payer}".casefold()
    reasons = {
        "Interest of the bank": _("Interest of the bank"),
        "Payout of a gateway, booked payment by payment": _("Payout of a gateway, booked payment by payment"),
        "Money of ours that came back": _("Money of ours that came back"),
        "Between our own accounts": _("Between our own accounts"),
    }
    for words, name in OWN:
        if any(word in said for word in words):
            return Suggestion("ignore", 65, (_("Its words say so."),), ignore=reasons[name])
    return None


def totals(lines: Iterable[BankLine]) -> dict[str, Decimal]:
    """What lines come to, by their state."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.state] += line.amount
    return sums


def counted(number: int) -> str:
    return ngettext("%d line", "%d lines", number) % number


def invoices_of(suggestion: Suggestion) -> list[tuple[Invoice, Decimal]]:
    """What it pays."""
    return list(suggestion.fit.shares) if suggestion.fit else []
