"""How far it is and how long it will take, in words, and how soon to look again."""

from __future__ import annotations

import datetime as dt
import math

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Job
from core.templatetags.figures import num


def how_far(job: Job) -> str:
    """`1,200 of 5,000`; how many where nobody knows of how many."""
    if job.total is None:
        return num(job.done) if job.done else ""
    return _("%(done)s of %(total)s") % {"done": num(job.done), "total": num(job.total)}


def time_left(job: Job) -> str:
    """What is left at the pace so far; "" while that would be guessed."""
    seconds = job.seconds_left
    if seconds is None:
        return ""
    if seconds < 10:
        return _("a few seconds left")
    if seconds < 50:
        return _("less than a minute left")
    minutes = math.ceil(seconds / 60)
    if minutes < 90:
        return ngettext("about %d minute left", "about %d minutes left", minutes) % minutes
    hours = round(minutes / 60)
    return ngettext("about %d hour left", "about %d hours left", hours) % hours


def look_again_after(job: Job, *, now: dt.datetime) -> int:
    """Seconds until a page asks anew: often while it is fresh, seldom when it takes long, never (0) when it ended."""
    if not job.under_way:
        return 0
    age = (now - job.asked_at).total_seconds()
    return next((pause for until, pause in ((15, 1), (60, 2), (300, 4)) if age < until), 8)
