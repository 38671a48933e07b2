"""OFX and QFX: the tree is ofxtools', the walk is ours, so that a tag of some bank's own does not stop a file."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from ofxtools.Parser import OFXTree

from core.errors import Refusal

from .days import read_day
from .facts import MOST_LINES, MOST_PROBLEMS, Fact, Read, in_period

STATEMENTS = ("STMTRS", "CCSTMTRS")


def read_ofx(content: bytes, *, account: str = "") -> Read:
    """All lines, or every problem. `account` chooses among several accounts in one file."""
    root = _tree(content)
    found = [each for name in STATEMENTS for each in root.iter(name)]
    if not found:
        raise Refusal(_("This OFX file holds no bank statement."))
    chosen = _of_account(found, account)
    if not chosen:
        raise Refusal(_("This file holds several accounts, and none ends like the number of this one."))
    places = _places(content)
    facts: list[Fact] = []
    problems: list[str] = []
    entries = [each for statement in chosen for each in statement.iter("STMTTRN")]
    if len(entries) > MOST_LINES:
        raise Refusal(_("This file has more than %(limit)s lines. Split it.") % {"limit": f"{MOST_LINES:,}"})
    for entry in entries:
        number = next(places, 0)
        try:
            facts.append(_fact(entry, number))
        except Refusal as refusal:
            problems.append(_("Line %(line)s: %(problem)s") % {"line": number, "problem": refusal.text})
    if problems:
        return Read(problems=problems[:MOST_PROBLEMS])
    if not facts:
        raise Refusal(_("The statement has no lines."), code="no_lines")
    first = chosen[0]
    return in_period(
        Read(
            facts,
            closing=_balance(chosen[-1]),
            starts_on=_day_of(first, "DTSTART"),
            ends_on=_day_of(chosen[-1], "DTEND"),
            currency=_text(first, "CURDEF").upper()[:3],
            account=_text(first, "ACCTID"),
        )
    )


def _tree(content: bytes) -> Element:
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", content, re.IGNORECASE):
        raise Refusal(
            _("This file declares entities of its own. No bank's does; it is not read."), code="entities"
        )
    tree: Any = OFXTree()
    try:
        tree.parse(io.BytesIO(content.lstrip(b"\xef\xbb\xbf \t\r\n")))
    except Exception as error:  # its header and parser raise of every kind
        why = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise Refusal(_("This OFX file is damaged: %(why)s.") % {"why": why}, code="damaged") from error
    root = tree.getroot()
    if root is None:
        raise Refusal(_("This OFX file is empty."))
    assert isinstance(root, Element)
    return root


def _of_account(found: list[Element], account: str) -> list[Element]:
    numbers = {_text(each, "ACCTID") for each in found}
    if len(numbers) < 2:
        return found
    return [each for each in found if account and _text(each, "ACCTID").endswith(account[-4:])]


def _fact(entry: Element, number: int) -> Fact:
    amount = _amount(_text(entry, "TRNAMT"))
    if not amount:
        raise Refusal(_("Nothing was paid in or out."))
    name = _text(entry, "NAME") or _text(entry, "EXTDNAME")
    check, memo = _text(entry, "CHECKNUM"), _text(entry, "MEMO")
    return Fact(
        number,
        _day(_text(entry, "DTPOSTED")),
        amount,
        text=" ".join(filter(None, [memo or name, check]))[:600],
        payer=name[:160],
        payer_account=_text(entry, "BANKACCTTO/ACCTID")[:80],
        reference=(_text(entry, "REFNUM") or _text(entry, "FITID"))[:80],
        value_on=_day(_text(entry, "DTAVAIL")) if _text(entry, "DTAVAIL") else None,
    )


def _balance(statement: Element) -> Decimal | None:
    said = statement.find("LEDGERBAL/BALAMT")
    return _amount(said.text or "") if said is not None else None


def _day_of(statement: Element, name: str) -> dt.date | None:
    said = _text(statement, name)
    return _day(said) if said else None


def _day(said: str) -> dt.date:
    """`20261122`, `20261122093000.000[+5.5:IST]`: the day as the bank writes it."""
    return read_day(said[:8])


def _amount(said: str) -> Decimal:
    try:
        amount = Decimal(said.replace(",", "."))
    except InvalidOperation:
        raise Refusal(_("“%(typed)s” is not an amount.") % {"typed": said[:40]}) from None
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
        raise Refusal(_("“%(typed)s” is not an amount.") % {"typed": said[:40]})
    return amount.quantize(Decimal("0.01"))


def _text(element: Element, path: str) -> str:
    found = element.find(path) if "/" in path else next(element.iter(path), None)
    said = html.unescape(found.text or "") if found is not None else ""
    return " ".join(said.replace("\x00", "").split())


def _places(content: bytes) -> Iterator[int]:
    """The line on which each entry begins."""
    for found in re.finditer(rb"<STMTTRN>", content):
        yield content.count(b"\n", 0, found.start()) + 1
