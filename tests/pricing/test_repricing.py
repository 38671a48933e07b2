"""What a price becomes: the arithmetic of a bulk change."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.repricing import GRID, Direction, Ending, Method, new_price, round_off

prices = st.decimals("0.0001", "100000", places=4)


@pytest.mark.parametrize(
    ("price", "ending", "direction", "round_price"),
    [
        ("1204.3049", "exact", "nearest", "1204.3049"),
        ("1204.305", "0.01", "nearest", "1204.31"),
        ("1204.30", "0.50", "nearest", "1204.50"),
        ("1204.30", "5", "nearest", "1205"),
        ("1202.50", "5", "nearest", "1205"),
        ("1202.49", "5", "nearest", "1200"),
        ("1200.01", "5", "up", "1205"),
        ("1204.99", "5", "down", "1200"),
        ("1205", "5", "up", "1205"),
        ("12.60", ".99", "nearest", "12.99"),
        ("12.40", ".99", "nearest", "11.99"),
        ("12.40", ".99", "up", "12.99"),
        ("12.99", ".99", "up", "12.99"),
        ("1204", "9", "nearest", "1209"),
        ("1203.99", "9", "nearest", "1199"),
        ("1204", "95", "down", "1195"),
        ("0.20", "5", "down", "5"),
        ("0.20", ".99", "nearest", "0.99"),
        ("3", "9", "nearest", "9"),
    ],
)
def test_round_prices(price, ending, direction, round_price):
    assert round_off(Decimal(price), ending, direction) == Decimal(round_price)


@given(price=prices, ending=st.sampled_from(Ending.values), direction=st.sampled_from(Direction.values))
def test_a_round_price_is_on_its_grid_next_to_the_price_and_stays_where_it_is(price, ending, direction):
    step, short = GRID[ending]
    found = round_off(price, ending, direction)
    assert found > 0
    assert (found + short) % step == 0
    assert round_off(found, ending, direction) == found
    if found > step - short:  # not the smallest there is
        far = found - price
        assert abs(far) < step
        assert direction != Direction.UP or far >= 0
        assert direction != Direction.DOWN or far <= 0
        assert direction != Direction.NEAREST or abs(far) <= step / 2


@pytest.mark.parametrize(
    ("source", "method", "value", "price"),
    [
        ("100", "percent", "5", "105"),
        ("100", "percent", "-12.5", "87.50"),
        ("100", "percent", "0", "100"),
        ("100", "amount", "-30", "70"),
        ("100", "amount", "-300", "0.01"),
        ("75", "margin", "25", "100"),
        ("75", "margin", "0", "75"),
        ("75", "set", "99", "99"),
    ],
)
def test_methods(source, method, value, price):
    assert new_price(Decimal(source), method=method, value=Decimal(value)) == Decimal(price)


def test_a_price_made_from_a_cost_carries_the_tax_that_the_list_includes():
    price = new_price(Decimal(75), method=Method.MARGIN, value=Decimal(25), tax_inside=Decimal(18))
    assert price == Decimal("118.00")


@given(cost=st.decimals("1", "10000", places=2), margin=st.integers(0, 90))
def test_a_margin_is_a_share_of_the_price(cost, margin):
    price = new_price(cost, method=Method.MARGIN, value=Decimal(margin), ending=Ending.EXACT)
    assert abs((price - cost) * 100 / price - margin) < Decimal("0.02")
