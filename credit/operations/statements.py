"""Statements of account: printed, written to the customer, every month to everybody who owes or moved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from core.money import format_money
from core.tasks import after_commit
from credit import documents
from credit.models import CreditAccount
from credit.queries.ageing import BUCKETS, age_of_account
from credit.queries.parts import instalments_of
from credit.queries.statement import Statement, accounts_with_statement, month_before, statement
from messaging.operations import queue

from .links import make_link


def print_statement(made: Statement) -> bytes:
    """The statement as PDF, with how old the debt was on its last day."""
    with translation.override(made.account.customer.message_language):
        row = age_of_account(made.account, on=made.last)
        aged = []
        if row is not None:
            names = [_("Not due"), *_bucket_names()]
            aged = list(zip(names, [row.not_due, *row.buckets], strict=True))
    return documents.to_pdf(
        documents.of_statement(made, aged=aged, parts=instalments_of(made.account.pk, on=made.last))
    )


@transaction.atomic
def send_statement(
    account: CreditAccount, *, first: dt.date, last: dt.date, key: str, by: Any, at: dt.datetime
) -> None:
    """Write to the customer what it owes, with the link to its page, where the statement can be read and kept.

    `key` names the wish: the same statement asked for twice by one press is sent once. Refuses one with nothing on it.
    """
    made = statement(account, first=first, last=last)
    if made.is_empty:
        raise Refusal(
            _("Nothing was billed or paid in these days, and nothing is open."), code="empty_statement"
        )
    customer = account.customer
    with translation.override(customer.message_language):
        days = f"{date_format(first, 'j F Y')} – {date_format(last, 'j F Y')}"
    queue(
        customer,
        "statement",
        context={
            "days": days,
            "balance": format_money(made.closing, account.currency),
            "link": make_link(account, at=at).url,
        },
        key=f"statement:{account.pk}:{key}",
        about=f"credit.creditaccount:{account.pk}",
        by=by,
        at=at,
    )


def send_monthly_statements(*, at: dt.datetime, after: int = 0) -> int:
    """Write last month's statement to 500 accounts, then ask for the next 500. Run again, nobody hears twice.

    Each account is a transaction of its own: one that fails keeps no other waiting. Gives how many were looked at.
    """
    first, last = month_before(local_date(at))
    accounts = accounts_with_statement(first=first, last=last, after=after)
    for account in accounts:
        if account.customer.can_order or account.balance:
            _send_quietly(account, first, last, at)
    if accounts:
        with transaction.atomic():
            after_commit("credit.send_monthly_statements", after=accounts[-1].pk)
    return len(accounts)


def _send_quietly(account: CreditAccount, first: dt.date, last: dt.date, at: dt.datetime) -> None:
    try:
        send_statement(account, first=first, last=last, key=f"{first:%Y-%m}", by=None, at=at)
    except Refusal:
        return  # nothing stands on it


def _bucket_names() -> list[str]:
    names, first = [], 1
    for bound in BUCKETS:
        names.append(_("%(first)d–%(last)d days") % {"first": first, "last": bound})
        first = bound + 1
    return [*names, _("over %(days)d days") % {"days": first - 1}]
