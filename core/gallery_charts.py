"""Samples of charts, tiles and needs for the living page, in their states. For those who build; in English only."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from core.money import format_money

from .charts import Chart, Series, compact, draw, sideways, spark, target
from .forms import MoneyField, PhoneField
from .forms.sections import Sectioned
from .models import Job
from .screens import Action, Figure
from .screens.inline import Detail

DAYS = [date(2026, 11, 8) + timedelta(days=n) for n in range(14)]
SOLD = [42, 51, 0, 38, 77, 64, 59, 48, 12, 45, 81, 66, 90, 84]
BACK = [0, 3, 0, 0, 5, 0, 2, 0, 0, 1, 0, 4, 0, 0]


class SectionedForm(Sectioned, forms.Form):
    """A long form in parts."""

    name = forms.CharField(label="Name")
    phone = PhoneField(label="Phone", required=False)
    limit = MoneyField(label="Limit", required=False)
    sections: ClassVar[dict[Any, list[str]]] = {"Who": ["name", "phone"], "Credit": ["limit"]}


class Tile(NamedTuple):
    """What the component "tile" is drawn from."""

    label: Any
    value: Any
    kind: str = "money"
    note: Any = ""
    tone: str = ""
    url: str = ""
    spark: Any = None
    target: Any = None
    target_text: Any = ""
    currency: str = "INR"


class Need(NamedTuple):
    """What the component "need" is drawn from."""

    text: Any
    sub: Any
    since: Any
    action: Action
    tone: str
    icon: str
    url: str = "#"


def rupees(value: Any) -> str:
    return format_money(value, "INR")


def chart(kind: Any, *series: Series, labels: Any = None, **settings: Any) -> Chart:
    return draw(
        [date_format(day, "j M") for day in DAYS] if labels is None else labels,
        series,
        kind=kind,
        write=rupees,
        axis=lambda value: compact(value, "INR"),
        **settings,
    )


def thousands(values: list[int]) -> list[Decimal]:
    return [Decimal(value * 1000) for value in values]


def samples() -> dict[str, Any]:
    """The context of the part about charts."""
    now = timezone.now()
    wrong = SectionedForm({"name": "", "limit": "abc"}, auto_id="part_%s")
    wrong.is_valid()
    sold, back = thousands(SOLD), thousands(BACK)
    gaps: list[Any] = [None if n in {4, 5, 9} else value for n, value in enumerate(sold)]
    return {
        "charts": [
            ("Columns", chart("columns", Series("Sold", sold))),
            (
                "Line beside another",
                chart("line", Series("This month", sold), Series("Last month", sold[::-1], "quiet")),
            ),
            ("Area with days that have no figure", chart("area", Series("Sold", gaps))),
            (
                "Stacked",
                chart("stacked", Series("Sold", sold), Series("Overdue", back, "bad")),
            ),
            (
                "Below nought",
                chart("columns", Series("Margin", thousands([4, -2, 7, 3, -5]), "good"), labels="ABCDE"),
            ),
            ("Huge", chart("columns", Series("Sold", [Decimal(10) ** 11, Decimal(3)]), labels="AB")),
            ("One figure", chart("line", Series("Sold", [Decimal(5)]), labels=["today"])),
            ("None", chart("line", Series("Sold", []), labels=[])),
        ],
        "both_ways": sideways(
            [("Rhea Menon", 84200), ("Imran Qureshi", 61000), ("Returns", -9000, "bad")], write=rupees
        ),
        "tiles": [
            Tile(
                "Sold today",
                Decimal(84200),
                note="11 orders, 18 % over a usual Saturday",
                tone="good",
                url="#",
                spark=spark(sold),
            ),
            Tile(
                "This month",
                Decimal(1840000),
                target=target(74, 100, days=30, gone=21),
                target_text="74 % of all last month",
                note="4 % under 21 October",
                tone="warn",
            ),
            Tile("To deliver", 0, kind="number", note="nothing waits"),
            Tile("Margin today", None, kind="percent", note="nothing sold yet"),
        ],
        "needs": [
            Need(
                "SO-10418 held: New Krishna Mobiles, ₹2,400.00 over",
                "Asked by Rhea",
                now - timedelta(minutes=12),
                Action("Decide", href="#", tone="primary"),
                "bad",
                "hand-raised",
            ),
            Need(
                "Jai Shree Ganesh Telecommunications & Accessories Wholesale broke its promise of ₹9,000.00",
                "broken 3 times",
                now - timedelta(days=1),
                Action("Call", href="#", icon="phone"),
                "bad",
                "banknotes",
            ),
            Need(
                "14 × Note 10 missing",
                "",
                now - timedelta(days=2),
                Action("Receive", href="#"),
                "warn",
                "cube",
            ),
        ],
        "targets": [target(20, 100, days=30, gone=15), target(74, 100, days=30, gone=21), target(130, 100)],
        "row_figures": [Figure("Available", Decimal(28140), kind="money", currency="INR", note="of 60,000")],
        "details": [
            Detail("Phone", "98100 12345", name="phone", url="#"),
            Detail("Fax", "", name="fax", url="#"),
            Detail("Code", "C-00418"),
        ],
        "sectioned": wrong,
        "jobs": [
            Job(
                pk=0,
                title="Import of products",
                state=Job.State.DONE,
                total=6684,
                done=6684,
                finished_at=now,
                asked_at=now,
                started_at=now,
                sentence="6,684 products, 12 of them new.",
            ),
            Job(
                pk=0,
                title="Invoices as one file",
                state=Job.State.FAILED,
                total=40,
                done=12,
                finished_at=now,
                asked_at=now,
                started_at=now,
                sentence="The disk is full. 12 of 40 are printed.",
            ),
        ],
    }
