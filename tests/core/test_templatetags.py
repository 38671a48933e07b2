"""How figures are written and components are put together."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from core.meter import measured
from core.templatetags import figures

NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (Decimal("214900"), "INR", "₹2,14,900.00"),
        (Decimal("214900"), "", "2,14,900.00"),
        (Decimal("214900"), "USD", "$214,900.00"),
        (Decimal("-450.5"), "", "−450.50"),
        (Decimal("0.005"), "", "0.01"),
        (Decimal("12345678.9"), "AED", f"AED{NB}12,345,678.90"),
        (None, "INR", "–"),
        ("", "", "–"),
        (0, "", "0.00"),
    ],
)
def test_money_is_grouped_as_people_of_its_currency_do(amount, currency, written):
    assert figures.money(amount, currency) == written


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("1150", "1,150.00"),
        ("1150.5", "1,150.50"),
        ("1150.1234", "1,150.1234"),
        ("1150.1290", "1,150.129"),
        ("-0.0050", "−0.005"),
    ],
)
def test_price_shows_the_third_and_fourth_decimal_only_where_there_is_one(amount, written):
    assert figures.price(Decimal(amount)) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [("+919810122334", "098101 22334"), ("+442079460000", "+44 20 7946 0000"), ("", "–"), ("ab", "ab")],
)
def test_phone_is_national_at_home_and_international_abroad(number, written):
    assert figures.phone(number) == written


@time_machine.travel(datetime(2026, 11, 21, 10, 0, tzinfo=timezone.get_fixed_timezone(330)), tick=False)
def test_days_and_times_are_said_as_people_say_them():
    now = timezone.now()
    assert figures.day(date(2026, 11, 21)) == "today"
    assert figures.day(date(2026, 11, 20)) == "yesterday"
    assert figures.day(date(2026, 3, 1)) == "1 Mar"
    assert figures.day(date(2025, 3, 1)) == "1 Mar 2025"
    assert figures.day(None) == "–"
    assert figures.moment(now - timedelta(minutes=55)) == "today, 09:05"
    assert figures.ago(now) == "just now"
    assert figures.ago(now - timedelta(minutes=12)) == f"12{NB}minutes ago"
    assert figures.ago(now - timedelta(days=3, hours=2)) == f"3{NB}days ago"
    assert figures.ago(now - timedelta(days=40)) == "12 Oct"
    assert figures.ago(date(2026, 11, 19)) == "2 days ago"
    assert figures.ago(now + timedelta(hours=2)) == "today, 12:00"


def test_counts_and_shares():
    assert figures.num(1204) == "1,204"
    assert figures.num(-3) == "−3"
    assert figures.num(None) == "–"
    assert figures.percent(Decimal("14.23")) == f"14.2{NB}%"


def test_status_tone_knows_words_by_any_writing():
    assert figures.status_tone("credit_hold") == "bad"
    assert figures.status_tone("Not due") == "info"
    assert figures.status_tone("whatever") == ""


def shown(source: str, **context) -> str:
    request = RequestFactory().get("/list/?q=a&after=x")
    return Template("{% load ui figures %}" + source).render(Context({"request": request, **context}))


def test_icon_is_silent_beside_words_and_speaks_alone():
    assert 'aria-hidden="true"' in shown('{% icon "home" %}')
    assert 'aria-label="Close &lt;it&gt;"' in shown('{% icon "x-mark" "small" label %}', label="Close <it>")
    assert "style=" not in shown('{% icon "home" %}')


def test_component_gets_only_what_it_is_given_and_no_line_breaks():
    html = shown('{% component "badge" label=word tone="good" %},', word="<b>", tone="bad")
    assert html == '<span class="badge good">&lt;b&gt;</span>,'


@pytest.mark.parametrize("style", ["day", "moment", "ago"])
@pytest.mark.parametrize(
    ("value", "machine"),
    [
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 3, 35, tzinfo=UTC), "2026-03-01T09:05+05:30"),
    ],
)
def test_date_component_takes_days_and_moments(value, machine, style):
    html = shown("{% component 'date' value=value style=style %}", value=value, style=style)
    assert f'datetime="{machine}"' in html
    assert shown("{% component 'date' value=nothing %}", nothing=None).strip().endswith("–")


def test_wrap_puts_a_component_around_what_stands_between():
    html = shown('{% wrap "panel" title=name %}<b>{{ name }}</b>{% endwrap %}', name="A & B")
    assert "<h2>A &amp; B</h2>" in html
    assert '<div class="body"><b>A &amp; B</b></div>' in html


def test_url_with_changes_one_value_of_the_query():
    assert shown("{% url_with page=2 after=None %}") == "?q=a&amp;page=2"


@pytest.mark.parametrize(
    ("cookie", "chosen"), [("dark", "dark"), ("light", "light"), ('"><script>', ""), ("", "")]
)
def test_theme_is_one_of_ours(cookie, chosen):
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie
    assert shown("{% theme %}", request=request) == chosen


def test_meter_lays_amounts_side_by_side_and_ends_in_what_is_over():
    meter = measured(total=60000, used=31860, open=0, new=31560)
    assert [(part.kind, int(part.amount)) for part in meter.parts] == [
        ("used", 31860),
        ("new", 28140),
        ("over", 3420),
    ]
    assert meter.left == 0
    assert sum(part.width for part in meter.parts) == 100
    assert measured(total=60000, used=15000).parts[0].width == 25
    assert measured(total=0).parts == []
    assert measured(total=None, used=-5) == measured(total=0)
