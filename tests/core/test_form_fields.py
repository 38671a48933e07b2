"""Fields that read what people type."""

from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.forms import DateField, MoneyField, PhoneField, PriceField, QuantityField


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1,200", "1200"),
        ("₹ 2,14,900.50", "214900.50"),
        ("1.200,50", "1200.50"),
        ("१२०", "120"),
        (" 5 ", "5"),
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
    ],
)
def test_date_field_reads_days(typed, on):
    assert DateField().clean(typed) == on


@pytest.mark.parametrize("typed", ["31/02/2026", "0001-01-01", "9999-12-31", "soon", "2026-13-01"])
def test_date_field_refuses_days_that_are_not_or_absurd(typed):
    with pytest.raises(ValidationError):
        DateField().clean(typed)


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "1000001", "x"])
def test_quantity_is_a_whole_number_a_warehouse_can_hold(typed):
    with pytest.raises(ValidationError):
        QuantityField().clean(typed)
