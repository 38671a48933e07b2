"""Opening balances, booked: documents, what was paid on them before, ledger and balances, a thousand at a time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import live
from core.dates import local_date
from core.money import ZERO, format_money
from core.numbering import take_numbers
from core.templatetags.figures import num
from credit.models import (
    Allocation,
    CreditAccount,
    Invoice,
    InvoiceLine,
    OpeningImport,
    OpeningRow,
    Payment,
    PaymentTerms,
    ReceivableEntry,
)
from credit.openings import Line
from customers.operations import record

from .disputes import raise_dispute

Outcome = OpeningRow.Outcome


@transaction.atomic
def book_openings(
    batch: OpeningImport, lines: Sequence[tuple[int, Line]], *, by: Any, at: dt.datetime
) -> list[Invoice]:
    """Write documents of customers with what was paid on them before, in a fixed number of statements.

    Locks: credit accounts by key, then the receipts' series.
    """
    accounts = _accounts({customer for customer, _line in lines}, batch.currency)
    terms = PaymentTerms.objects.filter(is_default=True).first()
    invoices = [_invoice(batch, accounts[customer], line, terms, by=by, at=at) for customer, line in lines]
    Invoice.objects.bulk_create(invoices)
    InvoiceLine.objects.bulk_create(
        [_printed(i, line) for i, (_c, line) in zip(invoices, lines, strict=True)]
    )
    paid = [(i, line) for i, (_c, line) in zip(invoices, lines, strict=True) if line.paid]
    numbers = take_numbers("RCT", len(paid), on=local_date(at))
    payments = [
        _payment(batch, i, line, number, by=by, at=at)
        for (i, line), number in zip(paid, numbers, strict=True)
    ]
    Payment.objects.bulk_create(payments)
    Allocation.objects.bulk_create(
        [_allocation(p, i, line, by=by, at=at) for p, (i, line) in zip(payments, paid, strict=True)]
    )
    ReceivableEntry.objects.bulk_create(
        [*(_owed(i, by, at) for i in invoices), *(_came(p, by, at) for p in payments)]
    )
    _move(invoices)
    payment_of = {i.pk: p for p, (i, _line) in zip(payments, paid, strict=True)}
    OpeningRow.objects.bulk_create(
        OpeningRow(
            batch=batch,
            number=line.number,
            outcome=Outcome.CREATED,
            document=line.told[:40],
            customer_id=customer,
            invoice=invoice,
            payment=payment_of.get(invoice.pk),
        )
        for invoice, (customer, line) in zip(invoices, lines, strict=True)
    )
    batch.created += len(lines)
    batch.save(update_fields=["created"])
    _tell(batch, invoices, lines, by=by, at=at)
    for invoice, (_customer, line) in zip(invoices, lines, strict=True):
        if line.disputed and invoice.outstanding:
            raise_dispute(
                invoice,
                reason="other",
                amount=invoice.outstanding,
                words=_("Disputed when the opening balances were taken over."),
                reference=f"opening:{invoice.number}",
                by=by,
                at=at,
            )
    return invoices


def _accounts(customers: set[int], currency: str) -> dict[int, CreditAccount]:
    CreditAccount.objects.bulk_create(
        [CreditAccount(customer_id=pk, currency=currency) for pk in sorted(customers)], ignore_conflicts=True
    )
    locked = CreditAccount.objects.select_for_update(of=("self",)).select_related("customer", "terms")
    return {account.customer_id: account for account in locked.filter(customer__in=customers).order_by("pk")}


def _invoice(
    batch: OpeningImport,
    account: CreditAccount,
    line: Line,
    default: PaymentTerms | None,
    *,
    by: Any,
    at: dt.datetime,
) -> Invoice:
    terms = account.terms or default
    due = line.due or (terms.due_on(line.issued) if terms else line.issued)
    return Invoice(
        kind=Invoice.Kind.OPENING,
        number=line.document,
        account=account,
        currency=account.currency,
        issued_on=line.issued,
        due_on=due,
        reference=f"opening:{account.customer_id}:{line.document}",
        net=line.amount,
        tax=ZERO,
        total=line.amount,
        outstanding=line.open,
        bill_to={"name": account.customer.name, "code": account.customer.code},
        seller=settings.COMPANY,
        language=account.customer.message_language,
        issued_by=by,
        issued_at=at,
    )


def _printed(invoice: Invoice, line: Line) -> InvoiceLine:
    return InvoiceLine(
        invoice=invoice,
        position=1,
        sku="",
        description=_("Opening balance: %s") % line.told,
        quantity=1,
        unit_price=line.amount,
        tax_rate=ZERO,
        net=line.amount,
        tax=ZERO,
        gross=line.amount,
    )


def _payment(
    batch: OpeningImport, invoice: Invoice, line: Line, number: str, *, by: Any, at: dt.datetime
) -> Payment:
    return Payment(
        number=number,
        account=invoice.account,
        currency=invoice.currency,
        method=batch.method,
        amount=line.paid,
        unallocated_amount=ZERO,
        received_on=line.settled or batch.as_of,
        note=_("Paid before: opening balances of %s") % batch.file_name[:120],
        reference=f"opening:{invoice.account.customer_id}:{line.document}:paid",
        recorded_by=by,
        recorded_at=at,
    )


def _allocation(payment: Payment, invoice: Invoice, line: Line, *, by: Any, at: dt.datetime) -> Allocation:
    return Allocation(
        payment=payment,
        invoice=invoice,
        amount=line.paid,
        allocated_on=max(payment.received_on, invoice.issued_on),
        reference=f"{payment.number}>{invoice.number}:1",
        by=by,
        at=at,
    )


def _owed(invoice: Invoice, by: Any, at: dt.datetime) -> ReceivableEntry:
    return ReceivableEntry(
        account=invoice.account,
        kind=ReceivableEntry.Kind.OPENING,
        amount=invoice.total,
        currency=invoice.currency,
        document=invoice.number,
        reference=f"invoice:{invoice.number}",
        posted_on=invoice.issued_on,
        by=by,
        at=at,
    )


def _came(payment: Payment, by: Any, at: dt.datetime) -> ReceivableEntry:
    return ReceivableEntry(
        account=payment.account,
        kind=ReceivableEntry.Kind.PAYMENT,
        amount=-payment.amount,
        currency=payment.currency,
        document=payment.number,
        reference=f"payment:{payment.number}",
        posted_on=payment.received_on,
        by=by,
        at=at,
    )


MOVE = """
UPDATE credit_creditaccount a SET balance = a.balance + moved.amount
FROM unnest(%s::bigint[], %s::numeric[]) AS moved(id, amount) WHERE a.id = moved.id
"""


def _move(invoices: Iterable[Invoice]) -> None:
    """Balances by what is still open: what was paid is in and out at once."""
    by_account: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for invoice in invoices:
        by_account[invoice.account_id] += invoice.outstanding
    with connection.cursor() as cursor:
        cursor.execute(MOVE, [list(by_account), list(by_account.values())])
    live.touch_all("credit.creditaccount", by_account)


def _tell(
    batch: OpeningImport,
    invoices: Sequence[Invoice],
    lines: Sequence[tuple[int, Line]],
    *,
    by: Any,
    at: dt.datetime,
) -> None:
    """One line on each customer's timeline."""
    by_customer: dict[int, list[Invoice]] = defaultdict(list)
    for invoice, (customer, _line) in zip(invoices, lines, strict=True):
        by_customer[customer].append(invoice)
    for customer, some in by_customer.items():
        still = format_money(sum((invoice.outstanding for invoice in some), ZERO), batch.currency)
        said = ngettext(
            "%(number)s document taken over, %(open)s of it open.",
            "%(number)s documents taken over, %(open)s of them open.",
            len(some),
        )
        record(
            customer,
            "invoice.taken_over",
            text=said % {"number": num(len(some)), "open": still},
            about=f"credit.openingimport:{batch.pk}",
            url=batch.get_absolute_url(),
            by=by,
            at=at,
        )
