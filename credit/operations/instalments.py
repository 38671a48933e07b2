"""When an invoice is due in parts: by its terms as it is issued, and by plans that are agreed later (PAY-3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money
from core.tasks import after_commit
from credit.models import CreditAccount, Instalment, InstalmentPlan, Invoice
from credit.terms import Part
from customers.operations import record

from .accounts import lock_account

MOST_PARTS = 120
LONGEST = dt.timedelta(days=3653)


def write_plan(
    invoice: Invoice,
    parts: Sequence[Part],
    *,
    source: str,
    reference: str,
    by: Any,
    at: dt.datetime,
    from_on: dt.date | None = None,
    reason: str = "",
    paid: Decimal = ZERO,
) -> InstalmentPlan:
    """Put a version in force from `from_on` (today), ending the one before. `paid` + Σ parts = the invoice's total.

    The caller holds the account's lock. What was `paid` before becomes position 0, due as printed; so
    does the whole of an invoice that is due as printed.
    """
    on = from_on or local_date(at)
    last = InstalmentPlan.objects.filter(invoice=invoice).order_by("-version").first()
    if last:
        InstalmentPlan.objects.filter(pk=last.pk).update(until_on=max(on, last.from_on))
    plan = InstalmentPlan.objects.create(
        invoice=invoice,
        version=last.version + 1 if last else 0,
        source=source,
        from_on=max(on, last.from_on) if last else on,
        reason=reason,
        reference=reference,
        by=by,
        at=at,
    )
    later = invoice.total
    rows = []
    whole = source in {InstalmentPlan.Source.PRINTED, InstalmentPlan.Source.CANCELLED}
    numbered = list(enumerate(parts, start=0 if whole else 1))
    if paid:
        numbered.insert(0, (0, Part(invoice.due_on, paid)))
    for position, part in numbered:
        later -= part.amount
        rows.append(
            Instalment(
                plan=plan,
                invoice=invoice,
                position=position,
                due_on=part.due_on,
                amount=part.amount,
                later=later,
            )
        )
    Instalment.objects.bulk_create(rows)
    return plan


def write_parts_of_terms(
    invoice: Invoice, parts: Sequence[Part], *, by: Any, at: dt.datetime
) -> InstalmentPlan:
    """The plan of an invoice that was just issued on instalment terms, in the transaction that issued it."""
    Invoice.objects.filter(pk=invoice.pk).update(in_parts=True)
    invoice.in_parts = True
    return write_plan(
        invoice,
        parts,
        source=InstalmentPlan.Source.TERMS,
        reference=f"plan:{invoice.number}:0",
        from_on=invoice.issued_on,
        by=by,
        at=at,
    )


@transaction.atomic
def agree_plan(
    invoice: Invoice,
    parts: Sequence[Part],
    *,
    reference: str,
    by: Any,
    at: dt.datetime,
    reason: str = "",
) -> InstalmentPlan:
    """Let what is outstanding on an invoice be paid in parts, from today on. Replaces the plan it had.

    Refuses parts that don't come to what is outstanding, that don't ascend, or lie in the past. Twice with one
    `reference` is once.
    """
    invoice = _locked(invoice, at=at)
    if told := InstalmentPlan.objects.filter(reference=reference).first():
        return told
    before = _in_force(invoice)
    if before and not reason.strip():
        raise Refusal(_("Say why the plan changes. The customer may ask."), code="no_reason", field="reason")
    _check(invoice, parts, on=local_date(at))
    if not invoice.in_parts:
        _keep_as_printed(invoice, by=by, at=at)
    plan = write_plan(
        invoice,
        parts,
        source=InstalmentPlan.Source.AGREED,
        reference=reference,
        reason=reason.strip()[:240],
        paid=invoice.total - invoice.outstanding,
        by=by,
        at=at,
    )
    text = ngettext(
        "%(number)s is to be paid in %(count)d part: %(amount)s on %(day)s",
        "%(number)s is to be paid in %(count)d parts, the first %(amount)s on %(day)s",
        len(parts),
    ) % {
        "number": invoice.number,
        "count": len(parts),
        "amount": format_money(parts[0].amount, invoice.currency),
        "day": date_format(parts[0].due_on, "j F Y"),
    }
    _tell(invoice, "instalmentplan.agreed", f"{text}. {reason}".strip(), by=by, at=at)
    return plan


@transaction.atomic
def cancel_plan(invoice: Invoice, *, reason: str, by: Any, at: dt.datetime) -> InstalmentPlan:
    """Let the invoice be due as printed again, from today on. Refuses when no agreed plan is in force."""
    invoice = _locked(invoice, at=at)
    before = _in_force(invoice)
    if before is None:
        raise Refusal(_("%s has no instalment plan.") % invoice.number, code="no_plan")
    if not reason.strip():
        raise Refusal(_("Say why the plan is cancelled."), code="no_reason", field="reason")
    plan = write_plan(
        invoice,
        [Part(invoice.due_on, invoice.total)],
        source=InstalmentPlan.Source.CANCELLED,
        reference=f"plan:{invoice.number}:{before.version}:cancelled",
        reason=reason.strip()[:240],
        by=by,
        at=at,
    )
    text = _("The instalment plan of %(number)s is cancelled: %(reason)s") % {
        "number": invoice.number,
        "reason": reason.strip(),
    }
    _tell(invoice, "instalmentplan.cancelled", text, by=by, at=at)
    return plan


def _locked(invoice: Invoice, *, at: dt.datetime) -> Invoice:
    """The invoice, read again under its account's lock."""
    customer_id = CreditAccount.objects.values_list("customer_id", flat=True).get(pk=invoice.account_id)
    lock_account(customer_id, on=local_date(at))
    return Invoice.objects.select_for_update(of=["self"]).select_related("account").get(pk=invoice.pk)


def _in_force(invoice: Invoice) -> InstalmentPlan | None:
    """The plan a person could change or cancel: of its terms, or agreed."""
    return InstalmentPlan.objects.filter(
        invoice=invoice,
        until_on=None,
        source__in=[InstalmentPlan.Source.TERMS, InstalmentPlan.Source.AGREED],
    ).first()


def _keep_as_printed(invoice: Invoice, *, by: Any, at: dt.datetime) -> None:
    """Version 0 says when it was due until now, so that every day since the invoice has its plan."""
    write_plan(
        invoice,
        [Part(invoice.due_on, invoice.total)],
        source=InstalmentPlan.Source.PRINTED,
        reference=f"plan:{invoice.number}:0",
        from_on=invoice.issued_on,
        by=by,
        at=at,
    )
    Invoice.objects.filter(pk=invoice.pk).update(in_parts=True)


def _check(invoice: Invoice, parts: Sequence[Part], *, on: dt.date) -> None:
    if not invoice.outstanding:
        raise Refusal(_("%s is paid.") % invoice.number, code="paid")
    if not 1 <= len(parts) <= MOST_PARTS:
        raise Refusal(_("A plan has 1 to %d parts.") % MOST_PARTS, code="too_many_parts")
    if any(part.amount <= 0 for part in parts):
        raise Refusal(_("Every part must be above zero."), code="empty_part")
    days = [part.due_on for part in parts]
    if days != sorted(set(days)):
        raise Refusal(_("Each part must be due later than the one before it."), code="days_not_ascending")
    if days[0] < on or days[-1] > on + LONGEST:
        raise Refusal(_("The parts must be due from today on, within ten years."), code="strange_day")
    total = sum((part.amount for part in parts), ZERO)
    if total != invoice.outstanding:
        raise Refusal(
            _("The parts come to %(total)s; %(outstanding)s is outstanding. %(difference)s differ.")
            % {
                "total": format_money(total, invoice.currency),
                "outstanding": format_money(invoice.outstanding, invoice.currency),
                "difference": format_money(abs(invoice.outstanding - total), invoice.currency),
            },
            code="parts_do_not_add_up",
        )


def _tell(invoice: Invoice, event: str, text: str, *, by: Any, at: dt.datetime) -> None:
    """On the timeline, on open pages, and to the held orders: less may be late now."""
    customer_id = invoice.account.customer_id
    about = live.topic(invoice)
    record(customer_id, event, text=text, about=about, url=invoice.get_absolute_url(), by=by, at=at)
    live.touch(about, f"credit.creditaccount:{invoice.account_id}")
    after_commit("orders.review_after_payment", customer_id=customer_id)
