"""Credit notes: what an invoice billed is taken back, whole or in part, by a document of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money, round_money
from core.numbering import take_number
from core.tasks import after_commit
from credit.models import CreditAccount, CreditNote, CreditNoteLine, Invoice, ReceivableEntry
from customers.operations import record

from .accounts import lock_account, move_account
from .allocations import allocate
from .reductions import lines_of_amounts


@transaction.atomic
def issue_credit_note(
    invoice: Invoice,
    *,
    reason: str,
    reference: str,
    by: Any,
    at: dt.datetime,
    quantities: Mapping[int, int] | None = None,
    amounts: Mapping[int, Decimal] | None = None,
    settle: bool = True,
) -> CreditNote:
    """Take back an invoice, whole, so many pieces of its lines (`{invoice_line_pk: pieces}`), or so much of their money
    (`amounts`, gross; no pieces come back).

    Frees what is outstanding on the invoice first; the rest stays unallocated on the account, to be used by the next
    invoice or refunded. Without `settle` all of it stays unallocated, and the invoice open: somebody decides later
    (docs/adr/0022). Refuses more than was billed and not yet taken back. Twice with one reference is once.
    Locks: credit account, invoice, then the number.
    """
    if not reason.strip():
        raise Refusal(_("Say why it is taken back."), code="no_reason", field="reason")
    customer_id = CreditAccount.objects.values_list("customer_id", flat=True).get(pk=invoice.account_id)
    account = lock_account(customer_id, on=local_date(at))
    if told := CreditNote.objects.filter(reference=reference).first():
        return told
    invoice = Invoice.objects.select_for_update().get(pk=invoice.pk)
    lines = lines_of_amounts(invoice, amounts) if amounts else _lines_to_take_back(invoice, quantities)
    net = sum((line.net for line in lines), ZERO)
    tax = sum((line.tax for line in lines), ZERO)
    total = net + tax
    if (quantities is None and not amounts) or _all_taken_back(invoice, total):
        before = sum(invoice.credit_notes.values_list("total", flat=True), ZERO)
        total = invoice.total - before
    on = local_date(at)
    note = CreditNote.objects.create(
        number=take_number("CRN", on=on),
        account_id=account.pk,
        invoice=invoice,
        currency=invoice.currency,
        issued_on=on,
        reason=reason.strip()[:240],
        reference=reference,
        net=net,
        tax=tax,
        rounding=total - net - tax,
        total=total,
        unallocated_amount=total,
        issued_by=by,
        issued_at=at,
    )
    for line in lines:
        line.credit_note = note
    CreditNoteLine.objects.bulk_create(lines)
    ReceivableEntry.objects.create(
        account_id=account.pk,
        kind=ReceivableEntry.Kind.CREDIT_NOTE,
        amount=-total,
        currency=invoice.currency,
        document=note.number,
        reference=f"credit_note:{note.number}",
        posted_on=on,
        by=by,
        at=at,
    )
    move_account(account.pk, balance=-total, unallocated=total)
    if settle and invoice.outstanding:
        allocate(note, [(invoice, min(invoice.outstanding, total))], by=by, at=at)
    _tell(note, invoice, account.customer_id, by=by, at=at)
    after_commit("orders.review_after_payment", customer_id=account.customer_id)
    return note


@transaction.atomic
def void_invoice(invoice: Invoice, *, reason: str, by: Any, at: dt.datetime) -> CreditNote:
    """Undo a whole document by one credit note over everything. Twice is once.

    Refused when something of it was taken back already: what is left then is a credit note of its own, line by line.
    """
    reference = f"void:{invoice.number}"
    customer_id = CreditAccount.objects.values_list("customer_id", flat=True).get(pk=invoice.account_id)
    lock_account(customer_id, on=local_date(at))
    if told := CreditNote.objects.filter(reference=reference).first():
        return told
    before = list(invoice.credit_notes.order_by("pk"))
    if before:
        raise Refusal(
            _(
                "%(note)s has taken back %(amount)s of %(number)s already, so it can't be voided whole. "
                "Issue a credit note over what is left."
            )
            % {
                "note": ", ".join(note.number for note in before),
                "amount": format_money(sum((note.total for note in before), ZERO), invoice.currency),
                "number": invoice.number,
            },
            code="taken_back_in_part",
        )
    return issue_credit_note(invoice, reason=reason, reference=reference, by=by, at=at)


def _tell(note: CreditNote, invoice: Invoice, customer_id: int, *, by: Any, at: dt.datetime) -> None:
    """On the timeline: what was credited, and in plain words what of it no invoice has taken."""
    said = {
        "number": note.number,
        "amount": format_money(note.total, note.currency),
        "invoice": invoice.number,
        "reason": note.reason[:120],
        "left": format_money(note.unallocated_amount, note.currency),
    }
    text = (
        _("Credit note %(number)s over %(amount)s for %(invoice)s, %(left)s of it unallocated: %(reason)s")
        if note.unallocated_amount
        else _("Credit note %(number)s over %(amount)s for %(invoice)s: %(reason)s")
    )
    record(
        customer_id,
        "credit_note.issued",
        text=text % said,
        about=f"credit.creditnote:{note.pk}",
        url=f"/receivables/credit-notes/{note.pk}/",
        by=by,
        at=at,
    )
    live.touch(note, invoice, f"customers.customer:{customer_id}")


def _lines_to_take_back(invoice: Invoice, quantities: Mapping[int, int] | None) -> list[CreditNoteLine]:
    """Lines with their share of net and tax; the last pieces of a line take what cents are left."""
    taken: dict[int, list[CreditNoteLine]] = {}
    for done in CreditNoteLine.objects.filter(invoice_line__invoice=invoice):
        taken.setdefault(done.invoice_line_id, []).append(done)
    result = []
    for line in invoice.lines.all():
        before = taken.get(line.pk, [])
        left = line.quantity - sum(d.quantity for d in before)
        asked = left if quantities is None else quantities.get(line.pk, 0)
        if asked < 0 or asked > left:
            raise Refusal(
                _("%(sku)s: %(left)d pieces can still be taken back, not %(asked)d.")
                % {"sku": line.sku, "left": left, "asked": asked},
                code="more_than_billed",
            )
        if not asked:
            continue
        net = line.net - sum((d.net for d in before), ZERO)
        tax = line.tax - sum((d.tax for d in before), ZERO)
        if asked < left and any(not d.quantity for d in before):
            # The price was lowered meanwhile: a piece is worth its share of what is left.
            net, tax = round_money(net * asked / left), round_money(tax * asked / left)
        elif asked < left:
            net = round_money(line.net * asked / line.quantity)
            tax = round_money(line.tax * asked / line.quantity)
        result.append(CreditNoteLine(invoice_line=line, quantity=asked, net=net, tax=tax, gross=net + tax))
    if not result:
        raise Refusal(
            _("Everything on %s has been taken back already.") % invoice.number, code="nothing_to_take_back"
        )
    return result


def _all_taken_back(invoice: Invoice, total: Decimal) -> bool:
    before = sum((n.net + n.tax for n in invoice.credit_notes.all()), ZERO)
    return before + total == invoice.net + invoice.tax
