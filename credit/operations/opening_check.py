"""Opening balances, looked at before anything is booked: whose each row is, what is there already, what it comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.importing import check_mapping
from core.money import ZERO, format_money
from core.tabular import Row, open_table
from credit.banking.amounts import decimal_mark
from credit.banking.days import day_order
from credit.models import (
    CreditAccount,
    Invoice,
    OpeningImport,
    OpeningRow,
)
from credit.openings import FIELDS, REQUIRED, Line, Style, check_columns, read_line
from customers.models import Customer
from customers.models.customer import e164

from .charges import OURS

AT_ONCE, LOOKED_AT = 1000, 5000
Outcome = OpeningRow.Outcome


class Checked(NamedTuple):
    """A whole file, looked at: what can be booked, what is there already, what is refused, and what it comes to."""

    new: list[Line]
    known: list[tuple[Line, Invoice]]
    refused: list[OpeningRow]
    customers: dict[str, int]
    unknown: dict[str, Line]
    amount: Decimal
    open: Decimal


def check_opening(file: BinaryIO, batch: OpeningImport) -> Checked:
    """Look at the whole file against customers and documents there are. Writes nothing."""
    check_columns(batch.mapping)
    style = style_of(file, batch)
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


def style_of(file: BinaryIO, batch: OpeningImport) -> Style:
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
