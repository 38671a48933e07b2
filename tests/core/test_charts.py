"""The geometry of charts: exact for small cases, and for any figures within the plot, in order and mirrored."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from django.template import engines
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.charts import Series, Target, compact, draw, sideways, spark, target, ticks

D = Decimal
ANY = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
ROWS = st.lists(st.one_of(st.none(), ANY), min_size=1, max_size=40)


def shown(values):
    return [str(value) for value in values]


# --- axes ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 7, ["0", "2", "4", "6", "8"]),
        (0, 84200, ["0", "25000", "50000", "75000", "100000"]),
        (-35, 90, ["-50", "0", "50", "100"]),
        (0, 0, ["0", "1"]),
        (5, 9, ["0", "2.5", "5", "7.5", "10"]),
        (-1, 0, ["-1", "-0.75", "-0.5", "-0.25", "0"]),
        (0, D("0.003"), ["0", "0.001", "0.002", "0.003"]),
        (0, 10**13, ["0", "2500000000000", "5000000000000", "7500000000000", "10000000000000"]),
    ],
)
def test_an_axis_has_few_round_values_around_the_figures_and_nought(low, high, expected):
    assert shown(ticks(low, high)) == expected


def test_what_is_counted_has_no_halves():
    assert shown(ticks(0, 1, whole=True)) == ["0", "1"]
    assert shown(ticks(0, 9, whole=True)) == ["0", "5", "10"]


@given(ANY, ANY, st.integers(3, 9), st.booleans())
def test_ticks_enclose_whatever_is_given(a, b, most, whole):
    made = ticks(min(a, b), max(a, b), most=most, whole=whole)
    gaps = {later - one for one, later in pairwise(made)}
    assert 2 <= len(made) <= most
    assert len(gaps) == 1
    assert made[0] <= min(a, b, D(0))
    assert made[-1] >= max(a, b, D(0))
    assert D(0) in made
    assert not whole or all(value == int(value) for value in made)


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (84200, "INR", "84.2 k"),
        (120000, "INR", "1.2 L"),
        (34_000_000, "INR", "3.4 Cr"),
        (120000, "EUR", "120 k"),
        (2_500_000, "USD", "2.5 M"),
        (-1500, "", "−1.5 k"),
        (0, "INR", "0"),
        (D("0.5"), "", "0.5"),
        (7 * 10**12, "", "7,000 B"),
    ],
)
def test_an_axis_says_amounts_in_few_signs(value, currency, text):
    assert compact(value, currency).replace("\N{NO-BREAK SPACE}", " ") == text


# --- columns ---------------------------------------------------------------------------------------------------------
def test_a_column_is_as_high_as_its_figure():
    (first, second) = draw(["a", "b"], [Series("x", [4, 1])], rtl=False).bars
    assert first == (D("7.50"), D("0.00"), D("35.00"), D("100.00"), "", 0)
    assert second == (D("57.50"), D("75.00"), D("35.00"), D("25.00"), "", 1)


def test_below_nought_a_column_hangs():
    chart = draw(["a", "b"], [Series("x", [3, -1])], rtl=False)
    assert chart.zero == D("75.00")
    assert [(bar.y, bar.height) for bar in chart.bars] == [(D("0.00"), D("75.00")), (D("75.00"), D("25.00"))]


def test_columns_of_two_series_stand_side_by_side_and_turn_round_from_right_to_left():
    rows = [Series("x", [4]), Series("y", [4], "warn")]
    assert [(bar.x, bar.width, bar.tone) for bar in draw(["a"], rows, rtl=False).bars] == [
        (D("15.00"), D("35.00"), ""), (D("50.00"), D("35.00"), "warn")
    ]  # fmt: skip
    assert [(bar.x, bar.tone) for bar in draw(["a"], rows, rtl=True).bars] == [
        (D("50.00"), ""), (D("15.00"), "warn")
    ]  # fmt: skip


def test_stacked_bars_stand_on_each_other_and_what_is_negative_hangs_below():
    rows = [Series("x", [2]), Series("y", [1]), Series("z", [-1])]
    bars = draw(["a"], rows, kind="stacked", rtl=False).bars
    assert [(bar.y, bar.height) for bar in bars] == [
        (D("25.00"), D("50.00")), (D("0.00"), D("25.00")), (D("75.00"), D("25.00"))
    ]  # fmt: skip
    assert len({bar.x for bar in bars}) == 1


@given(st.lists(ROWS, min_size=1, max_size=4), st.booleans(), st.sampled_from(["columns", "stacked"]))
def test_bars_stay_inside_the_plot_and_their_heights_tell_their_figures(rows, rtl, kind):
    length = min(map(len, rows))
    rows = [row[:length] for row in rows]
    chart = draw(["x"] * length, [Series(str(n), row) for n, row in enumerate(rows)], kind=kind, rtl=rtl)
    assert len(chart.bars) == sum(1 for row in rows for value in row if value)
    for bar in chart.bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= 100
        assert bar.y >= 0
        assert bar.y + bar.height <= 100
    assert len(chart.table) == length


# --- lines -----------------------------------------------------------------------------------------------------------
def test_a_line_has_a_gap_where_there_is_no_figure():
    chart = draw("abcd", [Series("x", [1, 2, None, 4])], kind="area", rtl=False)
    (line,) = chart.lines
    assert line.path == "M0.00 75.00L33.33 50.00"
    assert line.area == "M0.00 100.00L0.00 75.00L33.33 50.00L33.33 100.00Z"
    assert [(dot.place, dot.alone) for dot in chart.dots] == [(0, False), (1, False), (3, True)]


def test_one_figure_is_a_dot_in_the_middle():
    chart = draw(["a"], [Series("x", [5])], kind="line", rtl=False)
    assert chart.lines[0].path == ""
    assert [(dot.x, dot.alone) for dot in chart.dots] == [(D("50"), True)]


@given(ROWS)
def test_from_right_to_left_everything_is_mirrored(row):
    labels = [str(i) for i in range(len(row))]
    for kind in ("line", "columns"):
        left = draw(labels, [Series("x", row)], kind=kind, rtl=False)
        right = draw(labels, [Series("x", row)], kind=kind, rtl=True)
        assert [100 - dot.x for dot in left.dots] == [dot.x for dot in right.dots]
        assert [100 - hit.x - hit.width for hit in left.hits] == [hit.x for hit in right.hits]
        assert [(tick.text, 100 - tick.at) for tick in left.x_ticks] == [
            (tick.text, tick.at) for tick in right.x_ticks
        ]
        assert [tick.at for tick in left.y_ticks] == [tick.at for tick in right.y_ticks]


@given(st.integers(1, 400), st.booleans())
def test_the_stretches_cover_the_plot_once_and_the_last_label_is_always_said(count, lined):
    chart = draw(
        [str(i) for i in range(count)], [Series("x", [1] * count)], kind="line" if lined else "columns"
    )
    assert chart.hits[0].x == 0
    assert all(a.x + a.width == b.x for a, b in pairwise(chart.hits))
    assert chart.hits[-1].x + chart.hits[-1].width == 100
    assert chart.x_ticks[-1].text == str(count - 1)
    assert len(chart.x_ticks) <= 7


def test_nothing_to_draw_says_so():
    assert draw([], [Series("x", [])]).empty
    assert draw(["a"], [Series("x", [None])], kind="line").empty
    assert draw(["a"], [Series("x", [0])]).empty


def test_a_series_of_another_length_is_a_mistake():
    with pytest.raises(ValueError, match="every series"):
        draw(["a", "b"], [Series("x", [1])])


def test_the_table_and_what_is_said_hold_every_figure():
    chart = draw(["Mon", "Tue"], [Series("Sold", [1, None]), Series("Paid", [3, 4])], write=lambda v: f"₹{v}")
    assert chart.head == ["Sold", "Paid"]
    assert chart.table == [["Mon", "₹1", "₹3"], ["Tue", "–", "₹4"]]
    assert [hit.text for hit in chart.hits] == ["Mon: Sold ₹1, Paid ₹3", "Tue: Paid ₹4"]
    assert chart.legend == [("", "Sold"), ("", "Paid")]


# --- small ones ----------------------------------------------------------------------------------------------------
def test_a_spark_goes_from_the_lowest_to_the_highest():
    drawn = spark([1, 3, 2], rtl=False)
    assert drawn.path == "M0.00 100.00L50.00 0.00L100.00 50.00"
    assert (drawn.x, drawn.y) == (D("100.00"), D("50.00"))
    assert spark([1, 3, 2], rtl=True).path == "M100.00 100.00L50.00 0.00L0.00 50.00"


def test_a_spark_of_the_same_lies_in_the_middle_and_of_one_figure_is_nothing():
    assert spark([5, 5], rtl=False).path == "M0.00 50L100.00 50"
    assert spark([5]).empty
    assert spark([]).empty


def test_bars_to_the_side_fill_the_row_and_go_both_ways():
    up, down = sideways([("a", 6), ("b", -2, "bad", "/b/")], rtl=False)
    assert (up.start, up.share, down.start, down.share) == (D("25.00"), D("75.00"), D("0.00"), D("25.00"))
    assert (down.tone, down.url, down.text) == ("bad", "/b/", "-2")
    assert [bar.start for bar in sideways([("a", 6), ("b", -2)], rtl=True)] == [D("0.00"), D("75.00")]
    assert [bar.share for bar in sideways([("a", 0)])] == [D("0")]


def test_a_target_says_what_is_left_and_what_a_day_needs():
    assert target(74, 100, days=30, gone=21) == Target(D("74.00"), D("70.00"), 74, D(26), D("2.89"), False)
    assert target(120, 100) == Target(D(100), None, 120, D(0), None, True)
    assert target(0, 0, days=30, gone=30).a_day is None
    assert target(-5, 10).share == 0


# --- the markup ----------------------------------------------------------------------------------------------------
def rendered(name, **context):
    values = " ".join(f"{key}={key}" for key in context)
    return (
        engines["django"].from_string(f"{{% load ui %}}{{% component '{name}' {values} %}}").render(context)
    )


def test_the_drawing_has_a_table_behind_it_and_no_inline_style():
    chart = draw(["Mon", "Tue"], [Series("Sold", [1, 2])], rtl=False)
    html = rendered("chart", chart=chart, title="Sold & paid")
    assert 'x="7.50%"' in html
    assert "Sold &amp; paid" in html
    assert "Show as table" in html
    assert '<th scope="row">Tue</th><td class="num">2</td>' in html
    assert "style=" not in html
    assert "<script" not in html
    assert "No figures yet" in rendered("chart", chart=draw([], [Series("x", [])]), title="t")


def test_places_are_written_as_svg_reads_them_in_every_language():
    with translation.override("de"):
        html = rendered("bars", bars=sideways([("a", 1), ("b", 3)], rtl=False))
        assert 'width="33.33%"' in html
        assert 'y="50.00%"' in rendered("chart", chart=draw(["a"], [Series("x", [2])], rtl=False), title="t")
