"""A line a day. Our own words; the same for everybody all day, another one tomorrow."""

from __future__ import annotations

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LINES: tuple[str | Promise, ...] = (
    _("The order you wrote down is the one you won’t forget."),
    _("A call today is cheaper than a visit next month."),
    _("Say the price once, and mean it."),
    _("A shop remembers who told it the truth about the delivery."),
    _("Count it before you promise it."),
    _("Small orders on time make big orders later."),
    _("The first answer wins; the friendly one stays."),
    _("What is paid is sold. What is owed is lent."),
    _("Ask about the shop before you ask for the money."),
    _("A short list, finished, beats a long one, begun."),
    _("Nobody is angry about a delay they heard of early."),
    _("Know what your best shop ran out of this morning."),
    _("Margin is made when you buy and kept when you say no."),
    _("Write the reason down; you will be asked in March."),
    _("One shop you have not called for a month is waiting to be asked."),
    _("A clean shelf sells faster than a full one."),
    _("Keep the promise, or make a smaller one."),
    _("The quiet customer is the one to ring."),
    _("Good news can wait; bad news should be first."),
    _("Today’s clear desk is tomorrow’s quick start."),
    _("Help them sell it, and they will buy it again."),
)


def line_of(day: dt.date) -> str | Promise:
    """The line of a day."""
    return LINES[day.toordinal() % len(LINES)]
