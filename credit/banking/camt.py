"""CAMT.053 (also .052 and .054), versions 2 to 8 and later: parsed by lxml without entities or network."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from django.utils.translation import gettext as _
from lxml import etree

from core.errors import Refusal
from core.money import ZERO

from .days import read_day
from .facts import MOST_LINES, MOST_PROBLEMS, Fact, Read, in_period

Element: TypeAlias = Any
STATEMENTS = ("Stmt", "Rpt", "Ntfctn")
NOTHING = {"NOTPROVIDED", "NOT PROVIDED", "NONREF"}


def read_camt(content: bytes, *, account: str = "") -> Read:
    """All booked entries, or every problem. A batch whose parts are told is read part by part."""
    root = _tree(content)
    found = [each for name in STATEMENTS for each in root.iter(f"{{*}}{name}")]
    if not found:
        raise Refusal(_("This file holds no CAMT statement."))
    chosen = _of_account(found, account)
    if not chosen:
        raise Refusal(_("This file holds several accounts, and none ends like the number of this one."))
    facts: list[Fact] = []
    problems: list[str] = []
    for entry in (entry for statement in chosen for entry in statement.iterfind("{*}Ntry")):
        if (_text(entry, "Sts/Cd") or _text(entry, "Sts") or "BOOK") != "BOOK":
            continue  # announced, not booked yet
        try:
            facts.extend(_facts(entry))
        except Refusal as refusal:
            said = {"line": entry.sourceline, "problem": refusal.text}
            problems.append(_("Line %(line)s: %(problem)s") % said)
    if problems:
        return Read(problems=problems[:MOST_PROBLEMS])
    if not facts:
        raise Refusal(_("The statement has no lines."), code="no_lines")
    if len(facts) > MOST_LINES:
        raise Refusal(_("This file has more than %(limit)s lines. Split it.") % {"limit": f"{MOST_LINES:,}"})
    first, last = chosen[0], chosen[-1]
    return in_period(
        Read(
            facts,
            opening=_balance(first, "OPBD", "PRCD"),
            closing=_balance(last, "CLBD"),
            starts_on=_day(first, "FrToDt/FrDtTm"),
            ends_on=_day(last, "FrToDt/ToDtTm"),
            currency=_text(first, "Acct/Ccy") or first.find(".//{*}Ntry/{*}Amt").get("Ccy", ""),
            account=_number(first),
        )
    )


def _tree(content: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal(
            _("This XML is damaged: %(why)s.") % {"why": str(error)[:120]}, code="damaged"
        ) from error
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise Refusal(
            _("This file declares entities of its own. No bank's does; it is not read."), code="entities"
        )
    return root


def _of_account(found: list[Element], account: str) -> list[Element]:
    if len({_number(each) for each in found}) < 2:
        return found
    return [each for each in found if account and _number(each).endswith(account[-4:])]


def _number(statement: Element) -> str:
    return _text(statement, "Acct/Id/IBAN") or _text(statement, "Acct/Id/Othr/Id")


def _facts(entry: Element) -> Iterator[Fact]:
    """The entry; or its parts, where the bank tells them with amounts that add up to it."""
    total, sign = _amount(entry.find("{*}Amt")), _sign(entry)
    booked_on = _day(entry, "BookgDt/Dt") or _day(entry, "BookgDt/DtTm") or _day(entry, "ValDt/Dt")
    if booked_on is None:
        raise Refusal(_("The entry has no date."))
    details = entry.findall("{*}NtryDtls/{*}TxDtls")
    amounts = [_part(detail) for detail in details]
    split = len(details) > 1 and None not in amounts and sum((a for a in amounts if a), ZERO) == total
    for place, detail in enumerate(details if split else details[:1] or [None]):
        amount = amounts[place] if split else total
        assert amount is not None
        if not amount:
            raise Refusal(_("Nothing was paid in or out."))
        yield _fact(entry, detail, booked_on, sign * amount, place)


def _fact(entry: Element, detail: Element | None, booked_on: dt.date, amount: Decimal, place: int) -> Fact:
    side = "Dbtr" if amount > 0 else "Cdtr"
    own = _text(entry, "AcctSvcrRef")
    told, end_to_end, payer, number, more = [], "", "", "", ""
    if detail is not None:
        told = [_said(each) for each in detail.iterfind("{*}RmtInf/{*}Ustrd")]
        told += [_said(each) for each in detail.iterfind("{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref")]
        told += [_said(each) for each in detail.iterfind("{*}RmtInf/{*}Strd/{*}RfrdDocInf/{*}Nb")]
        end_to_end = _text(detail, "Refs/EndToEndId")
        end_to_end = "" if end_to_end.upper() in NOTHING else end_to_end
        named = (side, f"{side}/Pty", f"Ultmt{side}", f"Ultmt{side}/Pty")  # from version 8 on inside Pty
        payer = next(filter(None, (_text(detail, f"RltdPties/{who}/Nm") for who in named)), "")
        number = _text(detail, f"RltdPties/{side}Acct/Id/IBAN") or _text(
            detail, f"RltdPties/{side}Acct/Id/Othr/Id"
        )
        more = _text(detail, "AddtlTxInf")
        bank = _text(detail, "Refs/AcctSvcrRef") or _text(detail, "Refs/TxId") or _text(detail, "Refs/UETR")
        own = bank or (f"{own}/{place + 1}" if own and place else own)
    told += [end_to_end, more or _text(entry, "AddtlNtryInf")]
    return Fact(
        entry.sourceline or 0,
        booked_on,
        amount,
        text=" ".join(filter(None, told))[:600],
        payer=payer[:160],
        payer_account=number[:80],
        reference=(own or end_to_end or _text(entry, "NtryRef"))[:80],
        value_on=_day(entry, "ValDt/Dt") or _day(entry, "ValDt/DtTm"),
    )


def _part(detail: Element) -> Decimal | None:
    for path in ("{*}Amt", "{*}AmtDtls/{*}TxAmt/{*}Amt"):
        if (found := detail.find(path)) is not None:
            return _amount(found)
    return None


def _balance(statement: Element, *kinds: str) -> Decimal | None:
    told = {_text(each, "Tp/CdOrPrtry/Cd"): each for each in statement.iterfind("{*}Bal")}
    found = next((told[kind] for kind in kinds if kind in told), None)
    return _sign(found) * _amount(found.find("{*}Amt")) if found is not None else None


def _sign(element: Element) -> int:
    said = _text(element, "CdtDbtInd")
    if said not in {"CRDT", "DBIT"}:
        raise Refusal(_("The entry says neither in nor out."))
    return 1 if said == "CRDT" else -1


def _amount(element: Element | None) -> Decimal:
    said = _said(element)
    try:
        amount = Decimal(said)
        if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
            raise InvalidOperation
    except InvalidOperation:
        raise Refusal(_("“%(typed)s” is not an amount.") % {"typed": said[:40]}) from None
    return amount.quantize(Decimal("0.01"))


def _day(element: Element, path: str) -> dt.date | None:
    said = _text(element, path)
    return read_day(said[:10]) if said else None


def _text(element: Element, path: str) -> str:
    return _said(element.find("/".join(f"{{*}}{step}" for step in path.split("/"))))


def _said(element: Element | None) -> str:
    return " ".join((element.text or "").split()) if element is not None else ""
