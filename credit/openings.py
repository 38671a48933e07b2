"""What a file of opening balances says: its columns, one row, what is wrong with it. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.importing import Field, text
from core.money import ZERO
from core.phones import read_phone
from core.tabular import Row
from credit.banking.amounts import read_amount
from credit.banking.days import read_day

LONGEST_NUMBER = 21
"""Characters of a document number; three are left for the second one after the first was taken back."""


def _field(name: str, label: object, *headers: str) -> Field:
    return Field(name, label, headers, text(300))  # type: ignore[arg-type]


FIELDS: dict[str, Field] = {
    "code": _field(
        "code",
        gettext_lazy("Customer code"),
        *("customer code", "customer id", "customerid", "code", "account number", "account", "client code"),
        *("party code", "kundennummer", "код клиента"),
    ),
    "customer": _field(
        "customer",
        gettext_lazy("Customer name"),
        *("customer", "customer name", "name", "shop", "party", "party name", "client", "kunde", "клиент"),
    ),
    "phone": _field(
        "phone", gettext_lazy("Phone"), "phone", "mobile", "phone number", "contact", "telefon", "телефон"
    ),
    "document": _field(
        "document",
        gettext_lazy("Document number"),
        *(
            "document number",
            "document",
            "invoice number",
            "invoicenumber",
            "invoice no",
            "invoice",
            "bill no",
        ),
        *("bill number", "number", "voucher no", "ref no", "belegnummer", "номер"),
    ),
    "issued": _field(
        "issued",
        gettext_lazy("Issued"),
        *(
            "issued",
            "invoice date",
            "invoicedate",
            "date",
            "bill date",
            "issued on",
            "document date",
            "datum",
            "дата",
        ),
    ),
    "due": _field("due", gettext_lazy("Due"), "due", "due date", "duedate", "due on", "fällig", "срок"),
    "amount": _field(
        "amount",
        gettext_lazy("Amount"),
        *("amount", "invoice amount", "invoiceamount", "total", "bill amount", "betrag", "сумма"),
    ),
    "open": _field(
        "open",
        gettext_lazy("Still open"),
        *(
            "open amount",
            "open",
            "outstanding",
            "balance",
            "pending",
            "pending amount",
            "due amount",
            "offen",
        ),
    ),
    "paid": _field("paid", gettext_lazy("Paid"), "paid", "paid amount", "received", "amount paid", "bezahlt"),
    "settled": _field(
        "settled",
        gettext_lazy("Paid on"),
        *("settled", "settled date", "settleddate", "paid on", "payment date", "paid date", "settled on"),
    ),
    "disputed": _field("disputed", gettext_lazy("Disputed"), "disputed", "dispute", "in dispute"),
}
REQUIRED = ("document", "issued", "amount")
WHO = ("code", "customer", "phone")
YES = {"yes", "y", "true", "1", "x", "ja", "да", "हाँ", "نعم"}


class Style(NamedTuple):
    """How a file writes days ("dmy", "mdy") and what stands before its decimals."""

    days: str = "dmy"
    mark: str = "."


class Line(NamedTuple):
    """One document that was open before, or was paid before. `document` is the number it gets, `told` the file's.

    `paid` came in by `settled`, or by the day of the balances where the file names none.
    """

    number: int
    code: str
    name: str
    phone: str
    document: str
    told: str
    issued: dt.date
    due: dt.date | None
    amount: Decimal
    paid: Decimal
    settled: dt.date | None
    disputed: bool

    @property
    def open(self) -> Decimal:
        return self.amount - self.paid

    @property
    def who(self) -> str:
        """As whom the file knows the customer: what two rows of one customer have in common."""
        return (self.code or self.phone or self.name).casefold()


def check_columns(mapping: Mapping[str, str]) -> None:
    """Refuses a file that does not say whose its documents are."""
    if not any(mapping.get(name) for name in WHO):
        raise Refusal(_("Say which column holds the customer: a code, a name or a phone."), code="mapping")


def read_line(row: Row, columns: Mapping[str, int], style: Style, *, as_of: dt.date) -> Line:
    """What a row says. Refuses with a sentence about the first thing that is wrong in it."""
    if row.problem:
        raise Refusal(row.problem)
    said = {name: " ".join(row.cells[place].split()) for name, place in columns.items()}
    told = _needed(said, "document")
    amount = read_amount(_needed(said, "amount"), style.mark)
    if amount is None or amount <= 0:
        raise Refusal(_("The amount must be above zero: %(amount)s.") % {"amount": said["amount"][:40]})
    issued = read_day(_needed(said, "issued"), style.days)
    due = read_day(said["due"], style.days) if said.get("due") else None
    settled = read_day(said["settled"], style.days) if said.get("settled") else None
    if issued > as_of:
        raise Refusal(_("%s lies after the day of these balances.") % issued.isoformat())
    if due and due < issued:
        raise Refusal(_("It is due before it was issued."))
    if settled and settled > as_of:
        raise Refusal(_("It was paid on %s, after the day of these balances.") % settled.isoformat())
    if not any(said.get(name) for name in WHO):
        raise Refusal(_("The customer is missing."))
    return Line(
        row.number,
        said.get("code", "")[:40],
        said.get("customer", "")[:160],
        read_phone(said["phone"]) if said.get("phone") else "",
        number_of(told),
        told,
        issued,
        due,
        amount,
        _paid(said, amount, settled, style),
        settled,
        said.get("disputed", "").casefold() in YES,
    )


def _needed(said: Mapping[str, str], name: str) -> str:
    if not said.get(name):
        raise Refusal(_("The %(field)s is missing.") % {"field": FIELDS[name].label})
    return said[name]


def number_of(told: str) -> str:
    """A document's number as it is kept: what an address can't hold becomes a dash."""
    number = re.sub(r"[\s/\\?#%]+", "-", told).strip("-")
    if not number or len(number) > LONGEST_NUMBER:
        raise Refusal(
            _("The number “%(told)s” is too long: at most %(most)d characters.")
            % {"told": told[:40], "most": LONGEST_NUMBER}
        )
    return number


def _paid(said: Mapping[str, str], amount: Decimal, settled: dt.date | None, style: Style) -> Decimal:
    """What was paid on it: as told, or all but what is open, or all of it when it was settled."""
    still = read_amount(said["open"], style.mark) if said.get("open") else None
    if said.get("open") and still is None:
        still = ZERO  # a dash, or 0
    paid = read_amount(said["paid"], style.mark) if said.get("paid") else None
    if paid is None:
        paid = amount - still if still is not None else amount if settled else ZERO
    if not 0 <= paid <= amount or (still is not None and paid + still != amount):
        raise Refusal(_("Amount, what is paid and what is open do not fit together."))
    return paid


def column(rows: Sequence[Sequence[str]], place: int | None) -> list[str]:
    return [row[place] for row in rows] if place is not None else []
