"""What a reminder and a late fee say of figures and days, in the customer's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import format_money

NAMED = 3
"""So many invoices are named in a message; the others are counted."""


def reminder_words(
    language: str,
    *,
    amount: Decimal,
    currency: str,
    numbers: Sequence[str],
    due_on: dt.date | None,
    days: int,
    link: str,
) -> dict[str, str]:
    """The variables of a reminder (`messaging.events.REMINDED`). `days` late, or before the due date."""
    with translation.override(language):
        named = ", ".join(numbers[:NAMED])
        more = len(numbers) - NAMED
        if more > 0:
            said = {"numbers": named, "more": more}
            named = ngettext("%(numbers)s and %(more)d more", "%(numbers)s and %(more)d more", more) % said
        return {
            "amount": format_money(amount, currency),
            "count": ngettext("%(n)d invoice", "%(n)d invoices", len(numbers)) % {"n": len(numbers)},
            "invoices": named,
            "due_on": date_format(due_on, "j F Y") if due_on else "",
            "days": ngettext("%(n)d day", "%(n)d days", abs(days)) % {"n": abs(days)},
            "link": link,
        }


def fee_words(language: str, *, amount: Decimal, currency: str, number: str, due_on: dt.date) -> str:
    """What stands on a late fee."""
    with translation.override(language):
        said = {
            "number": number,
            "day": date_format(due_on, "j F Y"),
            "amount": format_money(amount, currency),
        }
        return _("Late fee: %(amount)s of %(number)s, due on %(day)s") % said
