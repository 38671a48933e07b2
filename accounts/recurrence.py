"""When a task that comes back is due again. Pure."""

from __future__ import annotations

import calendar
import datetime as dt


def next_due(series_on: dt.date, due_on: dt.date, every: int, unit: str, *, after: dt.date) -> dt.date:
    """The first day of the series that is later than both `due_on` and `after`.

    A day that was missed is not made up for: a daily task finished five days late is due tomorrow, not five times.
    Months count from the first day of the series, so the 31st is the 30th in June and the 31st again in July.
    """
    latest = max(due_on, after)
    if unit == "month":
        gone = (latest.year - series_on.year) * 12 + latest.month - series_on.month
        step = max(gone // every - 1, 1)
        while (day := months_later(series_on, step * every)) <= latest:
            step += 1
        return day
    days = every * (7 if unit == "week" else 1)
    return due_on + dt.timedelta(days=((latest - due_on).days // days + 1) * days)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
