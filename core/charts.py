"""Charts: from figures to a small geometry that templates draw as SVG. Pure: no request, no query, no markup.

    chart = draw(["1 Nov", "2 Nov"], [Series(_("Sold"), [Decimal(1200), Decimal(900)])], write=rupees, axis=short)
    {% component "chart" chart=chart title=_("Sold per day") %}

All places are percent of the plot, `y` from the top, to two decimals: the drawing stretches, its text does not. Read
from right to left (`rtl=True`) everything is mirrored. None is a day without a figure: a gap, never a nought.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any, Literal, NamedTuple

from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

Kind = Literal["line", "area", "columns", "stacked"]
Number = Decimal | int | float | None
Writer = Callable[[Any], str]
HUNDRED = Decimal(100)
NOUGHT = Decimal(0)
PLACE = Decimal("0.01")
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
LAKH_COUNTRIES = {"INR", "BDT", "PKR"}


# --- numbers -----------------------------------------------------------------------------------------------------
def ticks(low: Number, high: Number, *, most: int = 5, whole: bool = False) -> list[Decimal]:
    """Round values for an axis that holds `low` to `high` and nought: at most `most` (3 or more) of them, evenly apart.

    The outer ones enclose the figures. `whole`: of things that are counted there is no half.
    """
    bottom, top = min(_decimal(low), NOUGHT), max(_decimal(high), NOUGHT)
    if bottom == top:
        return [NOUGHT, Decimal(1)]
    power = Decimal(1).scaleb(((top - bottom) / (most - 1)).adjusted())
    if whole:
        power = max(power, Decimal(1))
    for step in (power * each for tens in (1, 10) for each in (s * tens for s in STEPS)):
        if whole and step != step.to_integral_value():
            continue
        first = (bottom / step).to_integral_value(ROUND_FLOOR)
        last = (top / step).to_integral_value(ROUND_CEILING)
        if last - first < most:
            return [_plain(step * n) for n in range(int(first), int(last) + 1)]
    raise AssertionError("a step a hundred times too wide still did not fit")


def compact(value: Number, currency: str = "") -> str:
    """An amount in few signs, for an axis: 84 k, 1.2 L, 3.4 Cr where people count in lakhs; k, M, B elsewhere."""
    amount = _decimal(value)
    units = (
        [(Decimal(10) ** 7, _("Cr")), (Decimal(10) ** 5, _("L")), (Decimal(1000), _("k"))]
        if currency in LAKH_COUNTRIES
        else [(Decimal(10) ** 9, _("B")), (Decimal(10) ** 6, _("M")), (Decimal(1000), _("k"))]
    )
    for size, name in units:
        if abs(amount) >= size:
            return f"{_few(amount / size)}\N{NO-BREAK SPACE}{name}"
    return _few(amount)


def _few(amount: Decimal) -> str:
    """Three digits that count: 1.25, 12.5, 125."""
    places = max(0, 2 - max(abs(amount).adjusted(), 0)) if amount else 0
    rounded = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = number_format(_plain(rounded), use_l10n=True, force_grouping=True)
    return text.replace("-", "−", 1)


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value or 0))


def _plain(value: Decimal) -> Decimal:
    """Without trailing noughts and exponents: 200 rather than 2E+2."""
    normal = value.normalize()
    return normal.quantize(Decimal(1)) if normal == normal.to_integral_value() else normal


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return (part * HUNDRED / whole).quantize(PLACE, rounding=ROUND_HALF_UP) if whole else NOUGHT


# --- a chart over an axis ---------------------------------------------------------------------------------------------
class Series(NamedTuple):
    """One row of figures. `tone`: "" (the accent), other (the second colour), good, warn, bad, quiet."""

    name: Any
    values: Sequence[Number]
    tone: str = ""


class Tick(NamedTuple):
    """A place on an axis and what stands there."""

    at: Decimal
    text: str
    anchor: str = "middle"


class Bar(NamedTuple):
    """A rectangle of one figure."""

    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal
    tone: str
    place: int


class Line(NamedTuple):
    """A line through the figures of a series, and, for an area, what lies between it and nought (else "")."""

    path: str
    area: str
    tone: str


class Dot(NamedTuple):
    """One figure on a line. `alone`: no neighbour, so that only the dot shows it."""

    x: Decimal
    y: Decimal
    tone: str
    place: int
    alone: bool


class Hit(NamedTuple):
    """The stretch over one place of the axis, and what is said there."""

    x: Decimal
    width: Decimal
    middle: Decimal
    text: str


class Chart(NamedTuple):
    """What the component "chart" draws, and the table behind it."""

    kind: str
    bars: list[Bar]
    lines: list[Line]
    dots: list[Dot]
    hits: list[Hit]
    y_ticks: list[Tick]
    x_ticks: list[Tick]
    zero: Decimal
    head: list[str]
    table: list[list[str]]
    legend: list[tuple[str, str]]
    rtl: bool

    @property
    def empty(self) -> bool:
        return not (self.bars or self.dots)


def draw(
    labels: Sequence[Any],
    series: Sequence[Series],
    *,
    kind: Kind = "columns",
    write: Writer = str,
    axis: Writer | None = None,
    rtl: bool | None = None,
    most_ticks: int = 5,
    most_labels: int = 7,
    whole: bool = False,
) -> Chart:
    """Lay figures over an axis. `write` says a figure in full, `axis` in few signs.

    Columns of several series stand beside each other, "stacked" ones on each other (above nought and below it apart).
    """
    rtl = translation.get_language_bidi() if rtl is None else rtl
    rows = [[None if v is None else _decimal(v) for v in one.values] for one in series]
    if any(len(row) != len(labels) for row in rows):
        raise ValueError("every series needs a figure, or None, for every label")
    ends = _ends(rows, len(labels), stacked=kind == "stacked")
    scale = ticks(*ends, most=most_ticks, whole=whole)
    low, span = scale[0], scale[-1] - scale[0]

    def up(value: Decimal) -> Decimal:
        return HUNDRED - _share(value - low, span)

    lined = kind in {"line", "area"}
    places = _Places(len(labels), lined=lined, rtl=rtl)
    tones = [one.tone for one in series]
    written = axis or write
    said = [[write(v) if v is not None else "–" for v in row] for row in rows]
    return Chart(
        kind,
        [] if lined else _bars(rows, tones, places, up, stacked=kind == "stacked"),
        [_line(row, one.tone, places, up, kind == "area") for row, one in zip(rows, series, strict=True)]
        if lined
        else [],
        _dots(rows, tones, places, up) if lined else [],
        [
            Hit(*places.stretch(i), _said(label, series, [row[i] for row in said]))
            for i, label in enumerate(labels)
        ],
        [Tick(up(value), written(value)) for value in scale],
        _x_ticks(labels, places, most_labels),
        up(NOUGHT),
        [str(one.name) for one in series],
        [[str(label), *(row[i] for row in said)] for i, label in enumerate(labels)],
        [(one.tone, str(one.name)) for one in series] if len(series) > 1 else [],
        rtl,
    )


class _Places:
    """Where things stand along the axis. A line runs from edge to edge; bars have a stretch each."""

    def __init__(self, count: int, *, lined: bool, rtl: bool) -> None:
        self.count, self.lined, self.rtl = count, lined, rtl

    def middle(self, i: int) -> Decimal:
        if self.lined:
            return self.turn(_share(Decimal(i), Decimal(self.count - 1)) if self.count > 1 else HUNDRED / 2)
        return self.turn(_share(Decimal(2 * i + 1), Decimal(2 * self.count)))

    def stretch(self, i: int) -> tuple[Decimal, Decimal, Decimal]:
        """Start, width and middle of the ground around a place; together they cover the whole plot once."""
        if self.lined and self.count > 1:
            half = Decimal(2 * (self.count - 1))
            start = _share(max(Decimal(2 * i - 1), NOUGHT), half)
            end = _share(min(Decimal(2 * i + 1), half), half)
        else:
            start, end = (
                _share(Decimal(i), Decimal(self.count)),
                _share(Decimal(i + 1), Decimal(self.count)),
            )
        return (HUNDRED - end if self.rtl else start), end - start, self.middle(i)

    def turn(self, x: Decimal) -> Decimal:
        return HUNDRED - x if self.rtl else x


def _ends(rows: list[list[Decimal | None]], count: int, *, stacked: bool) -> tuple[Decimal, Decimal]:
    """The lowest and the highest that must fit."""
    if stacked:
        sums = [[r[i] or NOUGHT for r in rows] for i in range(count)]
        lows = [sum((v for v in each if v < 0), NOUGHT) for each in sums]
        highs = [sum((v for v in each if v > 0), NOUGHT) for each in sums]
        return min(lows, default=NOUGHT), max(highs, default=NOUGHT)
    flat = [v for row in rows for v in row if v is not None]
    return min(flat, default=NOUGHT), max(flat, default=NOUGHT)


def _bars(
    rows: list[list[Decimal | None]],
    tones: list[str],
    places: _Places,
    up: Callable[[Decimal], Decimal],
    *,
    stacked: bool,
) -> list[Bar]:
    made = []
    for i in range(places.count):
        start, whole, _middle = places.stretch(i)
        room = (whole * Decimal("0.7")).quantize(PLACE)
        each = room if stacked else (room / len(rows)).quantize(PLACE, rounding=ROUND_FLOOR)
        left = start + ((whole - room) / 2).quantize(PLACE)
        above = below = NOUGHT
        for n, row in enumerate(rows):
            value = row[i]
            if not value:
                continue
            base = (above if value > 0 else below) if stacked else NOUGHT
            top, bottom = sorted((up(base), up(base + value)))
            if value > 0:
                above += value
            else:
                below += value
            slot = 0 if stacked else len(rows) - 1 - n if places.rtl else n
            made.append(Bar(left + each * slot, top, each, bottom - top, tones[n], i))
    return made


def _line(
    row: list[Decimal | None], tone: str, places: _Places, up: Callable[[Decimal], Decimal], filled: bool
) -> Line:
    """A path with a gap where there is no figure."""
    path, area, run = [], [], []
    for i, value in [*enumerate(row), (len(row), None)]:
        if value is not None:
            run.append((places.middle(i), up(value)))
            continue
        if len(run) > 1:
            drawn = "L".join(f"{x} {y}" for x, y in run)
            path.append(f"M{drawn}")
            area.append(f"M{run[0][0]} {up(NOUGHT)}L{drawn}L{run[-1][0]} {up(NOUGHT)}Z")
        run = []
    return Line("".join(path), "".join(area) if filled else "", tone)


def _dots(
    rows: list[list[Decimal | None]], tones: list[str], places: _Places, up: Callable[[Decimal], Decimal]
) -> list[Dot]:
    return [
        Dot(
            places.middle(i),
            up(value),
            tone,
            i,
            (i == 0 or row[i - 1] is None) and (i + 1 == len(row) or row[i + 1] is None),
        )
        for row, tone in zip(rows, tones, strict=True)
        for i, value in enumerate(row)
        if value is not None
    ]


def _x_ticks(labels: Sequence[Any], places: _Places, most: int) -> list[Tick]:
    """Every so-many-th label, counted back from the last: the newest day is always named."""
    step = max(1, -(-len(labels) // most))
    shown = [i for i in range(len(labels)) if (len(labels) - 1 - i) % step == 0]
    return [Tick(at := places.middle(i), str(labels[i]), _anchor(at)) for i in shown]


def _anchor(at: Decimal) -> str:
    """At the edges text grows inwards; as SVG counts it, from left to right."""
    return "start" if at < 6 else "end" if at > 94 else "middle"


def _said(label: Any, series: Sequence[Series], said: list[str]) -> str:
    if len(series) == 1:
        return f"{label}: {said[0]}"
    return f"{label}: " + ", ".join(
        f"{one.name} {text}" for one, text in zip(series, said, strict=True) if text != "–"
    )


# --- small ones ----------------------------------------------------------------------------------------------------
class Spark(NamedTuple):
    """A line without axes beside a figure, and its words. `empty`: fewer than two figures, nothing to draw."""

    path: str
    area: str
    x: Decimal
    y: Decimal
    label: str = ""

    @property
    def empty(self) -> bool:
        return not self.path


def spark(values: Sequence[Number], *, label: str = "", rtl: bool | None = None) -> Spark:
    """The shape of a row of figures, lowest at the bottom. Figures that are all the same lie in the middle."""
    rtl = translation.get_language_bidi() if rtl is None else rtl
    row = [_decimal(v) for v in values]
    if len(row) < 2:
        return Spark("", "", NOUGHT, NOUGHT, label)
    low, high = min(row), max(row)
    places = _Places(len(row), lined=True, rtl=rtl)

    def up(value: Decimal) -> Decimal:
        return HUNDRED / 2 if low == high else HUNDRED - _share(value - low, high - low)

    points = [(places.middle(i), up(value)) for i, value in enumerate(row)]
    drawn = "L".join(f"{x} {y}" for x, y in points)
    area = f"M{points[0][0]} 100L{drawn}L{points[-1][0]} 100Z"
    return Spark(f"M{drawn}", area, *points[-1], label)


class Sideways(NamedTuple):
    """One bar of the component "bars": where it starts and how long it is, in percent of the row's room."""

    label: Any
    share: Decimal
    text: str
    tone: str = ""
    url: str = ""
    start: Decimal = NOUGHT


def sideways(
    rows: Sequence[tuple[Any, Number] | tuple[Any, Number, str] | tuple[Any, Number, str, str]],
    *,
    write: Writer = str,
    rtl: bool | None = None,
) -> list[Sideways]:
    """Bars from `(label, value, tone, url)`: the longest fills the row; what is below nought goes the other way."""
    rtl = translation.get_language_bidi() if rtl is None else rtl
    values = [_decimal(row[1]) for row in rows]
    low, high = min([NOUGHT, *values]), max([NOUGHT, *values])
    made = []
    for row, value in zip(rows, values, strict=True):
        share = _share(abs(value), high - low)
        start = _share(min(value, NOUGHT) - low, high - low)
        tone, url = (row[2] if len(row) > 2 else ""), (row[3] if len(row) > 3 else "")
        made.append(
            Sideways(row[0], share, write(row[1]), tone, url, HUNDRED - start - share if rtl else start)
        )
    return made


class Target(NamedTuple):
    """Progress to a target: the share reached (at most 100), where one should be by now, and what is needed a day."""

    share: Decimal
    mark: Decimal | None
    percent: int
    left: Decimal
    a_day: Decimal | None
    reached: bool


def target(value: Number, goal: Number, *, days: int = 0, gone: int = 0) -> Target:
    """How far `value` is towards `goal`, `gone` of `days` days having passed. A goal of nought is reached."""
    done, whole = max(_decimal(value), NOUGHT), _decimal(goal)
    left = max(whole - done, NOUGHT)
    rest = days - gone
    return Target(
        share=min(_share(done, whole), HUNDRED) if whole > 0 else HUNDRED,
        mark=_share(Decimal(gone), Decimal(days)) if days else None,
        percent=int((done * HUNDRED / whole).to_integral_value(ROUND_FLOOR)) if whole > 0 else 100,
        left=left,
        a_day=(left / rest).quantize(PLACE, rounding=ROUND_CEILING) if rest > 0 else None,
        reached=done >= whole,
    )
