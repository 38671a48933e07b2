"""Issuing invoices: number, lines, ledger and balance in one statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import CENT, ZERO, round_to
from core.tasks import after_commit
from credit.models import Invoice, RetailerLink

from .accounts import LockedAccount
from .allocations import apply_unallocated
from .instalments import write_parts_of_terms


class BilledLine(NamedTuple):
    """A line to bill, already priced and taxed."""

    order_line: int | None
    sku: str
    description: str
    quantity: int
    unit_price: Decimal
    price_includes_tax: bool
    discount: Decimal
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal


# Number, invoice, lines, ledger and balance in one statement: the number's row is locked for as short as can be, and
# the four can't disagree. What the order stops committing (%(billed)s) leaves open_orders as the invoice enters.
ISSUE = """
WITH taken AS (
    INSERT INTO core_documentseries AS s (series, year, last)
    SELECT %(series)s::text, %(year)s::int, 1 WHERE %(number)s::text = ''
    ON CONFLICT (series, year) DO UPDATE SET last = s.last + 1
    RETURNING s.series || '-' || s.year || '-' || lpad(s.last::text, greatest(5, length(s.last::text)), '0') AS number
), invoice AS (
    INSERT INTO credit_invoice (kind, number, account_id, currency, issued_on, due_on, terms, order_number, about_id,
        reason, reference, net, tax, rounding, total, outstanding, bill_to, seller, language, issued_by_id, issued_at,
        pdf)
    SELECT %(kind)s::text, number, %(account)s::bigint, %(currency)s::text, %(issued_on)s::date, %(due_on)s::date,
        %(terms)s::text, %(order_number)s::text, %(about)s::bigint, %(reason)s::text, %(reference)s::text,
        %(net)s::numeric, %(tax)s::numeric, %(rounding)s::numeric, %(total)s::numeric, %(total)s::numeric,
        %(bill_to)s::jsonb, %(seller)s::jsonb, %(language)s::text, %(by)s::bigint, %(at)s::timestamptz, ''
    FROM (SELECT number FROM taken UNION ALL SELECT %(number)s::text WHERE %(number)s::text <> '') numbered
    RETURNING id, number
), lines AS (
    INSERT INTO credit_invoiceline (invoice_id, position, order_line, sku, description, quantity, unit_price,
        price_includes_tax, discount, tax_rate, net, tax, gross)
    SELECT invoice.id, line.* FROM invoice, unnest(%(position)s::int[], %(order_line)s::int[], %(sku)s::text[],
        %(description)s::text[], %(quantity)s::int[], %(unit_price)s::numeric[], %(price_includes_tax)s::bool[],
        %(discount)s::numeric[], %(tax_rate)s::numeric[], %(nets)s::numeric[], %(taxes)s::numeric[],
        %(grosses)s::numeric[]) AS line
), entry AS (
    INSERT INTO credit_receivableentry (account_id, kind, amount, currency, document, reference, posted_on, by_id, at)
    SELECT %(account)s::bigint, %(kind)s::text, %(total)s::numeric, %(currency)s::text, number, 'invoice:' || number,
        %(issued_on)s::date, %(by)s::bigint, %(at)s::timestamptz
    FROM invoice
), account AS (
    UPDATE credit_creditaccount SET balance = balance + %(total)s::numeric WHERE id = %(account)s::bigint
), link AS (
    INSERT INTO credit_retailerlink (uid, account_id, invoice_id, created_at, expires_at, opened)
    SELECT %(link)s::uuid, %(account)s::bigint, invoice.id, %(at)s::timestamptz, %(link_ends)s::timestamptz, 0
    FROM invoice WHERE %(link)s::uuid IS NOT NULL
)
SELECT id, number FROM invoice
"""


def issue_invoice(
    account: LockedAccount,
    lines: Sequence[BilledLine],
    *,
    order_number: str = "",
    reference: str,
    by: Any,
    at: dt.datetime,
    link: RetailerLink | None = None,
) -> Invoice:
    """Issue an invoice on a locked account. Takes the number: call it last in the transaction.

    `reference` names the business fact (`order:12:1`); a second invoice for it is refused by the database. Money the
    customer had paid ahead is used at once, oldest first. A new `link` (`links.new_link`) is
    written along with it. Gives the invoice as it was issued, without reading it back.
    """
    return enter_invoice(
        account,
        lines,
        kind=Invoice.Kind.INVOICE,
        issued_on=local_date(at),
        order_number=order_number,
        reference=reference,
        round_total_to=Decimal(settings.INVOICE_ROUND_TO),
        by=by,
        at=at,
        link=link,
    )


SERIES = {
    Invoice.Kind.INVOICE: "INV",
    Invoice.Kind.DEBIT_NOTE: "DBN",
    Invoice.Kind.LATE_FEE: "FEE",
    Invoice.Kind.OPENING: "OPN",
}


def enter_invoice(
    account: LockedAccount,
    lines: Sequence[BilledLine],
    *,
    kind: str,
    issued_on: dt.date,
    reference: str,
    by: Any,
    at: dt.datetime,
    due_on: dt.date | None = None,
    order_number: str = "",
    number: str = "",
    about: Invoice | None = None,
    reason: str = "",
    round_total_to: Decimal = CENT,
    use_unallocated: bool = True,
    link: RetailerLink | None = None,
) -> Invoice:
    """Write a bill of any kind, its lines, its ledger entry and the balance.

    Due by the account's terms, unless `due_on` is told. A told `number` takes none of a series.
    """
    if not lines:
        raise Refusal(_("There is nothing to invoice."), code="nothing_to_invoice")
    net = sum((line.net for line in lines), ZERO)
    tax = sum((line.tax for line in lines), ZERO)
    total = round_to(net + tax, round_total_to)
    paper = account.paper
    plan = account.paper.terms if due_on is None else None
    parts = plan.parts(total, issued_on) if plan else []
    due_on = due_on or (parts[-1].due_on if parts else issued_on)
    values: dict[str, Any] = {
        "kind": kind,
        "series": SERIES[Invoice.Kind(kind)],
        "number": number,
        "about": about and about.pk,
        "reason": reason,
        "year": issued_on.year,
        "account": account.pk,
        "currency": account.currency,
        "issued_on": issued_on,
        "due_on": due_on,
        "terms": plan.name if plan else "",
        "order_number": order_number,
        "reference": reference,
        "net": net,
        "tax": tax,
        "rounding": total - net - tax,
        "total": total,
        "bill_to": connection.ops.adapt_json_value(paper.bill_to, None),
        "seller": connection.ops.adapt_json_value(settings.COMPANY, None),
        "language": paper.language,
        "by": getattr(by, "pk", None),
        "at": at,
        "link": link and link.uid,
        "link_ends": link and link.expires_at,
        "position": list(range(1, len(lines) + 1)),
        "order_line": [line.order_line for line in lines],
        "sku": [line.sku for line in lines],
        "description": [line.description for line in lines],
        "quantity": [line.quantity for line in lines],
        "unit_price": [line.unit_price for line in lines],
        "price_includes_tax": [line.price_includes_tax for line in lines],
        "discount": [line.discount for line in lines],
        "tax_rate": [line.tax_rate for line in lines],
        "nets": [line.net for line in lines],
        "taxes": [line.tax for line in lines],
        "grosses": [line.gross for line in lines],
    }
    with connection.cursor() as cursor:
        cursor.execute(ISSUE, values)
        pk, number = cursor.fetchone()
    issued = Invoice(
        pk=pk,
        kind=kind,
        number=number,
        account_id=account.pk,
        currency=account.currency,
        issued_on=issued_on,
        due_on=due_on,
        order_number=order_number,
        total=total,
        outstanding=total,
    )
    if len(parts) > 1:
        write_parts_of_terms(issued, parts, by=by, at=at)
    live.touch("credit.invoice", f"credit.creditaccount:{account.pk}")
    if use_unallocated and account.unallocated > 0:
        apply_unallocated(account.pk, by=by, at=at)
    after_commit("credit.make_invoice_pdf", invoice_id=pk)
    return issued
