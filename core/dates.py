"""Days as people at the counter count them."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone


def local_date(at: dt.datetime) -> dt.date:
    """The calendar day of a moment, in the company's time zone."""
    return timezone.localtime(at).date()
