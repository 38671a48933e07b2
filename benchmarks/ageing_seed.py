"""A wholesaler's books at volume, for the ageing alone: two years of invoices, what paid them, plans, money left over.

Written by the server itself (INSERT … SELECT over prototypes that the product's own operations made), a chunk a
transaction, the secondary indexes built at the end as they stood before. Killed anywhere, it goes on when it is called
again. Every 40th invoice is never paid, every 20th half, every 100th is in three parts; the rest is paid from twenty
days before it is due to fifty after. Ledger entries and lines are left out: the ageing does not read them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from core.dates import local_date
from credit.models import (
    Allocation,
    CreditAccount,
    Instalment,
    InstalmentPlan,
    Invoice,
    Payment,
    PaymentTerms,
)
from credit.operations import BilledLine, agree_plan, issue_invoice, lock_account, record_payment
from credit.terms import in_equal_parts
from customers.models import Customer

CHUNK = 250_000
DAYS = 730
TABLES = ("customers_customer", "credit_creditaccount", "credit_invoice", "credit_payment", "credit_allocation",
          "credit_instalmentplan", "credit_instalment")  # fmt: skip
# What became of invoice n, from n alone: whose it is, how long it had, how late it was paid.
HISTORY = """
    SELECT n, 1 + (n * 7919) % {customers} AS who, {first}::date + (n * {days} / {invoices})::int AS issued_on,
        {first}::date + (n * {days} / {invoices})::int + (ARRAY[15, 30, 45])[1 + n % 3] AS due_on,
        (500 + (n * 104729) % 4000000)::numeric / 100 AS total,
        {first}::date + (n * {days} / {invoices})::int + (ARRAY[15, 30, 45])[1 + n % 3] - 20
            + ((n * 31) % 70)::int AS paid_on,
        n % 40 = 0 AS never, n % 20 = 10 AS half, n % 100 = 50 AS parts
    FROM generate_series({start}::bigint, {end}::bigint) AS n
"""


def seed(customers: int, invoices: int, *, today: dt.date, say: Callable[[str], None]) -> None:
    """Bring the database to this volume. Nothing is done twice."""
    keep_notes()
    prototype(today)
    first = today - dt.timedelta(days=DAYS)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        if not done("indexes off"):
            with transaction.atomic():
                indexes_off(cursor)
                note("indexes off")
        say("customers and accounts")
        for at in range(1, customers + 1, CHUNK):
            step(f"customers {at}", partial(buyers, cursor, at, min(at + CHUNK - 1, customers)))
        for at in range(1, invoices + 1, CHUNK):
            say(f"invoices from {at:,}")
            values = {
                "customers": customers,
                "invoices": invoices,
                "days": DAYS,
                "first": f"'{first}'",
                "start": at,
                "end": min(at + CHUNK - 1, invoices),
            }
            step(f"invoices {at}", partial(trade, cursor, values, today))
        step("unallocated", lambda: cursor.execute(UNALLOCATED))
        for name, definition in list(notes(cursor)):
            say(f"index {name}")
            step(f"index {name}", partial(cursor.execute, definition))
        cursor.execute("RESET session_replication_role; RESET synchronous_commit")
        if not done("vacuum"):
            say("vacuum")
            for table in TABLES:
                cursor.execute(f"VACUUM ANALYZE {table}")
            note("vacuum")


# --- prototypes: one row of each, made as the product makes it --------------------------------------------------------
def prototype(today: dt.date) -> None:
    if done("prototype"):
        return
    at = timezone.now() - dt.timedelta(days=DAYS + 60)
    with transaction.atomic():
        customer = Customer.objects.create(name="Prototype", phone="+919800000000")
        CreditAccount.objects.create(
            customer=customer,
            limit_kind="unlimited",
            terms=PaymentTerms.objects.create(name="Bench", days=30),
        )
        account = lock_account(customer.pk, on=local_date(at))
        price = Decimal("100.00")
        line = BilledLine(1, "X", "X", 1, price, False, Decimal(0), Decimal(0), price, Decimal(0), price)
        invoice = issue_invoice(account, [line], reference="bench:0", by=None, at=at)
        record_payment(
            customer.pk,
            Decimal(50),
            method="cash",
            received_on=local_date(at),
            reference="bench:0",
            by=None,
            at=at,
        )
        invoice = Invoice.objects.get(pk=invoice.pk)
        agree_plan(
            invoice,
            in_equal_parts(invoice.outstanding, 3, local_date(at)),
            reference="bench:0",
            by=None,
            at=at,
        )
        note("prototype")


def insert(cursor: Any, table: str, model: Any, rows: str, /, **told: str) -> None:
    """Copy the prototype's row for each of `rows` (named h), with other values where told."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    columns = [name for (name,) in cursor.fetchall()]
    values = [told.get(name, f"p.{name}") for name in columns]
    key = model._default_manager.order_by("pk").values_list("pk", flat=True)[0]
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE "
        f"SELECT {', '.join(values)} FROM ({rows}) h CROSS JOIN (SELECT * FROM {table} WHERE id = {key}) p"
    )


BASE = 100
"""Keys of the copies begin above those of the prototypes."""


def buyers(cursor: Any, start: int, end: int) -> None:
    numbers = f"SELECT n FROM generate_series({start}::bigint, {end}::bigint) AS n"
    insert(
        cursor, "customers_customer", Customer, numbers,
        id=f"h.n + {BASE}", code="'B-' || lpad(h.n::text, 7, '0')", name="'Shop ' || h.n", idempotency_key="NULL",
        search_text="''",
    )  # fmt: skip
    insert(
        cursor, "credit_creditaccount", CreditAccount, numbers,
        id=f"h.n + {BASE}", customer_id=f"h.n + {BASE}", balance="0", unallocated="0", open_orders="0",
    )  # fmt: skip


def trade(cursor: Any, values: dict[str, Any], today: dt.date) -> None:
    history = HISTORY.format(**values)
    paid = f"CASE WHEN never OR paid_on > '{today}' THEN 0 WHEN half THEN round(total / 2, 2) ELSE total END"
    h = f"SELECT *, {paid} AS paid FROM ({history}) x"
    own = {"id": f"h.n + {BASE}", "account_id": f"h.who + {BASE}"}
    insert(
        cursor, "credit_invoice", Invoice, h, **own, number="'BEN-' || h.n", reference="'bench:' || h.n",
        issued_on="h.issued_on", due_on="h.due_on", issued_at="h.issued_on + time '12:00'", net="h.total", tax="0",
        rounding="0", total="h.total", outstanding="h.total - h.paid", bill_to="'{}'", seller="'{}'", pdf="''",
        in_parts="h.parts", order_number="''",
    )  # fmt: skip
    # Every fiftieth payment brings 10 more than the invoice needs.
    money = f"SELECT * FROM ({h}) y WHERE paid > 0"
    insert(
        cursor, "credit_payment", Payment, money, **own, number="'BER-' || h.n", reference="'bench:' || h.n",
        received_on="greatest(h.paid_on, h.issued_on)", amount="h.paid + CASE WHEN h.n % 50 = 7 THEN 10 ELSE 0 END",
        unallocated_amount="CASE WHEN h.n % 50 = 7 THEN 10 ELSE 0 END",
        recorded_at="greatest(h.paid_on, h.issued_on) + time '12:00'",
    )  # fmt: skip
    insert(
        cursor, "credit_allocation", Allocation, money, id=own["id"],
        payment_id=own["id"], invoice_id=own["id"], amount="h.paid", reference="'bench:' || h.n",
        allocated_on="greatest(h.paid_on, h.issued_on)", at="greatest(h.paid_on, h.issued_on) + time '12:00'",
    )  # fmt: skip
    parts = f"SELECT * FROM ({h}) y WHERE parts"
    insert(
        cursor, "credit_instalmentplan", InstalmentPlan, parts, id=own["id"], invoice_id=own["id"], version="0",
        source="'terms'", from_on="h.issued_on", until_on="NULL", reference="'bench:' || h.n",
    )  # fmt: skip
    third = "round(h.total / 3, 2)"
    insert(
        cursor, "credit_instalment", Instalment, f"SELECT * FROM ({parts}) z CROSS JOIN generate_series(1, 3) AS k",
        id=f"h.n * 3 + h.k + {BASE}", plan_id=own["id"], invoice_id=own["id"], position="h.k",
        due_on="h.due_on - 30 * (3 - h.k)::int",
        amount=f"CASE WHEN h.k < 3 THEN {third} ELSE h.total - 2 * {third} END",
        later=f"CASE h.k WHEN 1 THEN h.total - {third} WHEN 2 THEN h.total - 2 * {third} ELSE 0 END",
    )  # fmt: skip


UNALLOCATED = """
UPDATE credit_creditaccount a SET unallocated = p.spare, balance = coalesce(i.owed, 0) - p.spare
FROM (SELECT account_id, sum(unallocated_amount) AS spare FROM credit_payment GROUP BY 1) p
LEFT JOIN (SELECT account_id, sum(outstanding) AS owed FROM credit_invoice GROUP BY 1) i USING (account_id)
WHERE a.id = p.account_id
"""


# --- what is done already ---------------------------------------------------------------------------------------------
def keep_notes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_done (what text PRIMARY KEY)")
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_index (name text PRIMARY KEY, definition text)")


def done(what: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM bench_done WHERE what = %s", [what])
        return cursor.fetchone() is not None


def note(what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_done VALUES (%s)", [what])


def step(what: str, act: Callable[[], Any]) -> None:
    if not done(what):
        with transaction.atomic():
            act()
            note(what)


def notes(cursor: Any) -> list[tuple[str, str]]:
    cursor.execute("SELECT name, definition FROM bench_index ORDER BY name")
    return list(cursor.fetchall())


def indexes_off(cursor: Any) -> None:
    """Take down every index that no constraint needs, and keep how it was written."""
    cursor.execute(
        """INSERT INTO bench_index SELECT indexname, indexdef FROM pg_indexes
           WHERE tablename = ANY (%s) AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)""",
        [list(TABLES)],
    )
    for name, _definition in notes(cursor):
        cursor.execute(f'DROP INDEX "{name}"')
