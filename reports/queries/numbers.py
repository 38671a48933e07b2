"""Are the numbers of documents contiguous?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from core.books import Discrepancy


def check_numbers() -> Iterator[Discrepancy]:
    """Series and years whose documents are not exactly the numbers 1 to the last one given."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES)
        for series, year, last, documents, lowest, highest in cursor.fetchall():
            expected = f"{documents} documents, {lowest} to {highest}"
            yield Discrepancy("numbers are contiguous", f"{series}-{year}", last, expected)


# An opening amount may bring the number of the old system. EAN counts our own barcodes, which are no documents.
DIFFERENCES = """
WITH documents AS (
    SELECT number FROM credit_invoice WHERE kind <> 'opening' OR number LIKE 'OPN-%'
    UNION ALL SELECT number FROM credit_payment
    UNION ALL SELECT number FROM credit_creditnote
    UNION ALL SELECT number FROM credit_writeoff WHERE number IS NOT NULL
    UNION ALL SELECT number FROM credit_refund WHERE number IS NOT NULL
    UNION ALL SELECT number FROM credit_chequedeposit
    UNION ALL SELECT number FROM orders_quotation
    UNION ALL SELECT number FROM orders_return
    UNION ALL SELECT number FROM orders_delivery
    UNION ALL SELECT number FROM inventory_goodsreceipt
    UNION ALL SELECT number FROM inventory_purchaseorder WHERE number IS NOT NULL
    UNION ALL SELECT number FROM inventory_supplierreturn
    UNION ALL SELECT number FROM inventory_stocktransfer
    UNION ALL SELECT number FROM inventory_adjustment
    UNION ALL SELECT number FROM inventory_stockcount
), counted AS (
    SELECT part[1] AS series, part[2]::int AS year, count(DISTINCT part[3]::bigint) AS documents,
           min(part[3]::bigint) AS lowest, max(part[3]::bigint) AS highest
    FROM documents, regexp_match(number, '^(.+)-([0-9]{4})-([0-9]+)$') AS part
    GROUP BY 1, 2
)
SELECT series, year, coalesce(given.last, 0), coalesce(documents, 0), coalesce(lowest, 0), coalesce(highest, 0)
FROM (SELECT * FROM core_documentseries WHERE series <> 'EAN') given
FULL JOIN counted USING (series, year)
WHERE (coalesce(given.last, 0), coalesce(given.last, 0), least(given.last, 1))
      IS DISTINCT FROM (coalesce(documents, 0), coalesce(highest, 0), coalesce(lowest, 0))
ORDER BY series, year
"""
