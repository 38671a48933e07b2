"""The figures of the home page: which ones a person has the right to, and how each stands beside its usual."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.charts import Spark, Target, spark, target
from core.dates import local_date
from core.money import ZERO, format_money, round_money
from core.templatetags.figures import ago, num, percent
from credit.models import PromiseToPay
from reports.models import BooksCheck
from reports.queries import home
from reports.queries.home.sight import in_sight

SPARK_DAYS = 14
DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(days=7)
USUAL = 4
"""How many of the same weekday make a usual one."""


class Tile(NamedTuple):
    """One figure with what it is compared with. Drawn by the component "tile"."""

    label: str | Promise
    value: Any
    kind: str = "money"
    note: str = ""
    tone: str = ""
    url: str = ""
    spark: Spark | None = None
    target: Target | None = None
    target_text: str = ""
    currency: str = settings.CURRENCY


def short_money(amount: Decimal) -> str:
    """An amount for a note: whole, because cents tell nothing there."""
    return format_money(amount, settings.CURRENCY).removesuffix(".00")


class Today:
    """One person's day. Each figure is read at most once, and only when something shows it."""

    def __init__(self, user: Any, *, at: dt.datetime) -> None:
        self.user, self.at, self.today = user, at, local_date(at)
        self.month = self.today.replace(day=1)
        self.last_month = (self.month - DAY).replace(day=1)
        self.earlier_at = at

    def may(self, *permissions: str) -> bool:
        return all(self.user.has_perm(permission) for permission in permissions)

    @cached_property
    def sells(self) -> bool:
        return self.may("orders.add_order", "orders.view_order")

    @cached_property
    def leads(self) -> bool:
        """Whose customers belong to several people: a team's, or everybody's."""
        return self.sells and self.user.sees != "own"

    def earlier(self, name: str, read: Any) -> Any:
        """What the days before today came to, perhaps some minutes ago; `earlier_at` says when."""
        found = home.earlier(name, self.user, at=self.at, today=self.today, read=read)
        self.earlier_at = min(self.earlier_at, found.at)
        return found.value

    @cached_property
    def sold(self) -> dict[dt.date, home.Sold]:
        before = self.earlier("sold", lambda: home.sold_by_day(self.user, self.since, self.today))
        return before | home.sold_by_day(self.user, self.today)

    @cached_property
    def collected(self) -> dict[dt.date, Decimal]:
        before = self.earlier("collected", lambda: home.collected_by_day(self.user, self.since, self.today))
        return before | home.collected_by_day(self.user, self.today)

    @property
    def since(self) -> dt.date:
        """The first day that anything is compared with."""
        return min(self.last_month, self.today - USUAL * WEEK)

    @property
    def month_days(self) -> int:
        return calendar.monthrange(self.today.year, self.today.month)[1]

    @property
    def days_left(self) -> int:
        return self.month_days - self.today.day

    def days(self, count: int) -> list[dt.date]:
        """The last days, today the last of them."""
        return [self.today - DAY * n for n in range(count - 1, -1, -1)]

    @property
    def same_day_last_month(self) -> dt.date:
        last = calendar.monthrange(self.last_month.year, self.last_month.month)[1]
        return self.last_month.replace(day=min(self.today.day, last))


def total(days: dict[dt.date, Any], first: dt.date, last: dt.date) -> Decimal:
    """The sum of the days from one to another."""
    return sum((amount_of(value) for day, value in days.items() if first <= day <= last), ZERO)


def amount_of(value: Any) -> Decimal:
    return value.amount if isinstance(value, home.Sold) else value


def compared(now: Decimal, before: Decimal) -> int | None:
    """How many percent above (or below, negative) what it was; None when there was nothing."""
    return int(((now - before) * 100 / before).to_integral_value()) if before > 0 else None


def tiles_of(day: Today) -> list[Tile]:
    """The figures a person has the right to: selling, collecting, goods, books, in this order."""
    makers = (_selling, _leading, _controlling, _goods, _books, _system)
    return [tile for maker in makers for tile in maker(day)]


def _selling(day: Today) -> Iterator[Tile]:
    if not day.sells:
        return
    now = day.sold.get(day.today, home.Sold())
    usual = [day.sold[then].amount for n in range(1, USUAL + 1) if (then := day.today - n * WEEK) in day.sold]
    change = compared(now.amount, sum(usual, ZERO) / USUAL)
    orders = ngettext("%(n)s order", "%(n)s orders", now.number) % {"n": num(now.number)}
    if not now.number:
        brings = {
            "day": WEEKDAYS[day.today.weekday()],
            "amount": short_money(round_money(sum(usual, ZERO) / USUAL)),
        }
        orders = _("a usual %(day)s brings %(amount)s") % brings if any(usual) else _("nothing yet")
    yield Tile(
        _("Sold today"),
        now.amount,
        note=f"{orders}, {_than_usual(change, day.today)}" if change is not None and now.number else orders,
        tone="good" if change is not None and change >= 0 and now.number else "",
        url=reverse("orders:order_list"),
        spark=spark([amount_of(day.sold.get(d, ZERO)) for d in day.days(SPARK_DAYS)]),
    )
    month = total(day.sold, day.month, day.today)
    before = total(day.sold, day.last_month, day.same_day_last_month)
    whole = total(day.sold, day.last_month, day.month - DAY)
    change = compared(month, before)
    goal = target(month, whole, days=day.month_days, gone=day.today.day) if whole > 0 else None
    yield Tile(
        _("This month"),
        month,
        note=_than_last_month(change, day.same_day_last_month),
        tone="" if change is None else "good" if change >= 0 else "warn",
        url=reverse("orders:order_list"),
        target=goal,
        target_text=_("%(share)s of all last month") % {"share": percent(goal.percent, 0)} if goal else "",
    )
    if day.may("credit.view_payment") and not day.may("credit.record_payment"):
        monday = day.today - DAY * day.today.weekday()
        week, last = (
            total(day.collected, monday, day.today),
            total(day.collected, monday - WEEK, day.today - WEEK),
        )
        yield Tile(
            _("Collected this week"),
            week,
            note=_("last week by now %(amount)s") % {"amount": short_money(last)},
            url=reverse("credit:payment_list"),
            spark=spark([day.collected.get(d, ZERO) for d in day.days(SPARK_DAYS)]),
        )
    if day.may("credit.view_invoice") and not day.may("credit.view_ageing"):
        late = home.overdue(day.user, today=day.today)
        yield Tile(
            _("Overdue with my shops"),
            late.amount,
            note=_late_shops(late),
            tone="bad" if late.shops else "good",
            url=f"{reverse('credit:invoice_list')}?tab=overdue",
        )


def _leading(day: Today) -> Iterator[Tile]:
    if not day.leads or not day.may("inventory.view_cost"):
        return
    net, margin = home.margin_today(day.user, today=day.today)
    share = margin * 100 / net if net else None
    yield Tile(
        _("Margin today"),
        share,
        kind="percent",
        note=short_money(margin) if net else _("nothing sold yet"),
        tone="bad" if margin < 0 else "",
    )
    yield Tile(
        _("New customers"),
        home.new_customers(day.user, since=day.month),
        kind="number",
        note=_("this month"),
        url=reverse("customers:customer_list"),
    )


def _controlling(day: Today) -> Iterator[Tile]:
    if day.may("credit.record_payment", "credit.view_payment"):
        month = total(day.collected, day.month, day.today)
        yield Tile(
            _("Collected today"),
            day.collected.get(day.today, ZERO),
            note=_("this month %(amount)s") % {"amount": short_money(month)},
            url=reverse("credit:payment_list"),
            spark=spark([day.collected.get(d, ZERO) for d in day.days(SPARK_DAYS)]),
        )
    if day.may("credit.view_ageing"):
        late = home.overdue(day.user, today=day.today)
        yield Tile(
            _("Overdue"),
            late.amount,
            note=_late_shops(late),
            tone="bad" if late.shops else "good",
            url=reverse("credit:ageing"),
        )
    if day.may("orders.view_holdqueue"):
        held = home.held(day.user)
        yield Tile(
            _("On credit hold"),
            held.number,
            kind="number",
            note=short_money(held.amount) if held.number else _("nobody waits"),
            tone="warn" if held.number else "good",
            url=reverse("orders:hold_queue"),
        )
    if day.may("credit.withdraw_promisetopay"):
        due = in_sight(
            PromiseToPay.objects.open().filter(promised_on=day.today), day.user, "account__customer"
        )
        left = [amount - received for amount, received in due.values_list("amount", "received")]
        yield Tile(
            _("Promised for today"),
            sum(left, ZERO),
            note=ngettext("%(n)s promise", "%(n)s promises", len(left)) % {"n": num(len(left))},
            url=f"{reverse('credit:promise_list')}?tab=today",
        )


def _goods(day: Today) -> Iterator[Tile]:
    if day.may("orders.deliver_order", "orders.view_order"):
        goods = home.goods_today(day.user, today=day.today)
        yield Tile(
            _("To deliver"),
            goods.orders,
            kind="number",
            note=ngettext("%(n)s since before today", "%(n)s since before today", goods.older)
            % {"n": num(goods.older)}
            if goods.older
            else _("all from today")
            if goods.orders
            else _("nothing waits"),
            tone="warn" if goods.older else "",
            url=f"{reverse('orders:order_list')}?tab=deliver",
        )
    if day.may("inventory.receive_goods"):
        receipts, pieces = home.receipts_today(today=day.today)
        yield Tile(
            _("Received today"),
            pieces,
            kind="number",
            note=ngettext("pieces, %(n)s receipt", "pieces, %(n)s receipts", receipts) % {"n": num(receipts)}
            if receipts
            else _("nothing came yet"),
            url=reverse("inventory:receipt_list") if day.may("inventory.view_goodsreceipt") else "",
        )
    if day.may("inventory.view_cost", "inventory.view_stocklevel") and not day.leads:
        yield Tile(_("Stock at cost"), home.stock_value(), note=_("all locations"))


def _books(day: Today) -> Iterator[Tile]:
    if not day.may("reports.view_bookscheck"):
        return
    check = BooksCheck.objects.first()
    yield Tile(
        _("Books"),
        (_("add up") if not check.found else num(check.found)) if check else _("not checked yet"),
        kind="text",
        note=(
            _("checked %(ago)s") % {"ago": ago(check.at)}
            if check and not check.found
            else _("differences")
            if check
            else ""
        ),
        tone="" if check is None else "bad" if check.found else "good",
        url=reverse("reports:books"),
    )
    number, amount = home.invoiced_since(day.user, since=day.month)
    yield Tile(
        _("Invoiced this month"),
        amount,
        note=ngettext("%(n)s invoice", "%(n)s invoices", number) % {"n": num(number)},
        url=reverse("credit:invoice_list"),
    )
    yield Tile(
        _("Unallocated"),
        home.unallocated(day.user),
        note=_("money no invoice has used"),
        url=f"{reverse('credit:payment_list')}?tab=unallocated",
    )


def _system(day: Today) -> Iterator[Tile]:
    if not day.user.is_staff:
        return
    jobs = home.failed_jobs(at=day.at)
    unsent = home.failed_messages(day.user, at=day.at)
    yield Tile(
        _("Failed this week"),
        jobs + unsent,
        kind="number",
        note=_("%(jobs)s jobs, %(messages)s messages") % {"jobs": num(jobs), "messages": num(unsent)},
        tone="bad" if jobs or unsent else "good",
        url=f"{reverse('messaging:message_list')}?tab=attention",
    )


def _than_usual(change: int, today: dt.date) -> str:
    said = {"share": percent(abs(change), 0), "day": WEEKDAYS[today.weekday()]}
    if change == 0:
        return _("like a usual %(day)s") % said
    return (
        _("%(share)s over a usual %(day)s") if change > 0 else _("%(share)s under a usual %(day)s")
    ) % said


def _than_last_month(change: int | None, day: dt.date) -> str:
    if change is None:
        return ""
    said = {"share": percent(abs(change), 0), "day": date_format(day, "j F")}
    if change == 0:
        return _("as by %(day)s") % said
    return (_("%(share)s over %(day)s") if change > 0 else _("%(share)s under %(day)s")) % said


def _late_shops(late: home.Overdue) -> str:
    if not late.shops:
        return _("nobody is late")
    if late.long:
        return ngettext("%(n)s shop past 30 days", "%(n)s shops past 30 days", late.long) % {
            "n": num(late.long)
        }
    return ngettext("%(n)s shop is late", "%(n)s shops are late", late.shops) % {"n": num(late.shops)}
