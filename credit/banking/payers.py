"""What a line says about who paid and what for: names, UPI addresses, phones, references, document numbers."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

VPA = re.compile(r"\b([a-z0-9][a-z0-9._\-]{1,60}@[a-z][a-z0-9]{1,20})\b(?!\.)", re.IGNORECASE)
PHONE = re.compile(r"(?<!\d)(?:\+?91[-\s]?|0)?([6-9]\d{9})(?!\d)")
TOKEN = re.compile(r"[A-Z0-9]{6,40}")
OURS = re.compile(r"\b([A-Z]{3})[-/ ]?(20\d{2})[-/ ]?(\d{1,7})\b")
BILL = re.compile(r"\b(?:INV|INVOICE|BILL|BILLS|INVOICES|NO)\b[\s.:#-]*(?:NO\b[\s.:#-]*)?(\d{1,7})(?![\d/-])")
DOCUMENT = re.compile(r"[A-Z0-9][A-Z0-9/\-]{3,23}")
PARTS = re.compile(r"[/\-|:*,;]+|\s{2,}")
COMMON = re.compile(
    r"^(upi|neft|rtgs|imps|cr|dr|credit|debit|payment|transfer|trf|by|to|from|inb|mob|bank|ltd|limited|pvt|paid|via|"
    r"hdfc|icici|sbi|axis|kotak|yes|pnb|ok\w+|ybl|paytm|ibl|axl|apl|deposit|cash|chq|cheque|clg|ref|no|inr|p2a|p2m|"
    r"collect|received|sent|fund|funds|mobile banking|net banking|invoice|bill|inv|rent|for|the|advance)$"
)


class Clues(NamedTuple):
    """What was found in a line. `names` are folded; `keys` what a payer is learnt and known by."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    phones: tuple[str, ...]
    references: tuple[str, ...]
    documents: tuple[str, ...]


def clues_of(text: str, payer: str = "", payer_account: str = "", reference: str = "") -> Clues:
    """All that a line may be told by."""
    said = " ".join(unicodedata.normalize("NFKC", f"{text} {payer_account}").split())
    addresses = tuple(dict.fromkeys(found.lower() for found in VPA.findall(said)))
    phones = tuple(dict.fromkeys(PHONE.findall(f"{said} {payer}")))
    names = _names(payer, text)
    account = re.sub(r"[\W_]+", "", payer_account).casefold()
    own = [f"name:{fold_name(payer)}"] if fold_name(payer) else [f"name:{name}" for name in names]
    keys = [f"upi:{address}" for address in addresses]
    if len(account) >= 6 and not addresses:
        keys.append(f"account:{account}")
    upper = said.upper()
    return Clues(
        tuple(dict.fromkeys([*keys, *own]))[:8],
        names,
        phones,
        _references(f"{reference} {upper}".upper()),
        _documents(upper),
    )


def fold_name(name: str) -> str:
    """A name without what banks write differently: case, titles, dots, kinds of firm."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = re.sub(r"[^\w\s]", " ", "".join(c for c in plain if not unicodedata.combining(c)))
    plain = re.sub(r"\b(m s|mr|mrs|ms|shri|smt|pvt|private|ltd|limited|llp|co|and|inc|the|of)\b", " ", plain)
    return " ".join(plain.split())[:120]


def _names(payer: str, text: str) -> tuple[str, ...]:
    """Who it may be: the payer as told, else what between the strokes of the text could be a name."""
    if folded := fold_name(payer):
        return (folded,)
    found = []
    for part in PARTS.split(text):
        if "@" in part:
            continue
        words = [word for word in fold_name(part).split() if word.isalpha() and not COMMON.match(word)]
        if sum(map(len, words)) >= 5:
            found.append(" ".join(words))
    return tuple(dict.fromkeys(found))[:4]


def _references(upper: str) -> tuple[str, ...]:
    tokens = (t for t in TOKEN.findall(upper) if sum(c.isdigit() for c in t) >= 4)
    return tuple(dict.fromkeys(tokens))[:12]


def _documents(upper: str) -> tuple[str, ...]:
    """Numbers a document may have: ours, however it is written, and whatever else looks like one."""
    ours = [f"{series}-{year}-{int(number):05}" for series, year, number in OURS.findall(upper)]
    tokens = (token for token in DOCUMENT.findall(upper) if any(c.isdigit() for c in token))
    others = [token.strip("-/").replace("/", "-") for token in tokens]
    short = [f"#{int(number)}" for number in BILL.findall(upper) if int(number)]
    return tuple(dict.fromkeys([*ours, *short, *others]))[:20]
