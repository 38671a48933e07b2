"""What is owed. Accounts are rows; invoices and payments are made by the operations, so the books are right."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from decimal import Decimal
from typing import Any

import factory
from django.db import transaction
from django.utils import timezone

from core.dates import local_date
from core.money import taxed
from credit import operations
from credit.models import (
    CreditAccount,
    CreditNote,
    InstalmentPlan,
    Invoice,
    LimitKind,
    Payment,
    Refund,
    WriteOff,
)
from credit.operations import BilledLine
from credit.terms import Part
from customers.models import Customer

from .customers import CustomerFactory

_order = itertools.count(1)


class AccountFactory(factory.django.DjangoModelFactory):
    """An account without a limit; `limit_kind="amount", credit_limit=…` for one."""

    class Meta:
        model = CreditAccount

    customer = factory.SubFactory(CustomerFactory)
    limit_kind = LimitKind.UNLIMITED


def billed(
    price: str = "100.00",
    quantity: int = 1,
    *,
    sku: str = "RN10-INC",
    description: str = "Redmi Note 10 combo, incell",
    rate: str = "0",
    inclusive: bool = False,
    discount: str = "0.00",
) -> BilledLine:
    """A line to bill, taxed by the rule of the house."""
    unit = Decimal(price)
    parts = taxed(unit * quantity - Decimal(discount), Decimal(rate), inclusive=inclusive)
    return BilledLine(
        1, sku, description, quantity, unit, inclusive, Decimal(discount), Decimal(rate), *parts
    )


def bill(
    customer: Customer,
    *lines: BilledLine,
    total: str = "100.00",
    at: dt.datetime | None = None,
    by: Any = None,
    order_number: str = "",
) -> Invoice:
    """An invoice over these lines, or over `total` without tax."""
    at = at or timezone.now()
    with transaction.atomic():
        account = operations.lock_account(customer.pk, on=local_date(at))
        issued = operations.issue_invoice(
            account,
            list(lines) or [billed(total)],
            order_number=order_number,
            reference=f"test-order:{next(_order)}:{uuid.uuid4()}",
            by=by,
            at=at,
        )
    return Invoice.objects.get(pk=issued.pk)


def pay(
    customer: Customer,
    amount: str,
    *,
    at: dt.datetime | None = None,
    received_on: dt.date | None = None,
    shares: dict[int, Decimal] | None = None,
    by: Any = None,
    method: str = "cash",
) -> Payment:
    """A payment that pays the oldest invoices first, or `shares`."""
    at = at or timezone.now()
    return operations.record_payment(
        customer.pk,
        Decimal(amount),
        method=method,
        received_on=received_on or local_date(at),
        reference=f"test-payment:{uuid.uuid4()}",
        shares=shares,
        by=by,
        at=at,
    )


def take_back(invoice: Invoice, quantities: dict[int, int] | None = None, **kwargs: Any) -> CreditNote:
    """A credit note over the whole invoice, or over so many pieces of its lines."""
    told = {
        "reason": "Returned",
        "reference": f"test-return:{uuid.uuid4()}",
        "by": None,
        "at": timezone.now(),
    }
    return operations.issue_credit_note(invoice, quantities=quantities, **(told | kwargs))


def in_parts(invoice: Invoice, *parts: tuple[dt.date, str], **kwargs: Any) -> InstalmentPlan:
    """An agreed plan over what is outstanding: `(day, amount)` for each part."""
    told = {"reference": f"test-plan:{uuid.uuid4()}", "reason": "Agreed", "by": None, "at": timezone.now()}
    rows = [Part(day, Decimal(amount)) for day, amount in parts]
    return operations.agree_plan(invoice, rows, **(told | kwargs))


def charge(customer: Customer, amount: str = "50.00", **told: Any) -> Invoice:
    """A debit note over one amount without tax; `kind="late_fee"` and the rest as the operation takes them."""
    return operations.issue_debit_note(
        customer,
        told.pop("lines", None) or [operations.charge_line("Cheque fee", Decimal(amount))],
        **{
            "reason": "Bounced cheque",
            "reference": f"test-charge:{uuid.uuid4()}",
            "by": None,
            "at": timezone.now(),
        }
        | told,
    )


def ask_write_off(customer: Customer, shares: dict[int, Decimal | None], **told: Any) -> WriteOff:
    """A write-off that waits for approval."""
    return operations.request_write_off(
        customer.pk,
        shares,
        **{
            "reason": "Shop closed",
            "reference": f"test-write-off:{uuid.uuid4()}",
            "by": None,
            "at": timezone.now(),
        }
        | told,
    )


def ask_refund(source: Payment | CreditNote, amount: str, **told: Any) -> Refund:
    """A refund that waits for approval."""
    return operations.request_refund(
        source,
        Decimal(amount),
        **{
            "method": "bank",
            "reason": "Paid twice",
            "reference": f"test-refund:{uuid.uuid4()}",
            "by": None,
            "at": timezone.now(),
        }
        | told,
    )


def overdue_bill(customer: Customer, days: int, total: str = "100.00") -> Invoice:
    """An invoice that was due so many days ago (negative: is due in so many), on the default terms of 15 days."""
    return bill(customer, total=total, at=timezone.now() - dt.timedelta(days=days + 15))
