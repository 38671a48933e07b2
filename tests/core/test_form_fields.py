"""Fields that read what people type."""

from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from core.forms import DateField, MoneyField, PhoneField, PriceField, QuantityField, understood_day


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1,200", "1200"),
        ("₹ 2,14,900.50", "214900.50"),
        ("1.200,50", "1200.50"),
        ("१२०", "120"),
        (" 5 ", "5"),
        ("1,20,000", "120000"),
        ("1 200,50", "1200.50"),
        ("1.2k", "1200"),
        ("1.255k", "1255"),
        ("1,2 lakh", "120000"),
        ("₹ 3 cr", "30000000"),
        ("२.५ लाख", "250000"),
        ("50 thousand", "50000"),
        ("1,200 Rs.", "1200"),
    ],
)
def test_money_field_reads_amounts(typed, amount):
    assert MoneyField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["abc", "12.345", "NaN", "Infinity", "1e9999", "9" * 30, "0", "-5", "", None]
)
def test_money_field_refuses_what_is_no_amount_to_book(typed):
    with pytest.raises(ValidationError):
        MoneyField().clean(typed)


def test_money_field_bounds_and_emptiness():
    assert MoneyField(required=False).clean("") is None
    assert MoneyField(positive=False).clean("-5") == Decimal("-5.00")
    with pytest.raises(ValidationError, match="At most"):
        MoneyField(maximum=Decimal(10)).clean("11")


def test_price_field_takes_four_decimals():
    assert PriceField().clean("12.3456") == Decimal("12.3456")
    assert PriceField().clean("1,200") == Decimal("1200.00")
    with pytest.raises(ValidationError):
        PriceField().clean("12.34567")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("98101 22334", "+919810122334"),
        ("0091-9810122334", "+919810122334"),
        ("+44 20 7946 0000", "+442079460000"),
    ],
)
def test_phone_field_gives_one_form_of_a_number(typed, number):
    assert PhoneField().clean(typed) == number


@pytest.mark.parametrize("typed", ["12", "abc", "+999 123", "9" * 41])
def test_phone_field_refuses_what_cannot_be_called(typed):
    with pytest.raises(ValidationError):
        PhoneField().clean(typed)


@time_machine.travel(datetime(2026, 11, 21, 10, 0, tzinfo=timezone.get_fixed_timezone(330)), tick=False)
@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ("2026-11-21", date(2026, 11, 21)),
        ("21/11/2026", date(2026, 11, 21)),
        ("21.11.26", date(2026, 11, 21)),
        ("21 Nov", date(2026, 11, 21)),
        ("today", date(2026, 11, 21)),
        ("Tomorrow", date(2026, 11, 22)),
        ("+15", date(2026, 12, 6)),
        ("in 15 days", date(2026, 12, 6)),
        ("2 weeks", date(2026, 12, 5)),
        ("in 3 months", date(2027, 2, 21)),
        ("3 days ago", date(2026, 11, 18)),
        ("25/12", date(2026, 12, 25)),
        ("25.1.", date(2027, 1, 25)),
        ("1/6", date(2026, 6, 1)),
        ("Dec 25", date(2026, 12, 25)),
        ("25th December, 2027", date(2027, 12, 25)),
        ("friday", date(2026, 11, 27)),
        ("next saturday", date(2026, 11, 28)),
        ("last fri", date(2026, 11, 20)),
        ("end of month", date(2026, 11, 30)),
        ("१५/१२", date(2026, 12, 15)),
    ],
)
def test_date_field_reads_days(typed, on):
    assert DateField().clean(typed) == on


@time_machine.travel(datetime(2026, 11, 21, 10, 0, tzinfo=timezone.get_fixed_timezone(330)), tick=False)
def test_date_field_knows_which_side_of_today_is_meant_and_says_what_it_understood():
    assert DateField(near="future").clean("1/6") == date(2027, 6, 1)
    assert DateField(near="past").clean("25/12") == date(2025, 12, 25)
    assert DateField(near="past").clean("friday") == date(2026, 11, 20)
    with translation.override("hi"):
        assert DateField().clean("15 दिसम्बर") == date(2026, 12, 15)
    said = understood_day(date(2026, 12, 25), today=date(2026, 11, 21))
    assert said == "Friday, 25 December 2026 · in 34 days"


@pytest.mark.parametrize(
    "typed",
    [
        "31/02/2026",
        "31/02",
        "32 dec",
        "0/0",
        "in 5 apples",
        "99999 days",
        "0001-01-01",
        "9999-12-31",
        "soon",
        "2026-13-01",
    ],
)
def test_date_field_refuses_days_that_are_not_or_absurd(typed):
    with pytest.raises(ValidationError):
        DateField().clean(typed)


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "1000001", "x"])
def test_quantity_is_a_whole_number_a_warehouse_can_hold(typed):
    with pytest.raises(ValidationError):
        QuantityField().clean(typed)


def test_stored_amounts_stand_in_their_field_as_people_write_them():
    assert [PriceField().prepare_value(Decimal(stored)) for stored in ("1850.0000", "12.3450", "0.5")] == [
        "1850.00",
        "12.345",
        "0.50",
    ]
    assert PriceField().prepare_value("1.2k") == "1.2k"
