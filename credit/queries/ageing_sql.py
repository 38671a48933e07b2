"""The statements behind the ageing. Figures of a day are those of now, less what happened after it.

Every receivable is cut into pieces of one account, one bucket and an amount; `freed` is what a piece gives back to, or
takes from, what is unallocated. Today that is one index-only pass over open invoices. A day in the past adds what was
allocated since, read from `allocation_by_day` alone and the invoices it went to. Invoices in parts are cut by the plan
that was in force that day. Bucket 0 is not due; −1 belongs to no bucket.
"""

from __future__ import annotations

# {some}: narrows every piece to some accounts; {age}: the date the age counts from.
PIECES = """
    SELECT i.account_id, width_bucket(%(on)s::date - i.{age}, %(starts)s::int[]) AS bucket,
        i.outstanding AS amount, 0::numeric AS freed
    FROM credit_invoice i
    WHERE i.outstanding > 0 AND NOT i.in_parts AND i.issued_on <= %(on)s::date {some_i}
    UNION ALL
    SELECT i.account_id, CASE WHEN i.in_parts OR i.issued_on > %(on)s::date THEN -1
        ELSE width_bucket(%(on)s::date - i.{age}, %(starts)s::int[]) END, l.amount, l.amount
    FROM credit_allocation l JOIN credit_invoice i ON i.id = l.invoice_id
    WHERE l.allocated_on > %(on)s::date {some_i}
    UNION ALL
    SELECT o.account_id, width_bucket(%(on)s::date - {age_part}, %(starts)s::int[]),
        least(t.amount, o.amount - t.later), 0
    FROM (
        SELECT id, account_id, issued_on, sum(amount) AS amount FROM (
            SELECT i.id, i.account_id, i.issued_on, i.outstanding AS amount FROM credit_invoice i
            WHERE i.outstanding > 0 AND i.in_parts AND i.issued_on <= %(on)s::date {some_i}
            UNION ALL
            SELECT i.id, i.account_id, i.issued_on, l.amount
            FROM credit_invoice i JOIN credit_allocation l ON l.invoice_id = i.id
            WHERE i.in_parts AND i.issued_on <= %(on)s::date AND l.allocated_on > %(on)s::date {some_i}
        ) told GROUP BY 1, 2, 3
    ) o
    JOIN credit_instalmentplan p ON p.invoice_id = o.id
      AND p.from_on <= %(on)s::date AND (p.until_on IS NULL OR p.until_on > %(on)s::date)
    JOIN credit_instalment t ON t.plan_id = p.id AND t.later < o.amount
    UNION ALL
    SELECT i.account_id, -1, 0, -i.amount FROM credit_payment i WHERE i.received_on > %(on)s::date {some_i}
    UNION ALL
    SELECT i.account_id, -1, 0, -i.total FROM credit_creditnote i WHERE i.issued_on > %(on)s::date {some_i}
    UNION ALL
    SELECT i.account_id, -1, 0, -i.amount FROM credit_writeoff i WHERE i.written_on > %(on)s::date {some_i}
    UNION ALL
    SELECT i.account_id, -1, 0, i.amount FROM credit_refund i WHERE i.taken_on > %(on)s::date {some_i}
    UNION ALL
    SELECT i.account_id, -1, 0, -i.amount FROM credit_refund i WHERE i.returned_on > %(on)s::date {some_i}
"""

LINES = """
summed AS (
    SELECT account_id, {filtered}, sum(freed) AS freed FROM ({pieces}) piece GROUP BY account_id
), line AS {materialized} (
    SELECT a.id, a.customer_id, a.currency, coalesce(b0, 0) AS b0, coalesce(b1, 0) AS b1, coalesce(b2, 0) AS b2,
        coalesce(b3, 0) AS b3, coalesce(b4, 0) AS b4, coalesce(b5, 0) AS b5, coalesce(b6, 0) AS b6,
        a.unallocated + coalesce(s.freed, 0) AS spare,
        coalesce(b1, 0) + coalesce(b2, 0) + coalesce(b3, 0) + coalesce(b4, 0) + coalesce(b5, 0)
            + coalesce(b6, 0) AS overdue
    FROM credit_creditaccount a LEFT JOIN summed s ON s.account_id = a.id
    WHERE (b0 <> 0 OR b1 <> 0 OR b2 <> 0 OR b3 <> 0 OR b4 <> 0 OR b5 <> 0 OR b6 <> 0
        OR a.unallocated + coalesce(s.freed, 0) <> 0) {some_a}
)
"""

ROW = "l.id, c.id, c.name, c.code, l.currency, b0, b1, b2, b3, b4, b5, b6, spare"
SUMS = "count(*), sum(b0), sum(b1), sum(b2), sum(b3), sum(b4), sum(b5), sum(b6), sum(spare)"
ORDER = "ORDER BY overdue DESC, b0 DESC, l.id"

# All lines, the most overdue first; for files, and for some accounts.
ALL = """
WITH {lines}
SELECT {row} FROM line l JOIN customers_customer c ON c.id = l.customer_id {order}
"""

# The sums by currency and one page of lines in one go: the page joins customers only to the lines it shows.
PAGE = """
WITH {lines}, page AS (
    SELECT * FROM line l
    WHERE %(overdue)s::numeric IS NULL
       OR (overdue, b0, -id) < (%(overdue)s::numeric, %(not_due)s::numeric, -%(after)s::bigint)
    {order} LIMIT %(most)s::int
)
SELECT NULL::bigint AS key, NULL::bigint, '' AS name, '' AS code, currency, {sums}
FROM line GROUP BY currency
UNION ALL
SELECT * FROM (
    SELECT l.id, c.id, c.name, c.code, l.currency, 1::bigint, b0, b1, b2, b3, b4, b5, b6, spare
    FROM page l JOIN customers_customer c ON c.id = l.customer_id {order}
) shown
"""

# Lines added up by what their customers have in common.
REPRESENTATIVE = """
WITH {lines}
SELECT u.id::text, coalesce(u.name, ''), l.currency, {sums}
FROM line l JOIN customers_customer c ON c.id = l.customer_id
LEFT JOIN accounts_user u ON u.id = c.representative_id
GROUP BY u.id, l.currency ORDER BY sum(overdue) DESC, sum(b0) DESC, 2
"""
CITY = """
WITH {lines}
SELECT coalesce(ad.city, ''), coalesce(ad.city, ''), l.currency, {sums}
FROM line l
LEFT JOIN customers_address ad ON ad.customer_id = l.customer_id AND ad.kind = 'billing' AND ad.is_default
GROUP BY 1, l.currency ORDER BY sum(overdue) DESC, sum(b0) DESC, 2
"""


def written(statement: str, *, by: str, buckets: int, some: bool) -> str:
    """The statement for an age by due or invoice date in so many buckets, over all accounts or `%(accounts)s`."""
    narrow = {
        "some_i": "AND i.account_id = ANY (%(accounts)s::bigint[])" if some else "",
        "some_a": "AND a.id = ANY (%(accounts)s::bigint[])" if some else "",
    }
    due = by == "due"
    age = {"age": "due_on" if due else "issued_on", "age_part": "t.due_on" if due else "o.issued_on"}
    filtered = ", ".join(
        f"sum(amount) FILTER (WHERE bucket = {n}) AS b{n}" if n <= buckets else f"0::numeric AS b{n}"
        for n in range(7)
    )
    lines = LINES.format(
        filtered=filtered,
        pieces=PIECES.format(**narrow, **age),
        materialized="MATERIALIZED" if statement is PAGE else "",
        some_a=narrow["some_a"],
    )
    return statement.format(lines=lines, row=ROW, sums=SUMS, order=ORDER)
