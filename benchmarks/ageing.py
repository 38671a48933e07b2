"""The ageing of 200,000 customers and 5 million invoices: the product beside hand-written SQL in one run, A B A B.

Measured as of today and of a day a year ago: the sums of all customers with the hundred most overdue and their names,
and the second hundred. The product's side is its query as the page calls it, with Python and the decoding of the rows;
`web` is the whole page through the application, for scale. The SQL's side is the best we could write for these figures
alone, by psycopg on the same connection: it knows one currency, four buckets by due date, no credit notes, write-offs
or refunds, nobody whose sight is narrowed, and leaves out what happened later where nothing can have. `ratio` is
product by SQL; both must give the same figures, or the run stops.

The data is made first by `ageing_seed` (minutes; it goes on where it was killed). AGEING_DATABASE_URL names a database
that keeps it: any migrated one without customers.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

if kept := os.environ.get("AGEING_DATABASE_URL"):
    os.environ["DATABASE_URL"] = kept

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.operations import create_user  # noqa: E402
from benchmarks.ageing_seed import seed  # noqa: E402
from credit.models import CreditAccount, Invoice  # noqa: E402
from credit.queries.ageing import Question, page  # noqa: E402

REACH, THEN = 1.5, 1.2

# The same figures by hand. b: 0 not due, 1 to 4 the buckets. What is only known of a past day is added when asked for.
OPEN = """
    SELECT account_id, CASE WHEN due_on >= %(on)s THEN 0 WHEN due_on >= %(on)s - 30 THEN 1 WHEN due_on >= %(on)s - 60
        THEN 2 WHEN due_on >= %(on)s - 90 THEN 3 ELSE 4 END AS b, outstanding AS amount, 0::numeric AS freed
    FROM credit_invoice WHERE outstanding > 0 AND NOT in_parts AND issued_on <= %(on)s
"""
LATER = """
    UNION ALL
    SELECT i.account_id, CASE WHEN i.in_parts OR i.issued_on > %(on)s THEN -1 WHEN i.due_on >= %(on)s THEN 0
        WHEN i.due_on >= %(on)s - 30 THEN 1 WHEN i.due_on >= %(on)s - 60 THEN 2 WHEN i.due_on >= %(on)s - 90 THEN 3
        ELSE 4 END, a.amount, a.amount
    FROM credit_allocation a JOIN credit_invoice i ON i.id = a.invoice_id WHERE a.allocated_on > %(on)s
    UNION ALL
    SELECT account_id, -1, 0, -amount FROM credit_payment WHERE received_on > %(on)s
"""
PARTS = """
    UNION ALL
    SELECT i.account_id, CASE WHEN t.due_on >= %(on)s THEN 0 WHEN t.due_on >= %(on)s - 30 THEN 1
        WHEN t.due_on >= %(on)s - 60 THEN 2 WHEN t.due_on >= %(on)s - 90 THEN 3 ELSE 4 END,
        least(t.amount, i.open - t.later), 0
    FROM ({open}) i
    JOIN credit_instalmentplan p ON p.invoice_id = i.id AND p.from_on <= %(on)s
      AND (p.until_on IS NULL OR p.until_on > %(on)s)
    JOIN credit_instalment t ON t.plan_id = p.id AND t.later < i.open
"""
OPEN_NOW = """
    SELECT id, account_id, outstanding AS open FROM credit_invoice
    WHERE in_parts AND outstanding > 0 AND issued_on <= %(on)s
"""
OPEN_THEN = """
    SELECT i.id, i.account_id, i.outstanding + coalesce(sum(a.amount), 0) AS open
    FROM credit_invoice i LEFT JOIN credit_allocation a ON a.invoice_id = i.id AND a.allocated_on > %(on)s
    WHERE i.in_parts AND i.issued_on <= %(on)s GROUP BY i.id
"""
BY_HAND = """
WITH summed AS (
    SELECT account_id, sum(amount) FILTER (WHERE b = 0) AS b0, sum(amount) FILTER (WHERE b = 1) AS b1,
        sum(amount) FILTER (WHERE b = 2) AS b2, sum(amount) FILTER (WHERE b = 3) AS b3,
        sum(amount) FILTER (WHERE b = 4) AS b4, sum(freed) AS freed
    FROM ({pieces}) piece GROUP BY account_id
), line AS MATERIALIZED (
    SELECT a.id, a.customer_id, b0, b1, b2, b3, b4, a.unallocated + coalesce(freed, 0) AS spare,
        coalesce(b1, 0) + coalesce(b2, 0) + coalesce(b3, 0) + coalesce(b4, 0) AS overdue
    FROM credit_creditaccount a LEFT JOIN summed s ON s.account_id = a.id
    WHERE a.unallocated + coalesce(freed, 0) <> 0 OR b0 <> 0 OR b1 <> 0 OR b2 <> 0 OR b3 <> 0 OR b4 <> 0
), top AS (
    SELECT * FROM line ORDER BY overdue DESC, b0 DESC NULLS LAST, id LIMIT 100 OFFSET %(skip)s
)
SELECT count(*), NULL, NULL, sum(b0), sum(b1), sum(b2), sum(b3), sum(b4), sum(spare) FROM line
UNION ALL
SELECT * FROM (
    SELECT c.id, c.name, c.code, b0, b1, b2, b3, b4, spare
    FROM top JOIN customers_customer c ON c.id = top.customer_id
    ORDER BY overdue DESC, b0 DESC NULLS LAST, top.id
) shown
"""


def by_hand(on: dt.date, today: dt.date, skip: int) -> list[tuple[Any, ...]]:
    """What one would write for these figures: today needs nothing of what came later."""
    past = on < today
    pieces = OPEN + (LATER if past else "") + PARTS.format(open=OPEN_THEN if past else OPEN_NOW)
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND.format(pieces=pieces), {"on": on, "skip": skip})
        return cursor.fetchall()


def main() -> int:
    """Seed what is missing, measure, print; `--json` as one object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--invoices", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seed-only", action="store_true")
    options = parser.parse_args()
    today = timezone.localdate()
    begun = time.perf_counter()
    seed(
        options.customers,
        options.invoices,
        today=today,
        say=lambda text: print(text, file=sys.stderr, flush=True),
    )
    seeded = time.perf_counter() - begun
    if options.seed_only:
        return 0
    user = measurer()
    results = [
        measure(name, on, today, user, options.rounds)
        for name, on in (("today", today), ("a year ago", today - dt.timedelta(days=365)))
    ]
    told = {
        "benchmark": "ageing",
        "customers": CreditAccount.objects.count(),
        "invoices": Invoice.objects.count(),
        "open": Invoice.objects.open().count(),
        "in_parts": Invoice.objects.filter(in_parts=True).count(),
        "seed_seconds": round(seeded),
        "reach": REACH,
        "then": THEN,
        "results": results,
        "worst_ratio": max(result["ratio"] for result in results),
    }
    if options.json:
        print(json.dumps(told))
    else:
        print(
            f"{told['customers']:,} customers, {told['invoices']:,} invoices, {told['open']:,} of them open"
        )
        for result in results:
            print(sentence(result))
    return 0


def measurer() -> User:
    email = "ageing@bench.example"
    found = User.objects.filter(email=email).first()
    return found or create_user(email, "Measures", password=None, is_superuser=True, is_staff=True)


def measure(name: str, on: dt.date, today: dt.date, user: User, rounds: int) -> dict[str, Any]:
    """Both sides in turn, `rounds` times after one warm-up each; milliseconds."""
    question = Question(on, user)
    second = page(question).next
    client = Client()
    client.force_login(user)
    sides: dict[str, Callable[[], Any]] = {
        "product": lambda: page(question),
        "sql": lambda: by_hand(on, today, 0),
        "product_second": lambda: page(question, after=second),
        "sql_second": lambda: by_hand(on, today, 100),
        "web": lambda: client.get("/receivables/ageing/", {"on": on.isoformat()}),
    }
    same(page(question), by_hand(on, today, 0))
    same(page(question, after=second), by_hand(on, today, 100))
    assert sides["web"]().status_code == 200
    times: dict[str, list[float]] = {side: [] for side in sides}
    for _turn in range(rounds):
        for side, act in sides.items():
            begun = time.perf_counter()
            act()
            times[side].append((time.perf_counter() - begun) * 1000)
    return {
        "as_of": name,
        "on": on.isoformat(),
        "milliseconds": {side: round(statistics.median(taken), 1) for side, taken in times.items()},
        "ratio": ratio(times["product"], times["sql"]),
        "ratio_second_page": ratio(times["product_second"], times["sql_second"]),
        "ratio_web": ratio(times["web"], times["sql"]),
        "rounds": rounds,
    }


def ratio(mine: list[float], theirs: list[float]) -> float:
    return round(statistics.median(a / b for a, b in zip(mine, theirs, strict=True)), 3)


def same(mine: Any, theirs: list[tuple[Any, ...]]) -> None:
    """Stop when the two sides differ in one figure: a fast wrong answer is worth nothing."""
    (total,) = mine.totals
    sums = [theirs[0][0], *theirs[0][3:]]
    if [total.customers, total.not_due, *total.buckets, total.unallocated] != sums:
        raise SystemExit(f"The sums differ: {total} and {sums}")
    lines = [(row.customer_id, row.not_due, *row.buckets, row.unallocated) for row in mine.rows]
    if lines != [(row[0], *(amount or 0 for amount in row[3:])) for row in theirs[1:]]:
        raise SystemExit("The lines differ.")


def sentence(result: dict[str, Any]) -> str:
    took = result["milliseconds"]
    return (
        f"as of {result['as_of']}: {took['product']:.0f} ms, SQL {took['sql']:.0f} ms, ratio {result['ratio']}; "
        f"second page {took['product_second']:.0f} ms, ratio {result['ratio_second_page']}; "
        f"the whole web page {took['web']:.0f} ms"
    )


if __name__ == "__main__":
    raise SystemExit(main())
