"""Bank statements: the file is kept, its columns are confirmed, its lines are taken in all or none."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, NamedTuple

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import jobs, live
from core.dates import local_date
from core.errors import Refusal
from core.templatetags.figures import num
from credit.banking import Fact, Layout, Read, fingerprints, guess_layout, kind_of_file, read_statement
from credit.models import BankAccount, BankLine, BankStatement
from credit.queries.bank_matches import suggest

JOB = "credit.read_bankstatement"
AT_ONCE = 2_000_000
"""Bytes up to which a file is read while the page waits."""
SCORED_AT_ONCE = 500
AHEAD = dt.timedelta(days=7)
State = BankStatement.State


class Accepted(NamedTuple):
    """A statement, and whether this very file was there before."""

    statement: BankStatement
    again: bool = False


@transaction.atomic
def accept_statement(account: BankAccount, file: File[bytes], *, by: Any, at: dt.datetime) -> Accepted:
    """Keep an uploaded file. The same file again gives the statement there is.

    OFX, CAMT, and tables that are written as the last one of this account are read at once; of other tables a person
    confirms the columns first. Refuses what is no statement. A file with mistakes in it is kept as refused, with all
    its problems, and no line of it is taken in.
    """
    opened: Any = file
    kind = kind_of_file(opened)
    digest = _digest(file)
    told = account.statements.filter(sha256=digest).exclude(state=State.REFUSED).first()
    if told is not None:
        return Accepted(told, again=True)
    layout, sure = Layout({}), True
    name = (file.name or "")[:240]
    if kind == "table":
        known = Layout.of(account.layout)
        guess = guess_layout(opened, name, known)
        layout, sure = guess.layout, bool(known.mapping) and guess.layout.mapping == known.mapping
        sure = sure and not guess.doubts
    file.seek(0)
    statement = BankStatement(
        account=account,
        file=file,
        file_name=name,
        sha256=digest,
        format=kind,
        layout=layout.kept(),
        by=by,
        at=at,
    )
    try:
        with transaction.atomic():
            statement.save()
    except IntegrityError:  # the same file twice at once
        return Accepted(account.statements.exclude(state=State.REFUSED).get(sha256=digest), again=True)
    return Accepted(start_reading(statement, layout, by=by, at=at) if sure else statement)


@transaction.atomic
def start_reading(statement: BankStatement, layout: Layout, *, by: Any, at: dt.datetime) -> BankStatement:
    """Read a file as `layout` says: a small one now, a large one by a worker. Read twice it is read once."""
    statement = BankStatement.objects.select_for_update().select_related("account").get(pk=statement.pk)
    if statement.state not in {State.UPLOADED, State.READING}:
        return statement
    statement.layout, statement.state = layout.kept(), State.READING
    if statement.file.size > AT_ONCE:
        title = _("Bank statement %(file)s") % {"file": statement.file_name}
        statement.job = jobs.start(
            JOB,
            title,
            by=by,
            at=at,
            params={"statement": statement.pk},
            back_url=statement.get_absolute_url(),
            idempotency_key=f"bank_statement:{statement.pk}",
        )
        statement.save(update_fields=["layout", "state", "job"])
        return statement
    statement.save(update_fields=["layout", "state"])
    take_in(statement.pk, at=at)
    rescore(statement.pk)
    statement.refresh_from_db()
    return statement


@transaction.atomic
def take_in(statement_id: int, *, at: dt.datetime) -> str:
    """Read the file of a statement and keep its new lines; with any problem none. Gives what came of it in words."""
    statement = BankStatement.objects.select_for_update().select_related("account").get(pk=statement_id)
    if statement.state == State.READ:
        return said_of(statement)
    try:
        with statement.file.open("rb") as file:
            read = read_statement(
                file.file,
                statement.file_name,
                Layout.of(statement.layout),
                account=statement.account.number,
            )
        problems = [*read.problems, *_unfitting(statement.account, read, at)]
    except Refusal as refusal:
        read, problems = Read(), [refusal.text]
    live.touch(statement)
    if problems:
        statement.state, statement.problems = State.REFUSED, problems
        statement.save(update_fields=["state", "problems"])
        return problems[0]
    _keep(statement, read)
    if statement.format == BankStatement.Format.TABLE:
        BankAccount.objects.filter(pk=statement.account_id).update(layout=statement.layout)
    return said_of(statement)


def _unfitting(account: BankAccount, read: Read, at: dt.datetime) -> list[str]:
    """Why a file that can be read is not of this account, or not of our time."""
    problems: list[str] = []
    words: dict[str, object]
    if read.currency and read.currency != account.currency:
        words = {"file": read.currency, "account": account.currency}
        problems.append(_("The file is in %(file)s, the account in %(account)s.") % words)
    theirs, ours = _figures(read.account), _figures(account.number)
    if len(theirs) >= 4 and len(ours) >= 4 and theirs[-4:] != ours[-4:]:
        words = {"file": read.account, "account": account}
        problems.append(_("The file is of account %(file)s, not of %(account)s.") % words)
    last = local_date(at) + AHEAD
    for fact in read.facts:
        if fact.booked_on > last:
            words = {"line": fact.number, "day": fact.booked_on.isoformat()}
            problems.append(_("Line %(line)s: %(day)s has not come yet. Is the month written first?") % words)
            break
    return problems


def _figures(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _keep(statement: BankStatement, read: Read) -> None:
    names = fingerprints(statement.account_id, read.facts)
    BankLine.objects.bulk_create(
        [
            BankLine(
                account_id=statement.account_id,
                statement=statement,
                fingerprint=name,
                **_storable(fact),
            )
            for fact, name in zip(read.facts, names, strict=True)
        ],
        ignore_conflicts=True,
        batch_size=2000,
    )
    statement.state, statement.found = State.READ, len(read.facts)
    statement.added = statement.lines.count()
    statement.starts_on, statement.ends_on = read.starts_on, read.ends_on
    statement.opening, statement.closing = read.opening, read.closing
    statement.difference = read.difference
    statement.save()
    live.touch("credit.bankline")


def _storable(fact: Fact) -> dict[str, Any]:
    """The fields of a line. PostgreSQL keeps no zero characters."""
    said = fact._asdict()
    return {name: v.replace("\x00", "") if isinstance(v, str) else v for name, v in said.items()}


def rescore(statement_id: int) -> None:
    """Look again what the open lines of a statement may be, and keep what the best suggestion is worth."""
    lines = BankLine.objects.open().filter(statement=statement_id).select_related("account").order_by("pk")
    keys = list(lines.values_list("pk", flat=True))
    for begin in range(0, len(keys), SCORED_AT_ONCE):
        some = list(lines.filter(pk__in=keys[begin : begin + SCORED_AT_ONCE]))
        found = suggest(some)
        changed = []
        for line in some:
            score = found[line.pk][0].score if found[line.pk] else 0
            if score != line.score:
                line.score = score
                changed.append(line)
        BankLine.objects.bulk_update(changed, ["score"], batch_size=SCORED_AT_ONCE)


def said_of(statement: BankStatement) -> str:
    """`118 new lines, 2 were there already.`"""
    new = ngettext("%(new)s new line", "%(new)s new lines", statement.added) % {"new": num(statement.added)}
    known = statement.found - statement.added
    if not known:
        return new + "."
    words = {"new": new, "known": num(known)}
    return _("%(new)s, %(known)s were there already.") % words


def _digest(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


@transaction.atomic
def change_bank_account(account: BankAccount, values: dict[str, Any]) -> BankAccount:
    """Change an account of the firm. Its currency stays once it has lines: they are in it."""
    account = BankAccount.objects.select_for_update().get(pk=account.pk)
    if values.get("currency", account.currency) != account.currency and account.lines.exists():
        raise Refusal(_("Its statements are in %s: the currency stays.") % account.currency, field="currency")
    for name, value in values.items():
        setattr(account, name, value)
    account.save()
    return account
