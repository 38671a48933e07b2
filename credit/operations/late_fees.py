"""Late fees: charged by a policy as a document of their own, waived by another; who pays none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money, parse_money
from core.rows import insert
from credit.documents.reminding import fee_words
from credit.dunning import Ask
from credit.late_fees import level_fee
from credit.models import (
    CreditAccount,
    DunningLevel,
    DunningRun,
    FeeExemption,
    Invoice,
    LateFee,
    LateFeePolicy,
)
from credit.queries.late_fees import (
    Charged,
    PlannedFee,
    accounts_with_fees,
    exempt,
    plan_fees,
    policies,
    terms_of,
)
from customers.operations import record

from .accounts import lock_account
from .charges import charge_line, issue_debit_note
from .credit_notes import issue_credit_note

When = LateFeePolicy.When


@transaction.atomic
def charge_fees(account: CreditAccount, *, on: dt.date, by: Any, at: dt.datetime) -> list[LateFee]:
    """Charge one account the daily fees that are due on a day and not charged yet, each as a document of its own.

    Run again, it charges nothing: each fee is one row per invoice and period. Locks: credit account, then the number.
    """
    lock_account(account.customer_id, on=local_date(at))
    due = plan_fees([account.pk], on=on, by=policies(when=When.DAILY))
    made = [_charge(planned, on=on, by=by, at=at) for planned in due if not planned.why]
    return [fee for fee in made if fee is not None]


def charge_all(
    *, on: dt.date, at: dt.datetime, after: int = 0, most: int = 100, automatic: bool = True, by: Any = None
) -> tuple[int, int | None]:
    """Charge the next accounts with something late, one transaction each: how many fees, and where to go on."""
    found = policies(when=When.DAILY)
    currencies = [each.currency for each in found.values() if each.automatic or not automatic]
    if not currencies:
        return 0, None
    keys = accounts_with_fees(on=on, currencies=currencies, after=after, most=most)
    charged = 0
    for account in CreditAccount.objects.filter(pk__in=keys).order_by("pk"):
        charged += len(charge_fees(account, on=on, by=by, at=at))
    return charged, keys[-1] if len(keys) == most else None


def charge_for_level(
    account: CreditAccount, asks: Sequence[Ask], level: DunningLevel, *, run: DunningRun, at: dt.datetime
) -> list[LateFee]:
    """The fees that come with a level, for the parts that reached it. The account is locked."""
    policy = policies(when=When.LEVEL).get(account.currency)
    if policy is None or exempt([account.pk], on=run.on):
        return []
    made = []
    for ask in asks:
        known = Charged.of([ask.part.invoice])
        before = known.sums.get(ask.part.invoice, ZERO)
        fee = level_fee(terms_of(policy), ask.amount, due_on=ask.part.due_on, level=level.pk, before=before)
        if fee is None or not known.may_charge(ask.part.invoice, policy):
            continue
        planned = PlannedFee(account, policy, ask, fee)
        made.append(_charge(planned, on=run.on, by=run.by, at=at, level=level, run=run))
    return [each for each in made if each is not None]


def _charge(
    planned: PlannedFee,
    *,
    on: dt.date,
    by: Any,
    at: dt.datetime,
    level: DunningLevel | None = None,
    run: DunningRun | None = None,
) -> LateFee | None:
    fee, part = planned.fee, planned.ask.part
    claim = LateFee(
        account=planned.account,
        invoice_id=part.invoice,
        period=fee.period,
        policy=planned.policy,
        level=level,
        run=run,
        base=planned.ask.amount,
        days=planned.ask.days,
        net=fee.net,
        by=by,
        on=on,
        at=at,
    )
    if insert(claim, unless_there=True).pk is None:
        return None  # charged before
    about = Invoice.objects.get(pk=part.invoice)
    said = fee_words(
        about.language,
        amount=planned.ask.amount,
        currency=about.currency,
        number=about.number,
        due_on=part.due_on,
    )
    claim.document = issue_debit_note(
        planned.account.customer_id,
        [charge_line(said, fee.net, tax_rate=planned.policy.tax_rate)],
        kind=Invoice.Kind.LATE_FEE,
        about=about,
        reason=said,
        reference=f"fee:{part.invoice}:{fee.period}",
        by=by,
        at=at,
    )
    claim.save(update_fields=["document"])
    live.touch(about, "credit.latefee")
    return claim


@transaction.atomic
def waive_fee(
    fee: LateFee, *, reason: str, reference: str, by: Any, at: dt.datetime, amount: Decimal | None = None
) -> LateFee:
    """Let a customer off a late fee, whole or `amount` of it (tax included), by a credit note. Once per `reference`.

    Refuses without a reason, and more than is left of it.
    """
    if not reason.strip():
        raise Refusal(_("Say why the fee is waived."), code="no_reason", field="reason")
    lock_account(fee.account.customer_id, on=local_date(at))
    fee = LateFee.objects.select_for_update(of=("self",)).select_related("account", "document").get(pk=fee.pk)
    document = fee.document
    if document is None:
        raise Refusal(_("This fee has no document."), code="no_document")
    if document.credit_notes.filter(reference=reference).exists():
        return fee
    left = document.total - sum(document.credit_notes.values_list("total", flat=True), ZERO)
    if amount is not None:
        amount = parse_money(amount)
        if amount <= 0:
            raise Refusal(_("An amount to waive must be above zero."), code="not_positive", field="amount")
    if left <= 0 or (amount is not None and amount > left):
        raise Refusal(
            _("%(left)s of %(number)s can still be waived.")
            % {"left": format_money(max(left, ZERO), document.currency), "number": document.number},
            code="more_than_left",
            field="amount",
        )
    part = None if amount is None or amount == left else {document.lines.get().pk: amount}
    note = issue_credit_note(document, reason=reason, reference=reference, amounts=part, by=by, at=at)
    fee.waived += note.total
    fee.waived_why, fee.waived_by, fee.waived_at = reason.strip()[:240], by, at
    fee.save(update_fields=["waived", "waived_why", "waived_by", "waived_at"])
    fee.notes.add(note)
    record(
        fee.account.customer_id,
        "late_fee.waived",
        text=_("Late fee %(number)s: %(amount)s waived: %(reason)s")
        % {
            "number": document.number,
            "amount": format_money(note.total, document.currency),
            "reason": reason.strip(),
        },
        about=f"credit.invoice:{document.pk}",
        url=document.get_absolute_url(),
        by=by,
        at=at,
    )
    live.touch(document, "credit.latefee")
    return fee


@transaction.atomic
def exempt_from_fees(
    customer_id: int, *, reason: str, by: Any, at: dt.datetime, until: dt.date | None = None
) -> FeeExemption:
    """Charge this customer no late fees, until a day or until it is ended.

    Replaces one that stands; the same said again is the one that stands.
    """
    if not reason.strip():
        raise Refusal(_("Say why this customer pays no late fees."), code="no_reason", field="reason")
    if until is not None and until < local_date(at):
        raise Refusal(_("That day is over."), code="in_the_past", field="until")
    account = lock_account(customer_id, on=local_date(at))
    said = {"until": until, "reason": reason.strip()[:240], "by": by}
    standing = FeeExemption.objects.filter(account_id=account.pk, ended_at=None)
    if same := standing.filter(**said).first():
        return same
    standing.update(ended_at=at, ended_by=by)
    made = FeeExemption.objects.create(account_id=account.pk, at=at, **said)
    _tell(
        customer_id,
        "late_fee.exempted",
        _("No late fees: %(reason)s") % {"reason": made.reason},
        by=by,
        at=at,
    )
    return made


@transaction.atomic
def end_exemption(exemption: FeeExemption, *, by: Any, at: dt.datetime) -> FeeExemption:
    """Charge late fees again, from the next period on."""
    customer_id = exemption.account.customer_id
    lock_account(customer_id, on=local_date(at))
    ended = FeeExemption.objects.filter(pk=exemption.pk, ended_at=None).update(ended_at=at, ended_by=by)
    if ended:
        _tell(customer_id, "late_fee.exemption_ended", _("Late fees are charged again"), by=by, at=at)
    exemption.refresh_from_db()
    return exemption


def _tell(customer_id: int, event: str, text: str, *, by: Any, at: dt.datetime) -> None:
    record(customer_id, event, text=text, url=f"/customers/{customer_id}/", by=by, at=at)
