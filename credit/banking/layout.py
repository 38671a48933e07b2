"""How one bank's tables are read: which column is what, which way days and decimals are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.importing import Field, Preview, guess_mapping, plain, understood
from core.tabular import Table, open_table

from .amounts import decimal_mark
from .days import day_order
from .facts import MOST_LINES

LOOKED_AT = 2000
SHOWN = 6


def _same(value: str) -> str:
    return value


def _field(name: str, label: Any, *headers: str) -> Field:
    return Field(name, label, headers, _same)


FIELDS: dict[str, Field] = {
    "date": _field(
        "date",
        gettext_lazy("Date"),
        *("date", "transaction date", "txn date", "tran date", "booking date", "posting date", "post date"),
        *("posted on", "completion time", "buchungstag", "buchungsdatum", "date opération", "дата", "fecha"),
        *("transaction date & time", "date time", "datum", "التاريخ", "दिनांक"),
    ),
    "value_date": _field(
        "value_date", gettext_lazy("Value date"), "value date", "value dt", "valuta", "wertstellung"
    ),
    "amount": _field(
        "amount",
        gettext_lazy("Amount, in and out in one column"),
        *("amount", "transaction amount", "txn amount", "amount (inr)", "amount(inr)", "amount in inr"),
        *("betrag", "montant", "importe", "сумма", "المبلغ", "राशि"),
    ),
    "credit": _field(
        "credit",
        gettext_lazy("Paid in"),
        *("credit", "credit amount", "deposit", "deposits", "deposit amt", "deposit amount", "paid in", "cr"),
        *(
            "money in",
            "credit (inr)",
            "deposit amount (inr)",
            "haben",
            "crédit",
            "abono",
            "приход",
            "received",
        ),
    ),
    "debit": _field(
        "debit",
        gettext_lazy("Paid out"),
        *("debit", "debit amount", "withdrawal", "withdrawals", "withdrawal amt", "withdrawal amount", "dr"),
        *(
            "paid out",
            "money out",
            "withdrawn",
            "debit (inr)",
            "withdrawal amount (inr)",
            "soll",
            "débit",
            "расход",
        ),
    ),
    "direction": _field(
        "direction",
        gettext_lazy("In or out (Cr, Dr)"),
        *("cr/dr", "dr/cr", "crdr", "drcr", "dr / cr", "cr / dr", "type", "transaction type", "credit/debit"),
    ),
    "text": _field(
        "text",
        gettext_lazy("Text"),
        *(
            "narration",
            "description",
            "particulars",
            "details",
            "remarks",
            "transaction remarks",
            "text",
            "memo",
        ),
        *("transaction details", "verwendungszweck", "libellé", "concepto", "назначение", "البيان", "विवरण"),
    ),
    "payer": _field(
        "payer",
        gettext_lazy("Payer"),
        *(
            "payer",
            "payer name",
            "name",
            "from",
            "sender",
            "sender name",
            "counterparty",
            "party",
            "remitter name",
        ),
        *(
            "other party info",
            "auftraggeber",
            "paid by",
            "customer name",
            "remitter",
            "tiers",
            "auftraggeber/beguenstigter",
        ),
    ),
    "payer_account": _field(
        "payer_account",
        gettext_lazy("Payer's account, UPI address or phone"),
        *(
            "payer vpa",
            "vpa",
            "upi id",
            "payer account",
            "iban",
            "kontonummer",
            "sender number",
            "msisdn",
            "phone",
        ),
        *("payer upi id", "account number of payer", "from account", "mobile"),
    ),
    "reference": _field(
        "reference",
        gettext_lazy("Bank or UPI reference"),
        *("utr", "utr no", "utr number", "rrn", "reference", "reference no", "ref no", "ref no /cheque no"),
        *("chq/ref number", "chq./ref.no", "cheque/ref no", "ref no/cheque no", "transaction id", "txn id"),
        *(
            "receipt no",
            "upi ref no",
            "upi transaction id",
            "bank reference",
            "ref",
            "cheque no",
            "cheque number",
        ),
        *("chq / ref number", "transaction reference", "referenz", "référence"),
    ),
    "balance": _field(
        "balance",
        gettext_lazy("Balance after it"),
        *(
            "balance",
            "closing balance",
            "running balance",
            "balance (inr)",
            "available balance",
            "saldo",
            "solde",
        ),
        *("balance amount", "остаток", "الرصيد"),
    ),
}
AMOUNTS = ("amount", "credit", "debit")


class Layout(NamedTuple):
    """Which column is what; `days` "dmy" or "mdy"; `mark` what stands before the decimals. Empty: as the file shows."""

    mapping: Mapping[str, str]
    days: str = ""
    mark: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> Layout:
        """As it was kept in JSON."""
        kept = kept or {}
        return cls(dict(kept.get("mapping", {})), str(kept.get("days", "")), str(kept.get("mark", "")))

    def kept(self) -> dict[str, Any]:
        return {"mapping": dict(self.mapping), "days": self.days, "mark": self.mark}


class Guess(NamedTuple):
    """What a table shows by itself, what it leaves open (`doubts`: "days", "mark", "columns"), and how it looks."""

    layout: Layout
    doubts: list[str]
    preview: Preview


def open_statement(file: BinaryIO, name: str, layout: Layout) -> Table:
    """Open a table at its headings, with what the bank writes above them apart."""
    wanted = {plain(column) for column in layout.mapping.values()}
    tests = [_has(wanted)] if wanted else []
    for test in [*tests, is_heading, _wide]:
        try:
            return open_table(file, name, heading=test, max_rows=MOST_LINES)
        except Refusal as refusal:
            if refusal.code != "no_heading":
                raise
    raise Refusal(_("No row of this file names its columns."), code="no_heading")


def is_heading(cells: Sequence[str]) -> bool:
    """Whether these cells name a day and an amount."""
    mapping = guess_mapping(FIELDS, cells)
    return "date" in mapping and any(name in mapping for name in AMOUNTS)


def _has(wanted: set[str]) -> Any:
    return lambda cells: wanted <= {plain(cell) for cell in cells}


def _wide(cells: Sequence[str]) -> bool:
    return sum(bool(cell.strip()) for cell in cells) >= 3


def guess_layout(file: BinaryIO, name: str, known: Layout) -> Guess:
    """How a table wants to be read: as the bank's last one was, else by the names of its columns and its values."""
    with open_statement(file, name, known) as table:
        fits = known.mapping and set(known.mapping.values()) <= set(table.headers)
        mapping = dict(known.mapping) if fits else guess_mapping(FIELDS, table.headers)
        rows = [row.cells for row in islice(table.rows, LOOKED_AT)]
        preview = Preview(table.headers, rows[:SHOWN], understood(table))

    def column(field: str) -> list[str]:
        return [row[preview.headers.index(mapping[field])] for row in rows] if field in mapping else []

    order = day_order(column("date"))
    mark = decimal_mark(value for field in (*AMOUNTS, "balance") for value in column(field))
    doubts = ["columns"] if missing(mapping) else []
    if order is None or (not order and not (fits and known.days)):
        doubts.append("days")
    if mark is None:
        doubts.append("mark")
    layout = Layout(mapping, order or known.days, mark or known.mark or ".")
    return Guess(layout, doubts, preview)


def missing(mapping: Mapping[str, str]) -> str:
    """What is still to be said, in a sentence; "" when it is enough."""
    if not mapping.get("date"):
        return _("Say which column holds the date.")
    if not any(mapping.get(name) for name in AMOUNTS):
        return _("Say which column holds the amount, or what was paid in.")
    if mapping.get("amount") and (mapping.get("credit") or mapping.get("debit")):
        return _("Choose either one column of amounts, or those of what was paid in and out.")
    return ""
