"""Issuing invoices and the credit notes that take them back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, round_money, round_to
from core.numbering import take_number
from core.tasks import after_commit
from credit.models import CreditAccount, CreditNote, CreditNoteLine, Invoice, ReceivableEntry, RetailerLink

from .accounts import LockedAccount, lock_account, move_account
from .allocations import allocate, apply_unallocated
from .instalments import write_parts_of_terms
from .reductions import lines_of_amounts


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
    INSERT INTO core_documentseries AS s (series, year, last) VALUES ('INV', %(year)s::int, 1)
    ON CONFLICT (series, year) DO UPDATE SET last = s.last + 1
    RETURNING 'INV-' || s.year || '-' || lpad(s.last::text, greatest(5, length(s.last::text)), '0') AS number
), invoice AS (
    INSERT INTO credit_invoice (number, account_id, currency, issued_on, due_on, terms, order_number, reference,
        net, tax, rounding, total, outstanding, bill_to, seller, language, issued_by_id, issued_at, pdf)
    SELECT number, %(account)s::bigint, %(currency)s::text, %(issued_on)s::date, %(due_on)s::date, %(terms)s::text,
        %(order_number)s::text, %(reference)s::text, %(net)s::numeric, %(tax)s::numeric, %(rounding)s::numeric,
        %(total)s::numeric, %(total)s::numeric, %(bill_to)s::jsonb, %(seller)s::jsonb, %(language)s::text,
        %(by)s::bigint, %(at)s::timestamptz, ''
    FROM taken
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
    SELECT %(account)s::bigint, 'invoice', %(total)s::numeric, %(currency)s::text, number, 'invoice:' || number,
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
    if not lines:
        raise Refusal(_("There is nothing to invoice."), code="nothing_to_invoice")
    net = sum((line.net for line in lines), ZERO)
    tax = sum((line.tax for line in lines), ZERO)
    total = round_to(net + tax, Decimal(settings.INVOICE_ROUND_TO))
    issued_on = local_date(at)
    paper = account.paper
    parts = paper.terms.parts(total, issued_on) if paper.terms else []
    due_on = parts[-1].due_on if parts else issued_on
    values: dict[str, Any] = {
        "year": issued_on.year,
        "account": account.pk,
        "currency": account.currency,
        "issued_on": issued_on,
        "due_on": due_on,
        "terms": paper.terms.name if paper.terms else "",
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
    if account.unallocated > 0:
        apply_unallocated(account.pk, by=by, at=at)
    after_commit("credit.make_invoice_pdf", invoice_id=pk)
    return issued


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
) -> CreditNote:
    """Take back an invoice, whole, so many pieces of its lines (`{invoice_line_pk: pieces}`), or so much of their money
    (`amounts`, gross; no pieces come back).

    Frees what is outstanding on the invoice first; the rest stays unallocated on the account, to be used by the next
    invoice or refunded. Refuses more than was billed and not yet taken back. Twice with one reference is once.
    """
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
        reason=reason,
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
    if invoice.outstanding:
        allocate(note, [(invoice, min(invoice.outstanding, total))], by=by, at=at)
    return note


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
