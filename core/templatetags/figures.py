"""How figures, times and numbers of people are written. `{% load figures %}`; no arithmetic here or in templates."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any, NamedTuple

import phonenumbers
from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.bidi import isolated, left_to_right
from core.money import CENT, format_money

register = template.Library()
register.filter("isolated", isolated)
DASH = "–"


@register.filter
def money(amount: Any, currency: str = "") -> str:
    """`{{ invoice.total|money:invoice.currency }}` → ₹2,14,900.00. Without a currency: the base one, unmarked."""
    if amount in (None, ""):
        return DASH
    if currency:
        return format_money(Decimal(amount), currency)
    written = bare(format_money(Decimal(amount), settings.CURRENCY))
    return left_to_right(written) if Decimal(amount) < 0 else written


def bare(written: str) -> str:
    """An amount without its currency mark, in the grouping of that currency."""
    return "".join(c for c in written if c.isdigit() or c in ",.−")


@register.filter
def price(amount: Any, currency: str = "") -> str:
    """A price of one piece: two decimals, and the third and fourth only where they are not nought."""
    if amount in (None, ""):
        return DASH
    amount = Decimal(amount)
    rest = f"{abs(amount):.4f}"[-2:].rstrip("0")
    if not rest:
        return money(amount, currency)
    written = f"{money(abs(amount).quantize(CENT, rounding=ROUND_DOWN), currency)}{rest}"
    return left_to_right(f"−{written}") if amount < 0 else written


@register.filter
def num(value: Any, decimals: int = 0) -> str:
    """A count in the reader's grouping; a dash for nothing."""
    if value in (None, ""):
        return DASH
    written = number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True)
    return left_to_right(written.replace("-", "−", 1)) if written.startswith("-") else written


@register.filter
def percent(value: Any, decimals: int = 1) -> str:
    """A share given in percent: 14.2 → 14.2 %."""
    return DASH if value in (None, "") else left_to_right(f"{num(value, decimals)}\N{NO-BREAK SPACE}%")


@register.filter
def phone(value: Any) -> str:
    """An E.164 number as people of the configured country dial it; foreign numbers internationally."""
    return left_to_right(dialled(value)) if value else DASH


def dialled(value: Any) -> str:
    """`phone` for a control: without signs of direction, which would be typed back."""
    region = getattr(settings, "PHONENUMBER_DEFAULT_REGION", None)
    try:
        parsed = (
            value if isinstance(value, phonenumbers.PhoneNumber) else phonenumbers.parse(str(value), region)
        )
    except phonenumbers.NumberParseException:
        return str(value)
    home = phonenumbers.region_code_for_number(parsed) == region
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, form.NATIONAL if home else form.INTERNATIONAL)


@register.filter
def day(value: Any) -> str:
    """A date as people say it near today: today, yesterday, 21 Nov, 21 Nov 2025."""
    if not value:
        return DASH
    on = timezone.localtime(value).date() if isinstance(value, datetime) else value
    near = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}.get((on - timezone.localdate()).days)
    return near or date_format(
        on, "MONTH_DAY_FORMAT" if on.year == timezone.localdate().year else "DATE_FORMAT"
    )


@register.filter
def moment(value: date | datetime | None) -> str:
    """A day and a time: 21 Nov, 14:05; of a day without a time just the day."""
    if not isinstance(value, datetime):
        return day(value)
    at = timezone.localtime(value)
    return _("%(day)s, %(time)s") % {"day": day(at), "time": date_format(at, "H:i")}


@register.filter
def iso(value: date | datetime | None) -> str:
    """A day or a moment for machines, in the zone people live in: what `<time datetime>` wants."""
    if not value:
        return ""
    return (
        timezone.localtime(value).isoformat(timespec="minutes")
        if isinstance(value, datetime)
        else value.isoformat()
    )


@register.filter
def exact(value: date | datetime | None) -> str:
    """A day or a moment in full, for the hint over a short one: 21 November 2026, 14:05."""
    if not value:
        return ""
    if not isinstance(value, datetime):
        return date_format(value, "j F Y")
    at = timezone.localtime(value)
    return _("%(day)s, %(time)s") % {"day": date_format(at, "j F Y"), "time": date_format(at, "H:i")}


@register.filter
def ago(value: date | datetime | None) -> str:
    """How long since: just now, 12 min, 3 hours, 2 days; the date once it is over four weeks."""
    if not value:
        return DASH
    if not isinstance(value, datetime):
        days = (timezone.localdate() - value).days
        return (
            day(value)
            if not 1 < days < 28
            else ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}
        )
    passed = timezone.now() - value
    if passed < timedelta(minutes=1):
        return _("just now") if passed > timedelta(minutes=-1) else moment(value)
    if passed > timedelta(days=28):
        return day(value)
    return _("%(time)s ago") % {"time": timesince(value, depth=1)}


class Day(NamedTuple):
    """What happened on one day."""

    on: date | None
    events: list[Any]


@register.filter
def by_day(events: Any) -> list[Day]:
    """Events in their order (each has `at`), in groups by the day people live in."""
    found: list[Day] = []
    for event in events:
        at = getattr(event, "at", None)
        on = (timezone.localtime(at).date() if isinstance(at, datetime) else at) or None
        if not found or found[-1].on != on:
            found.append(Day(on, []))
        found[-1].events.append(event)
    return found


@register.filter
def clock(value: Any) -> str:
    """The time of a moment: 14:05; nothing for a day without one."""
    return date_format(timezone.localtime(value), "H:i") if isinstance(value, datetime) else ""


TONES = {
    "good": """
        good active approved paid cleared accepted sent delivered read done completed resolved released created
        overridden sellable
    """,
    "warn": """
        warning waiting partly_paid partial backordered retrying unknown late due_soon low quarantine updated held
    """,
    "bad": """
        blocked blacklisted credit_hold overdue refused rejected failed bounced undelivered short dead revoked damaged
        reversed expired
    """,
    "info": "confirmed invoiced issued open queued sending running reserved shipped not_due new in_progress deposited",
}
_TONE_OF = {word: tone for tone, words in TONES.items() for word in words.split()}


@register.filter
def status_tone(status: Any) -> str:
    """The tone of a status word: good, warn, bad, info, or "" for a neutral one. The word itself is always shown.

    A choice that knows better says so itself, by an attribute `tone`.
    """
    own = getattr(status, "tone", None)
    return (
        own
        if isinstance(own, str)
        else _TONE_OF.get(
            str(getattr(status, "value", status)).lower().replace(" ", "_").replace("-", "_"), ""
        )
    )
