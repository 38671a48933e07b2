"""The slip that goes to the bank with cheques."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credit.models import Cheque, ChequeDeposit

from .parties import Party, seller_of
from .printed import Fact
from .wording import amount, isolated


class PrintedDeposit(NamedTuple):
    """A deposit slip ready to be laid out. `rows`: place, number, bank, drawer, date, amount."""

    title: str
    number: str
    language: str
    seller: Party
    customer: Party
    facts: list[Fact]
    headline: str
    headline_note: str
    rows: list[tuple[str, ...]]
    total: str


def of_deposit(deposit: ChequeDeposit, cheques: Iterable[Cheque]) -> PrintedDeposit:
    """A slip in the language of whoever prints it."""
    account = deposit.bank_account
    rows: list[tuple[str, ...]] = [
        (
            str(place),
            isolated(cheque.number),
            isolated(", ".join(filter(None, [cheque.bank, cheque.branch]))),
            isolated(cheque.drawer or str(cheque.account.customer)),
            date_format(cheque.dated_on, "DATE_FORMAT"),
            amount(cheque.amount, cheque.currency),
        )
        for place, cheque in enumerate(cheques, start=1)
    ]
    lines = [isolated(part) for part in (account.holder, account.branch) if part]
    if account.number:
        lines.append(_("Account %(number)s") % {"number": isolated(account.number)})
    count = ngettext("%(n)d cheque", "%(n)d cheques", deposit.count) % {"n": deposit.count}
    return PrintedDeposit(
        title=_("Deposit slip"),
        number=deposit.number,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        seller=seller_of(settings.COMPANY),
        customer=Party(isolated(account.bank), lines),
        facts=[
            Fact(_("Deposited"), date_format(deposit.deposited_on, "DATE_FORMAT")),
            Fact(_("Cheques"), str(deposit.count)),
            Fact(_("Currency"), deposit.currency),
        ],
        headline=amount(deposit.total, deposit.currency, mark=True),
        headline_note=count,
        rows=rows,
        total=amount(deposit.total, deposit.currency, mark=True),
    )
