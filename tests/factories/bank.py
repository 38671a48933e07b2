"""Bank accounts, statements and their lines, read from files made on the spot."""

from __future__ import annotations

import io
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.utils import timezone

from credit import operations
from credit.banking import Layout
from credit.models import BankAccount, BankLine, BankStatement

LAYOUT = Layout(
    {"date": "Date", "text": "Narration", "reference": "Ref", "debit": "Withdrawal", "credit": "Deposit"},
    "dmy",
    ".",
)
HEADING = "Date,Narration,Ref,Withdrawal,Deposit"


class BankAccountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BankAccount

    name = factory.Sequence(lambda n: f"Current account {n}")
    bank = "State Bank"
    number = factory.Sequence(lambda n: f"3300{n:08}")
    layout = LAYOUT.kept()


def csv(*rows: str) -> bytes:
    """A table of the bank's: `22/11/2026,NEFT RAVI MOBILES,N123,,500.00`."""
    return "\n".join([HEADING, *rows]).encode()


def upload(content: bytes, name: str = "statement.csv") -> Any:
    return ContentFile(content, name=name)


def statement(account: BankAccount, *rows: str, by: Any = None, content: bytes = b"") -> BankStatement:
    """A statement that was read, from rows of `csv` or a whole file."""
    accepted = operations.accept_statement(account, upload(content or csv(*rows)), by=by, at=timezone.now())
    return accepted.statement


def line(account: BankAccount, row: str) -> BankLine:
    """The one line of a statement over this row."""
    return statement(account, row).lines.get()


def opened(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)
