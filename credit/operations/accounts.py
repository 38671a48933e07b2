"""The credit account: opening, locking, committing orders."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from core import live
from core.crypto import decrypt
from core.money import ZERO
from credit.models import CreditAccount, PaymentTerms
from credit.rules import limit_in_force
from customers.models import Customer


class Paper(NamedTuple):
    """What stands on this account's invoices beside the lines."""

    terms: PaymentTerms | None
    bill_to: dict[str, str]
    language: str


class LockedAccount(NamedTuple):
    """A credit account read under its lock, with the limit that counts today."""

    pk: int
    customer_id: int
    customer: str
    currency: str
    status: str
    limit: Decimal | None
    limit_source: str
    balance: Decimal
    unallocated: Decimal
    open_orders: Decimal
    uncleared: Decimal
    max_overdue_days: int | None
    max_open_invoices: int | None
    grace_days: int
    paper: Paper


# The account's own limit, else its group's, else the default group's, else cash only; a temporary limit in force
# replaces a lower one. Reading it together with the lock is safe: everything stands on the locked row, or on its group,
# and an account that moved to another group while we waited comes back empty and is read again.
READ_ACCOUNT = """
SELECT a.id, a.customer_id, c.name, a.currency, a.status,
       a.limit_kind, a.credit_limit, g.limit_kind, g.credit_limit,
       a.temporary_limit, a.temporary_until,
       a.balance, a.unallocated, a.open_orders, a.uncleared,
       coalesce(a.max_overdue_days, g.max_overdue_days), coalesce(a.max_open_invoices, g.max_open_invoices),
       coalesce(a.grace_days, g.grace_days, 0),
       t.id, t.name, t.kind, t.days, t.months, t.day_of_month, c.tax_id, c.communication_language, c.language,
       c.code, c.company_name, c.phone, ad.street, ad.city, ad.state, ad.postal_code, ad.country
FROM credit_creditaccount a
JOIN customers_customer c ON c.id = a.customer_id
LEFT JOIN credit_creditgroup g
  ON g.id = coalesce(a.group_id, (SELECT id FROM credit_creditgroup WHERE is_default))
LEFT JOIN credit_paymentterms t
  ON t.id = coalesce(a.terms_id, g.terms_id, (SELECT id FROM credit_paymentterms WHERE is_default))
LEFT JOIN customers_address ad ON ad.customer_id = c.id AND ad.kind = 'billing' AND ad.is_default
WHERE a.customer_id = %s
"""
LOCK_ACCOUNT = READ_ACCOUNT + "FOR UPDATE OF a"


def lock_account(customer_id: int, *, on: dt.date) -> LockedAccount:
    """Lock a customer's account until the transaction ends, opening it on first use. One round trip."""
    return _account(LOCK_ACCOUNT, customer_id, on)


def look_at_account(customer_id: int, *, on: dt.date) -> LockedAccount:
    """The same without the lock: good for showing, never for deciding."""
    return _account(READ_ACCOUNT, customer_id, on)


def _account(statement: str, customer_id: int, on: dt.date) -> LockedAccount:
    for _attempt in range(2):
        with connection.cursor() as cursor:
            cursor.execute(statement, [customer_id])
            row = cursor.fetchone()
        if row:
            limit, source = limit_in_force(*row[5:11], on=on)
            return LockedAccount._make((*row[:5], limit, source, *row[11:18], _paper(row[2], *row[18:])))
        open_account(customer_id)
    raise Customer.DoesNotExist(customer_id)


PRINTED = ("code", "company_name", "phone", "street", "city", "state", "postal_code", "country")


def _paper(
    name: str,
    terms_id: int | None,
    terms: str,
    kind: str,
    days: int,
    months: int,
    day_of_month: int | None,
    tax_id: str,
    spoken: str,
    language: str,
    *printed: str | None,
) -> Paper:
    known = None
    if terms_id:
        known = PaymentTerms(
            pk=terms_id, name=terms, kind=kind, days=days, months=months, day_of_month=day_of_month
        )
    bill_to = {"name": name, "tax_id": decrypt(tax_id), **dict(zip(PRINTED, printed, strict=True))}
    return Paper(known, {key: value for key, value in bill_to.items() if value}, spoken or language)


@transaction.atomic
def open_account(customer_id: int, **fields: Any) -> CreditAccount:
    """The customer's account, made if it has none. `fields` only count when it is made."""
    customer = Customer.objects.get(pk=customer_id)
    CreditAccount.objects.bulk_create(
        [CreditAccount(customer=customer, **{"currency": customer.currency or settings.CURRENCY} | fields)],
        ignore_conflicts=True,
    )
    return CreditAccount.objects.get(customer=customer)


# What an order will still bill. The account's sum moves by the difference, in the same statement.
COMMIT = """
WITH old AS (SELECT amount FROM credit_ordercommitment WHERE reference = %(reference)s),
new AS (
    INSERT INTO credit_ordercommitment (account_id, reference, amount)
    VALUES (%(account)s, %(reference)s, %(amount)s)
    ON CONFLICT (reference) DO UPDATE SET amount = excluded.amount
)
UPDATE credit_creditaccount
SET open_orders = open_orders + %(amount)s - coalesce((SELECT amount FROM old), 0)
WHERE id = %(account)s
"""


def commit_order(account: LockedAccount, reference: str, amount: Decimal) -> None:
    """Say what a confirmed order (`order:12`) will still bill; 0 when nothing. The account must be locked."""
    with connection.cursor() as cursor:
        cursor.execute(COMMIT, {"account": account.pk, "reference": reference, "amount": amount})


def move_account(
    account_id: int, *, balance: Decimal = ZERO, unallocated: Decimal = ZERO, uncleared: Decimal = ZERO
) -> None:
    """Move a locked account's snapshots by so much."""
    live.touch(f"credit.creditaccount:{account_id}")
    CreditAccount.objects.filter(pk=account_id).update(
        balance=F("balance") + balance,
        unallocated=F("unallocated") + unallocated,
        uncleared=F("uncleared") + uncleared,
    )
