"""Opening balances, document by document: checked whole against the total that was given, then booked in one go.

Nothing is booked unless the file comes to its control totals. Then customers are added, and a thousand documents at a
time are one transaction: invoices, what was paid on them before, ledger and balances together. A run that dies goes
on with what is not booked yet; a file that was imported before adds nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings
from django.core.files.base import File
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import jobs, live
from core.dates import local_date
from core.errors import Refusal
from core.importing import check_mapping, guess_mapping
from core.money import ZERO, format_money
from core.numbering import take_numbers
from core.tabular import Row, open_table
from core.templatetags.figures import num
from credit.banking.amounts import decimal_mark
from credit.banking.days import day_order
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
from credit.openings import FIELDS, REQUIRED, Line, Style, check_columns, read_line
from customers.models import Customer
from customers.models.customer import e164
from customers.operations import add_customer, record

from .charges import OURS
from .credit_notes import void_invoice
from .disputes import raise_dispute
from .payments import reverse_payment

JOB, UNDO_JOB = "credit.import_openings", "credit.undo_openings"
AT_ONCE, CUSTOMERS_AT_ONCE, LOOKED_AT = 1000, 200, 5000
State, Outcome = OpeningImport.State, OpeningRow.Outcome


class Known(NamedTuple):
    """What a file says of one customer, and who that is; None for one who is to be added."""

    customer_id: int | None
    line: Line


class Checked(NamedTuple):
    """A whole file, looked at: what can be booked, what is there already, what is refused, and what it comes to."""

    new: list[Line]
    known: list[tuple[Line, Invoice]]
    refused: list[OpeningRow]
    customers: dict[str, int]
    unknown: dict[str, Line]
    amount: Decimal
    open: Decimal


# --- asking for it -----------------------------------------------------------------------------------------------
@transaction.atomic
def accept_opening(
    file: File[bytes], *, as_of: dt.date, by: Any, at: dt.datetime, **options: Any
) -> OpeningImport:
    """Keep an uploaded table. Refuses what is no table, a day to come, and a file without a control total.

    `options`: `unknown`, `currency`, `method`, `control_amount`, `control_open` of `OpeningImport`.
    """
    _must_have_control(options.get("control_amount"), options.get("control_open"))
    if as_of > local_date(at):
        raise Refusal(_("The day of the balances can't lie in the future."), field="as_of")
    name = (file.name or "")[:240]
    with open_table(file, name) as table:  # type: ignore[arg-type]
        mapping = guess_mapping(FIELDS, table.headers)
        rows = sum(1 for _row in table.rows)
    if not rows:
        raise Refusal(_("The file has a heading but no rows."), field="file")
    file.seek(0)
    return OpeningImport.objects.create(
        file_name=name,
        file=file,
        mapping=mapping,
        rows=rows,
        state=State.UPLOADED,
        as_of=as_of,
        by=by,
        at=at,
        **options,
    )


def _must_have_control(*totals: Decimal | None) -> None:
    if all(total is None for total in totals):
        raise Refusal(
            _("Say what the file must come to: the total of the documents, or what is still open on them."),
            code="no_control_total",
            field="control_open",
        )


@transaction.atomic
def start_opening(
    batch: OpeningImport, mapping: Mapping[str, str], *, days: str, by: Any, at: dt.datetime
) -> OpeningImport:
    """Hand an uploaded file to a worker. Started twice it runs once."""
    batch = OpeningImport.objects.select_for_update().get(pk=batch.pk)
    if batch.state != State.UPLOADED:
        return batch
    batch.mapping, batch.days, batch.state = dict(mapping), days, State.WAITING
    with batch.file.open("rb") as file:
        _style(file.file, batch)
    batch.job = jobs.start(
        JOB,
        _("Opening balances of %(file)s") % {"file": batch.file_name},
        by=by,
        at=at,
        params={"batch": batch.pk},
        total=batch.rows,
        back_url=batch.get_absolute_url(),
    )
    batch.save(update_fields=["mapping", "days", "state", "job"])
    return batch


def import_receivables(
    file: BinaryIO,
    *,
    name: str,
    mapping: Mapping[str, str],
    days: str = "",
    by: Any,
    at: dt.datetime,
    **options: Any,
) -> OpeningImport:
    """The whole import at once, as the command does it. A file or total that can't be used is a Refusal."""
    _must_have_control(options.get("control_amount"), options.get("control_open"))
    batch = OpeningImport.objects.create(
        file_name=Path(name).name[:240], mapping=dict(mapping), days=days, by=by, at=at, **options
    )
    try:
        for _done in opening_steps(file, batch, by=by):
            pass
    except Refusal as refusal:
        close_opening(batch, State.REFUSED, at=timezone.now(), why=refusal.text)
        raise
    close_opening(batch, State.DONE, at=timezone.now())
    return batch


def close_opening(batch: OpeningImport, state: str, *, at: dt.datetime, why: str = "") -> None:
    """The end of a run, as it came."""
    batch.state, batch.refusal, batch.finished_at = state, why[:500], at
    batch.save(update_fields=["state", "refusal", "finished_at"])


# --- checking ----------------------------------------------------------------------------------------------------
def check_opening(file: BinaryIO, batch: OpeningImport) -> Checked:
    """Look at the whole file against customers and documents there are. Writes nothing."""
    check_columns(batch.mapping)
    style = _style(file, batch)
    lines: list[Line] = []
    refused: list[OpeningRow] = []
    seen: dict[str, int] = {}
    with open_table(file, batch.file_name) as table:
        columns = check_mapping(FIELDS, REQUIRED, batch.mapping, table.headers)
        for row in table.rows:
            try:
                line = read_line(row, columns, style, as_of=batch.as_of)
                first = seen.setdefault(line.document, line.number)
                if first != line.number:
                    words = {"document": line.told, "row": first}
                    raise Refusal(_("%(document)s stands in row %(row)d already.") % words)
            except Refusal as refusal:
                refused.append(_refused(batch, row, table.headers, refusal.text))
                continue
            lines.append(line)
        headers = table.headers
    if not lines and not refused:
        raise Refusal(_("The file has a heading but no rows."), field="file")
    return _against_the_books(batch, lines, refused, headers)


def _against_the_books(
    batch: OpeningImport, lines: list[Line], refused: list[OpeningRow], headers: list[str]
) -> Checked:
    customers, doubtful = _customers(lines, batch)
    there = _documents(lines)
    new: list[Line] = []
    known: list[tuple[Line, Invoice]] = []
    unknown: dict[str, Line] = {}
    for line in lines:
        told = there.get(line.document)
        try:
            if line.who in doubtful:
                raise Refusal(doubtful[line.who])
            customer = customers.get(line.who)
            if customer is None:
                if batch.unknown == OpeningImport.Unknown.REFUSE:
                    raise Refusal(_("No customer is known as %s.") % (line.code or line.name or line.phone))
                unknown.setdefault(line.who, line)
            _number_is_free(line, told, customer)
        except Refusal as refusal:
            refused.append(_refused(batch, Row(line.number, []), [], refusal.text, line))
            continue
        if told is not None and not _taken_back(told):
            known.append((line, told))
        else:
            new.append(line._replace(document=_next_number(line.document, there)) if told else line)
    accepted = [*new, *(line for line, _invoice in known)]
    amount = sum((line.amount for line in accepted), ZERO)
    still = sum((line.open for line in accepted), ZERO)
    return Checked(new, known, refused, customers, unknown, amount, still)


def _style(file: BinaryIO, batch: OpeningImport) -> Style:
    """How the file writes days and decimals. Refuses when its days fit both ways and nobody said which it is."""
    with open_table(file, batch.file_name) as table:
        columns = check_mapping(FIELDS, REQUIRED, batch.mapping, table.headers)
        rows = [row.cells for row in islice(table.rows, LOOKED_AT)]

    def values(*names: str) -> Iterator[str]:
        return (row[columns[name]] for name in names if name in columns for row in rows)

    order = batch.days or day_order(values("issued", "due", "settled"))
    if not order:
        raise Refusal(
            _("The days of this file fit both ways. Say whether the day or the month stands first."),
            code="days",
            field="days",
        )
    mark = decimal_mark(values("amount", "open", "paid"))
    if mark is None:
        raise Refusal(_("Some amounts have a decimal comma, others a decimal point."), code="mark")
    file.seek(0)
    return Style(order, mark or ".")


def _customers(lines: Sequence[Line], batch: OpeningImport) -> tuple[dict[str, int], dict[str, str]]:
    """Who each is by code, else phone, else name; and of whom it can't be told, in a sentence."""
    by_who = {line.who: line for line in lines}
    found: dict[str, int] = {}
    doubtful: dict[str, str] = {}
    currencies: dict[int, str] = {}
    every = list(by_who.values())
    for begin in range(0, len(every), AT_ONCE):
        some = every[begin : begin + AT_ONCE]
        codes, phones, names = _index(some)
        for line in some:
            hits = (
                codes.get(line.code.upper())
                or phones.get(line.phone)
                or names.get(line.name.upper())
                or set()
            )
            if len(hits) > 1:
                doubtful[line.who] = _("Several customers are known as %s. Give the code.") % (
                    line.name or line.phone
                )
            for customer in hits if len(hits) == 1 else ():
                found[line.who] = customer
    for begin in range(0, len(found), AT_ONCE):
        some_keys = list(found.values())[begin : begin + AT_ONCE]
        currencies |= dict(
            CreditAccount.objects.filter(customer__in=some_keys).values_list("customer", "currency")
        )
    for who, customer in found.items():
        if (theirs := currencies.get(customer, batch.currency)) != batch.currency:
            doubtful[who] = _("This customer is billed in %s.") % theirs
    return found, doubtful


def _index(lines: Sequence[Line]) -> tuple[dict[str, set[int]], dict[str, set[int]], dict[str, set[int]]]:
    """Customers by code or own number, by phone, by name; empty words find nobody."""
    codes: dict[str, set[int]] = defaultdict(set)
    phones: dict[str, set[int]] = defaultdict(set)
    names: dict[str, set[int]] = defaultdict(set)
    said = {line.code.upper() for line in lines if line.code}
    rows = Customer.objects.annotate(own=Upper("account_number"))
    for key, code, own in rows.filter(Q(code__in=said) | Q(own__in=said)).values_list("pk", "code", "own"):
        for word in {code, own} & said:
            codes[word].add(key)
    numbers = {line.phone for line in lines if line.phone}
    if numbers:
        for customer in Customer.objects.filter(Q(phone__in=numbers) | Q(second_phone__in=numbers)).only(
            "phone", "second_phone"
        ):
            for number in {e164(customer.phone), e164(customer.second_phone)} & numbers:
                phones[number].add(customer.pk)
    called = {line.name.upper() for line in lines if line.name}
    for key, name in (
        Customer.objects.annotate(said=Upper("name")).filter(said__in=called).values_list("pk", "said")
    ):
        names[name].add(key)
    return codes, phones, names


def _documents(lines: Sequence[Line]) -> dict[str, Invoice]:
    """Invoices of these numbers, the latest where one was taken back and brought again."""
    found: dict[str, Invoice] = {}
    for begin in range(0, len(lines), AT_ONCE):
        numbers = [line.document for line in lines[begin : begin + AT_ONCE]]
        wanted = {
            again: number for number in numbers for again in [number, *(f"{number}-{n}" for n in range(2, 6))]
        }
        rows = (
            Invoice.objects.filter(number__in=wanted)
            .select_related("account")
            .prefetch_related("credit_notes")
        )
        for invoice in rows.order_by("pk"):
            number = wanted[invoice.number]
            if invoice.number == number or found.get(number):
                found[number] = invoice
    return found


def _number_is_free(line: Line, told: Invoice | None, customer: int | None) -> None:
    """Refuses a number that is another document's, or may become one of ours."""
    if told is None:
        ours = OURS.fullmatch(line.document)
        if ours and int(ours[2]) >= timezone.localdate().year:
            raise Refusal(
                _(
                    "%(number)s looks like a number of our own series. Put something after it, such as %(number)s-A."
                )
                % {"number": line.document}
            )
        return
    if told.kind != Invoice.Kind.OPENING or told.account.customer_id != customer:
        raise Refusal(_("There is a document %s already.") % line.document)
    if _taken_back(told):
        return
    if told.total != line.amount:
        words = {"number": line.document, "amount": format_money(told.total, told.currency)}
        raise Refusal(_("%(number)s is there already, over %(amount)s.") % words)


def _taken_back(invoice: Invoice) -> bool:
    return sum((note.total for note in invoice.credit_notes.all()), ZERO) == invoice.total


def _next_number(document: str, there: Mapping[str, Invoice]) -> str:
    """A document that was taken back comes again under its number with -2, -3 behind it."""
    last = there[document].number
    step = int(last.rpartition("-")[2]) + 1 if last != document else 2
    return f"{document}-{step}"


def _refused(
    batch: OpeningImport, row: Row, headers: Sequence[str], sentence: str, line: Line | None = None
) -> OpeningRow:
    values = [[header, cell] for header, cell in zip(headers, row.cells, strict=False)]
    if line is not None:
        values = [[str(FIELDS[name].label), str(value)] for name, value in _said(line)]
    return OpeningRow(
        batch=batch,
        number=row.number,
        outcome=Outcome.REFUSED,
        sentence=sentence[:300],
        values=values,
        document=(line.told if line else "")[:40],
    )


def _said(line: Line) -> Iterator[tuple[str, Any]]:
    told = {"customer": line.name, "document": line.told, **line._asdict(), "open": line.open}
    told["document"] = line.told
    for name in FIELDS:
        if told.get(name) not in (None, ""):
            yield name, told[name]


def reconcile(batch: OpeningImport, amount: Decimal, still: Decimal) -> None:
    """Refuses, with the difference, a file that does not come to what was given."""
    for given, found, what in (
        (
            batch.control_amount,
            amount,
            _("The documents come to %(found)s, not %(given)s: %(difference)s %(way)s."),
        ),
        (batch.control_open, still, _("Still open is %(found)s, not %(given)s: %(difference)s %(way)s.")),
    ):
        if given is None or given == found:
            continue
        words = {
            "found": format_money(found, batch.currency),
            "given": format_money(given, batch.currency),
            "difference": format_money(abs(found - given), batch.currency),
            "way": _("too much") if found > given else _("missing"),
        }
        raise Refusal(
            what % words + " " + _("Nothing was booked."), code="control_total", difference=found - given
        )


# --- booking -----------------------------------------------------------------------------------------------------
def opening_steps(file: BinaryIO, batch: OpeningImport, *, by: Any) -> Iterator[Counter[str]]:
    """Check, reconcile, book: what became of the rows of each step."""
    OpeningImport.objects.filter(pk=batch.pk).update(state=State.RUNNING)
    checked = check_opening(file, batch)
    done = set(batch.outcomes.values_list("number", flat=True))
    with transaction.atomic():
        counts = _note(batch, checked, done)
    yield counts  # outside the transaction: what is refused stays, whatever the totals come to
    reconcile(batch, checked.amount, checked.open)
    customers = dict(checked.customers)
    unknown = list(checked.unknown.items())
    for begin in range(0, len(unknown), CUSTOMERS_AT_ONCE):
        with transaction.atomic():
            for who, line in unknown[begin : begin + CUSTOMERS_AT_ONCE]:
                customers[who] = _add(line, batch, by=by)
            batch.save(update_fields=["customers_added"])
        yield Counter()
    lines = sorted(
        (line for line in checked.new if line.number not in done),
        key=lambda line: (customers[line.who], line.issued),
    )
    for begin in range(0, len(lines), AT_ONCE):
        some = lines[begin : begin + AT_ONCE]
        book_openings(batch, [(customers[line.who], line) for line in some], by=by, at=timezone.now())
        yield Counter({Outcome.CREATED: len(some)})


def _note(batch: OpeningImport, checked: Checked, done: set[int]) -> Counter[str]:
    """Keep what is refused and what is there already, once."""
    rows = [row for row in checked.refused if row.number not in done]
    rows += [
        OpeningRow(
            batch=batch,
            number=line.number,
            outcome=Outcome.KNOWN,
            document=line.told[:40],
            customer_id=invoice.account.customer_id,
            invoice=invoice,
        )
        for line, invoice in checked.known
        if line.number not in done
    ]
    OpeningRow.objects.bulk_create(rows, batch_size=AT_ONCE)
    counts = Counter(str(row.outcome) for row in rows)
    batch.amount, batch.open = checked.amount, checked.open
    batch.refused += counts[Outcome.REFUSED]
    batch.known += counts[Outcome.KNOWN]
    batch.rows = len(checked.new) + len(checked.known) + len(checked.refused)
    batch.save(update_fields=["amount", "open", "refused", "known", "rows"])
    return counts


def _add(line: Line, batch: OpeningImport, *, by: Any) -> int:
    """A customer who is only known from this file. Told again, the same one."""
    customer = add_customer(
        by=by,
        at=timezone.now(),
        name=line.name or line.code or line.phone,
        phone=line.phone,
        account_number=line.code or None,
        currency=batch.currency,
        duplicate_reason=_("Opening balances of %s") % batch.file_name,
        idempotency_key=f"opening:{batch.pk}:{line.number}",
    )
    batch.customers_added += 1
    return customer.pk


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


# --- taking it back ----------------------------------------------------------------------------------------------
@transaction.atomic
def start_undo(batch: OpeningImport, reason: str, *, by: Any, at: dt.datetime) -> OpeningImport:
    """Have a worker take back a whole import: a credit note over each document, a reversal of each payment."""
    if not reason.strip():
        raise Refusal(_("Say why the import is taken back."), code="no_reason", field="reason")
    batch = OpeningImport.objects.select_for_update().get(pk=batch.pk)
    if batch.state not in {State.DONE, State.STOPPED}:
        raise Refusal(_("Only an import that has ended can be taken back."))
    if batch.undone_at is not None:
        return batch
    batch.undone_at, batch.undone_by, batch.undone_why = at, by, reason.strip()[:240]
    title = _("Take back %(file)s") % {"file": batch.file_name}
    batch.job = jobs.start(
        UNDO_JOB,
        title,
        by=by,
        at=at,
        params={"batch": batch.pk},
        total=batch.created,
        back_url=batch.get_absolute_url(),
        idempotency_key=f"opening_undo:{batch.pk}",
    )
    batch.save(update_fields=["undone_at", "undone_by", "undone_why", "job"])
    return batch


@transaction.atomic
def take_back_row(row: OpeningRow, *, reason: str, by: Any, at: dt.datetime) -> None:
    """Reverse what was paid before and void the document; what was paid since stays as unallocated money."""
    row = (
        OpeningRow.objects.select_for_update(of=("self",))
        .select_related("invoice__account", "payment__account")
        .get(pk=row.pk)
    )
    if row.outcome != Outcome.CREATED or row.invoice is None:
        return
    if row.payment is not None:
        reverse_payment(row.payment, reason=reason, by=by, at=at)
    row.invoice.refresh_from_db()
    void_invoice(row.invoice, reason=reason, by=by, at=at)
    row.outcome = Outcome.TAKEN_BACK
    row.save(update_fields=["outcome"])
