"""The statement of account on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credit.queries.parts import Due
from credit.queries.statement import Statement

from .parties import Party, party_of, seller_of
from .printed import Fact
from .wording import amount, isolated


class PrintedStatement(NamedTuple):
    """A statement ready to be laid out. `rows`: day, what, document, billed, paid, balance."""

    title: str
    number: str
    language: str
    seller: Party
    customer: Party
    facts: list[Fact]
    headline: str
    headline_note: str
    opening: str
    rows: list[tuple[str, ...]]
    billed: str
    paid: str
    closing: str
    aged: list[Fact]
    parts: list[tuple[str, ...]]
    bank_details: str = ""
    in_hand: str = ""


def of_statement(
    made: Statement, *, aged: Sequence[tuple[str, Any]] = (), parts: Sequence[Due] = ()
) -> PrintedStatement:
    """A statement in the customer's language. `aged`: names of the buckets with their amounts, and `parts`: what is
    open of instalments, both on the last day.
    """
    account = made.account
    customer = account.customer
    with translation.override(customer.message_language):
        seller = seller_of(settings.COMPANY)
        currency = account.currency
        return PrintedStatement(
            title=_("Statement of account"),
            number=customer.code,
            language=customer.message_language,
            seller=seller,
            customer=party_of(
                {"name": customer.name, "phone": str(customer.phone or ""), "code": customer.code}
            ),
            facts=[
                Fact(_("From"), _day(made.first)),
                Fact(_("To"), _day(made.last)),
                Fact(_("Currency"), currency),
            ],
            headline=amount(made.standing, currency, mark=True),
            headline_note=_("you have with us") if made.closing < 0 else _("to pay in all"),
            opening=amount(made.opening, currency),
            rows=[
                (
                    _day(line.on),
                    line.kind,
                    isolated(line.document),
                    amount(line.billed, currency) if line.billed else "",
                    amount(line.paid, currency) if line.paid else "",
                    amount(line.balance, currency),
                )
                for line in made.lines
            ],
            billed=amount(made.billed, currency),
            paid=amount(made.paid, currency),
            closing=amount(made.closing, currency, mark=True),
            aged=[Fact(name, amount(value, currency)) for name, value in aged],
            parts=[
                (
                    _day(part.due_on),
                    isolated(part.number),
                    ngettext("%(days)d day late", "%(days)d days late", part.days_late)
                    % {"days": part.days_late}
                    if part.days_late
                    else "",
                    amount(part.outstanding, currency),
                )
                for part in parts
            ],
            bank_details=seller.bank_details,
            in_hand=amount(made.in_hand, currency) if made.in_hand else "",
        )


def _day(on: Any) -> str:
    return date_format(on, "DATE_FORMAT")
