"""The first page after logging in: what is today, and what waits for whoever looks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Task
from core.charts import Chart, Series, Sideways, compact, draw, sideways
from core.money import ZERO, format_money
from core.screens import LOGGED_IN, Action, Screen
from core.screens.actions import shown
from core.templatetags.figures import num
from reports import queries
from reports.lines import line_of
from reports.queries import home

from .tiles import Today, amount_of, tiles_of

FIRST = 8
"""Figures that stand on top; what a person of many roles has beside them is one tap away."""
TASKS = 8


class Home(Screen):
    """Greeting, figures, what needs somebody now, tasks: each by right, so that several roles see all of theirs."""

    permission_required = LOGGED_IN
    title = gettext_lazy("Home")
    template_name = "reports/home.html"
    partial_template_name: ClassVar[str] = "reports/_home.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        names = [self.partial_template_name] if self.htmx_target == "home" else [self.template_name]
        context = self.get_context_data(**kwargs)
        return self.response_class(request, names, context, using=self.template_engine)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        day = Today(user, at=timezone.now())
        tiles = tiles_of(day)
        missing = missing_of(day)
        needs = queries.needs_of(user, at=day.at, missing=missing)
        return super().get_context_data(
            greeting=greeting(user, day.at),
            date_line=date_line(day),
            tiles=tiles[:FIRST],
            more_tiles=tiles[FIRST:],
            needs=needs[: queries.MOST],
            more_needs=max(len(needs) - queries.MOST, 0),
            calm=calm(user),
            tasks=tasks_of(user, day.today),
            new_task=Action(gettext_lazy("New task"), "accounts:task_add", ask=True),
            charts=charts_of(day),
            people=people_of(day),
            short=short_of(missing or []),
            line=line_of(day.today),
            **kwargs,
        )


def greeting(user: Any, at: dt.datetime) -> str:
    """By the hour where the company is."""
    hour = timezone.localtime(at).hour
    name = {"name": user.name.split()[0] if user.name.strip() else user.email}
    if hour < 5 or hour >= 17:
        return _("Good evening, %(name)s") % name
    return (_("Good morning, %(name)s") if hour < 12 else _("Good afternoon, %(name)s")) % name


def date_line(day: Today) -> str:
    """Saturday 21 November · 9 days left this month"""
    left = (
        ngettext("%(n)s day left this month", "%(n)s days left this month", day.days_left)
        % {"n": num(day.days_left)}
        if day.days_left
        else _("the last day of the month")
    )
    return f"{date_format(day.today, 'l j F')} · {left}"


def tasks_of(user: Any, today: dt.date) -> list[Task]:
    """What the person has to do today, the earliest first. What is late stands among the needs."""
    rows = Task.objects.filter(assignee=user, due_on=today).open()
    return list(rows.order_by("due_time", "pk")[:TASKS])


def calm(user: Any) -> Action | None:
    """The next step of a day on which nothing waits."""
    steps = [
        Action(gettext_lazy("New order"), "orders:order_add", permission="orders.add_order"),
        Action(gettext_lazy("See the ageing"), "credit:ageing", permission="credit.view_ageing"),
        Action(
            gettext_lazy("Receive goods"), "inventory:goods_receive", permission="inventory.receive_goods"
        ),
        Action(gettext_lazy("Plan a task"), "accounts:task_add", ask=True),
    ]
    return next(iter(shown(steps, user)), None)


def charts_of(day: Today) -> list[tuple[str, str, Chart]]:
    """Title, note and chart: this month beside the last one for who sells, what came in for who collects."""
    charts = []
    if day.sells:
        chart = _months(day)
        said = {"time": date_format(timezone.localtime(day.earlier_at), "H:i")}
        charts.append((_("The month so far"), _("added up; earlier days as of %(time)s") % said, chart))
    if day.may("credit.record_payment", "credit.view_payment"):
        days = day.days(14)
        series = [Series(_("Collected"), [day.collected.get(each, ZERO) for each in days])]
        charts.append(
            (_("Collected"), _("the last 14 days"), _drawn([_date(d) for d in days], series, "columns"))
        )
    return charts


def _months(day: Today) -> Chart:
    """Two lines: what was sold by each day of this month, and of the last."""
    length = max(day.month_days, (day.month - dt.timedelta(days=1)).day)
    now = _added_up(day, day.month, day.today.day)
    last = _added_up(day, day.last_month, (day.month - dt.timedelta(days=1)).day)
    labels = [str(n) for n in range(1, length + 1)]
    series = [
        Series(date_format(day.month, "F"), now + [None] * (length - len(now))),
        Series(date_format(day.last_month, "F"), last + [None] * (length - len(last)), "quiet"),
    ]
    return _drawn(labels, series, "area")


def _added_up(day: Today, first: dt.date, days: int) -> list[Decimal]:
    made, sum_ = [], ZERO
    for n in range(days):
        sum_ += amount_of(day.sold.get(first + dt.timedelta(days=n), ZERO))
        made.append(sum_)
    return made


def _drawn(labels: list[str], series: list[Series], kind: Any) -> Chart:
    return draw(
        labels,
        series,
        kind=kind,
        write=lambda value: format_money(value, settings.CURRENCY),
        axis=lambda value: compact(value, settings.CURRENCY),
    )


def _date(day: dt.date) -> str:
    return date_format(day, "j M")


def people_of(day: Today) -> list[tuple[str, list[Sideways]]]:
    """For who leads a team: what each representative's shops bought, today and this month."""
    if not day.leads or not day.may("inventory.view_cost"):
        return []
    before = day.earlier("people", lambda: home.sold_by_person(day.user, day.month, day.today))
    now = home.sold_by_person(day.user, day.today)
    month = {name: before.get(name, ZERO) + now.get(name, ZERO) for name in {*before, *now}}

    def bars(pairs: list[tuple[str, Decimal]]) -> list[Sideways]:
        return sideways(pairs, write=lambda value: compact(value, settings.CURRENCY))

    def ranked(amounts: dict[str, Decimal]) -> list[tuple[str, Decimal]]:
        found = sorted(amounts.items(), key=lambda pair: (-pair[1], pair[0]))
        return [(name or _("nobody"), amount) for name, amount in found[:8]]

    return [(_("Today"), bars(ranked(now))), (_("This month"), bars(ranked(month)))]


def missing_of(day: Today) -> list[home.Short] | None:
    """What shops wait for; None for who may not see it."""
    return home.short_products(day.user) if day.may("inventory.view_product", "orders.view_order") else None


def short_of(missing: list[home.Short]) -> list[Sideways]:
    """What shops wait for, as bars."""
    return sideways(
        [
            (row.sku, row.pieces, "warn", reverse("inventory:product_detail", args=[row.product_id]))
            for row in missing
        ],
        write=lambda pieces: f"−{num(pieces)}",
    )
