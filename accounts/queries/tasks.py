"""Tasks by day."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any, NamedTuple

from accounts.models import Task

SHOWN_A_DAY = 4


class Day(NamedTuple):
    """One day of a calendar with its first tasks, and how many more there are."""

    on: dt.date
    outside: bool
    today: bool
    tasks: list[Task]
    more: int


def tasks_between(user: Any, first: dt.date, last: dt.date) -> dict[dt.date, list[Task]]:
    """A person's own tasks of these days, done or not, by day. One query."""
    rows = Task.objects.filter(assignee=user, due_on__range=(first, last)).order_by(
        "due_on", "due_time", "pk"
    )
    found: dict[dt.date, list[Task]] = {}
    for task in rows:
        found.setdefault(task.due_on, []).append(task)
    return found


def month_of(user: Any, on: dt.date, *, today: dt.date, first_weekday: int = 0) -> list[list[Day]]:
    """The weeks of a month, whole, with the tasks of each day."""
    weeks = calendar.Calendar(first_weekday).monthdatescalendar(on.year, on.month)
    return _filled(user, weeks, today=today, month=on.month, most=SHOWN_A_DAY)


def week_of(user: Any, on: dt.date, *, today: dt.date, first_weekday: int = 0) -> list[list[Day]]:
    """The week around a day."""
    start = on - dt.timedelta(days=(on.weekday() - first_weekday) % 7)
    week = [start + dt.timedelta(days=n) for n in range(7)]
    return _filled(user, [week], today=today, month=0, most=50)


def _filled(
    user: Any, weeks: list[list[dt.date]], *, today: dt.date, month: int, most: int
) -> list[list[Day]]:
    tasks = tasks_between(user, weeks[0][0], weeks[-1][-1])
    return [
        [
            Day(
                day,
                bool(month) and day.month != month,
                day == today,
                tasks.get(day, [])[:most],
                max(len(tasks.get(day, [])) - most, 0),
            )
            for day in week
        ]
        for week in weeks
    ]
