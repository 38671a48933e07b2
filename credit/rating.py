"""How well a customer pays, as a grade A to E with its reasons (CUS-6). Pure: the same figures give the same grade.

Two figures are taken from the documents, over the money that came due in the last twelve months:

- *paid on time*: the share of that money that was there on its due date;
- *days late*: how late a rupee came on average; money still missing counts with its lateness so far, early money as 0.

Each gives a grade, by the table below, and the worse one counts. The best grade also asks for half a year of business.
With fewer than three invoices due there is no grade: that would be a guess. It says nothing about the future, and no
decision on credit uses it: people read it.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.figures import day, num, percent

SINCE = dt.timedelta(days=365)
FEWEST = 3
MONTHS_FOR_A = 6
# Grade: at least so much paid on time, in percent; at most so many days late.
TABLE: dict[str, tuple[int, int]] = {"A": (90, 3), "B": (75, 10), "C": (50, 30), "D": (25, 60)}
TONES = {"A": "good", "B": "good", "C": "warn", "D": "bad", "E": "bad", "": ""}


class Reliability(NamedTuple):
    """What the documents say. `on_time` in percent, `days_late` weighted by money; None when nothing came due."""

    invoices: int
    on_time: Decimal | None
    days_late: Decimal | None
    since: dt.date | None
    months: int


class Reason(NamedTuple):
    """One figure in words, and the grade it gives alone ("" when it gives none)."""

    text: str
    grade: str = ""


class Rating(NamedTuple):
    """The grade ("" for none yet) and everything it was made from."""

    grade: str
    reasons: list[Reason]

    @property
    def tone(self) -> str:
        return TONES[self.grade]


def rate(known: Reliability) -> Rating:
    """The grade these figures give."""
    if known.invoices < FEWEST or known.on_time is None or known.days_late is None:
        text = ngettext(
            "%(n)s invoice has come due in the last twelve months; from %(least)s on there is a grade.",
            "%(n)s invoices have come due in the last twelve months; from %(least)s on there is a grade.",
            known.invoices,
        )
        return Rating("", [Reason(text % {"n": num(known.invoices), "least": FEWEST}), _business(known)])
    by_share = next((grade for grade, (least, _days) in TABLE.items() if known.on_time >= least), "E")
    by_days = next((grade for grade, (_share, most) in TABLE.items() if known.days_late <= most), "E")
    reasons = [
        Reason(
            _("%(share)s of the money that came due in twelve months was paid on time.")
            % {"share": percent(known.on_time, 0)},
            by_share,
        ),
        Reason(_("On average it came %(days)s days late.") % {"days": num(known.days_late, 1)}, by_days),
    ]
    young = known.months < MONTHS_FOR_A
    reasons.append(_business(known, "B" if young else ""))
    return Rating(max(reason.grade or "A" for reason in reasons), reasons)


def _business(known: Reliability, grade: str = "") -> Reason:
    """How long it has been buying on an invoice."""
    if known.since is None:
        return Reason(_("It was never billed."))
    if grade:
        return Reason(
            _("Billed since %(day)s; an A needs %(months)d months.")
            % {"day": day(known.since), "months": MONTHS_FOR_A},
            grade,
        )
    return Reason(_("Billed since %(day)s.") % {"day": day(known.since)})
