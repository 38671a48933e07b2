"""The scorecard: what limit and rating a customer's record speaks for (CRD-2). Pure; `docs/credit-scorecard.md` says it
in words and tables.

The same inputs and rule give the same answer, today and in an audit. It proposes; people decide. Change points or steps
only together with `RULE`, and keep what older rules said reproducible.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from decimal import ROUND_DOWN, Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import ZERO, format_money
from core.templatetags.figures import num, percent

RULE = "2026-11"
FEWEST = 3
"""Invoices that must have come due before the record is judged; below, it is a new customer."""
GRADES = (("A", 85), ("B", 70), ("C", 50), ("D", 30), ("E", 0))
TURNS = {"A": Decimal(2), "B": Decimal("1.5"), "C": Decimal(1), "D": Decimal("0.5"), "E": ZERO}
"""How many times a month's purchases (over the days of the terms) each grade may owe."""
MOST_OF_PRESENT = 2
"""A proposal is at most so many times the limit of now."""
YEARS, REFERENCES = 2, 2
TONES = {"A": "good", "B": "good", "C": "warn", "D": "bad", "E": "bad", "": ""}


@dataclass(frozen=True)
class ScoreInputs:
    """What the documents say on `on`, over twelve months. Money in `currency`, shares in percent.

    `days_late` is weighted by money and None when nothing came due; `late_before` and `late_lately` are the same for
    what came due in the last 90 days and in the 90 before. `sold_lately`, `sold_before`: billed in those days. `limit`
    is the limit of now, None for unlimited. `starting_limit` is the house's step for a new customer.
    """

    on: str
    currency: str
    invoices: int
    days_late: Decimal | None
    on_time: Decimal | None
    promises_kept: int
    promises_broken: int
    bounced: int
    billed: Decimal
    returned: Decimal
    months: int
    sold_lately: Decimal
    sold_before: Decimal
    late_lately: Decimal | None
    late_before: Decimal | None
    limit: Decimal | None
    exposure: Decimal
    term_days: int
    years_in_business: int | None
    references: int | None
    kyc: bool
    starting_limit: Decimal

    def as_json(self) -> dict[str, Any]:
        return {k: str(v) if isinstance(v, Decimal) else v for k, v in asdict(self).items()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> ScoreInputs:
        """Read back what `as_json` stored, to score it again."""
        money = {f.name for f in fields(cls) if "Decimal" in str(f.type)}
        read: dict[str, Any] = {
            k: Decimal(v) if k in money and v is not None else v for k, v in stored.items()
        }
        return cls(**read)

    @property
    def is_new(self) -> bool:
        """Too little came due to judge how it pays."""
        return self.invoices < FEWEST or self.days_late is None or self.on_time is None

    @property
    def returns(self) -> Decimal:
        """What came back of what was billed, in percent."""
        return self.returned * 100 / self.billed if self.billed else ZERO

    @property
    def utilisation(self) -> Decimal | None:
        """Exposure in percent of the limit; None without a limit to measure by."""
        return self.exposure * 100 / self.limit if self.limit else None


class Part(NamedTuple):
    """One figure: `points` of `most`, with its sentence."""

    code: str
    points: int
    most: int
    text: str


class Score(NamedTuple):
    """The answer. `rating` is "" for a new customer; `amount` only for the kind "amount"."""

    points: int
    rating: str
    kind: str
    amount: Decimal | None
    parts: list[Part]
    reasons: list[str]

    @property
    def tone(self) -> str:
        return TONES[self.rating]


def score(given: ScoreInputs, rule: str = RULE) -> Score:
    """Points for each figure, the rating they give, and the limit it speaks for. Raises KeyError for no known rule."""
    return RULES[rule](given)


def _score_2026_11(given: ScoreInputs) -> Score:
    if given.is_new:
        return _new_customer(given)
    parts = list(_parts(given))
    points = sum(part.points for part in parts)
    rating = next(grade for grade, least in GRADES if points >= least)
    kind, amount, reasons = _proposal(given, rating)
    return Score(points, rating, kind, amount, parts, reasons)


RULES = {"2026-11": _score_2026_11}


def _parts(given: ScoreInputs) -> Iterable[Part]:
    assert given.days_late is not None
    assert given.on_time is not None
    yield Part(
        "days_late",
        falling(given.days_late, ZERO, Decimal(45), 25),
        25,
        _("Money came %(days)s days late on average, weighted by amount.")
        % {"days": num(given.days_late, 1)},
    )
    yield Part(
        "on_time",
        rising(given.on_time, Decimal(20), Decimal(95), 20),
        20,
        _("%(share)s of the money that came due was paid on time.") % {"share": percent(given.on_time, 0)},
    )
    yield _promises(given)
    yield Part(
        "bounced",
        max(10 - 5 * given.bounced, 0),
        10,
        ngettext(
            "%(n)d cheque bounced in twelve months.", "%(n)d cheques bounced in twelve months.", given.bounced
        )
        % {"n": given.bounced}
        if given.bounced
        else _("No cheque bounced in twelve months."),
    )
    yield Part(
        "returns",
        falling(given.returns, Decimal(2), Decimal(20), 5),
        5,
        _("%(share)s of what was billed came back.") % {"share": percent(given.returns, 1)},
    )
    yield Part(
        "time",
        rising(Decimal(given.months), ZERO, Decimal(24), 10),
        10,
        ngettext("A customer for %(n)d month.", "A customer for %(n)d months.", given.months)
        % {"n": given.months},
    )
    yield _sales(given)
    yield _lateness(given)
    yield _use(given)


def _promises(given: ScoreInputs) -> Part:
    made = given.promises_kept + given.promises_broken
    if not made:
        text = _("It made no promises to pay that ended.")
    else:
        text = _("It broke %(broken)d of %(made)d promises to pay.") % {
            "broken": given.promises_broken,
            "made": made,
        }
    return Part("promises", max(10 - 4 * given.promises_broken, 0), 10, text)


def _sales(given: ScoreInputs) -> Part:
    if not given.sold_before:
        text = (
            _("It bought nothing for half a year.")
            if not given.sold_lately
            else _("It bought nothing in the 90 days before the last 90; there is no trend yet.")
        )
        return Part("sales", 5 if given.sold_lately else 0, 10, text)
    change = (given.sold_lately - given.sold_before) * 100 / given.sold_before
    said = {"change": percent(abs(change), 0)}
    if change >= 5:
        text = _("It bought %(change)s more in the last 90 days than in the 90 before.") % said
    elif change <= -5:
        text = _("It bought %(change)s less in the last 90 days than in the 90 before.") % said
    else:
        text = _("It bought as much in the last 90 days as in the 90 before.")
    return Part("sales", rising(change, Decimal(-50), Decimal(10), 10), 10, text)


def _lateness(given: ScoreInputs) -> Part:
    before, lately = given.late_before, given.late_lately
    if before is None or lately is None:
        return Part(
            "lateness", 3, 5, _("Too little came due lately to say whether it pays faster or slower.")
        )
    slower = lately - before
    said = {"before": num(before, 1), "now": num(lately, 1)}
    if slower > 1:
        text = _("It pays slower: %(now)s days late in the last 90 days, %(before)s in the 90 before.") % said
    elif slower < -1:
        text = _("It pays faster: %(now)s days late in the last 90 days, %(before)s in the 90 before.") % said
    else:
        text = _("It pays as fast as before: %(now)s days late in the last 90 days.") % said
    return Part("lateness", falling(slower, Decimal(1), Decimal(15), 5), 5, text)


def _use(given: ScoreInputs) -> Part:
    used = given.utilisation
    if used is None:
        text = (
            _("It has no limit to measure its use by.") if given.limit is None else _("It buys for cash now.")
        )
        return Part("use", 3, 5, text)
    text = _("It uses %(share)s of its limit.") % {"share": percent(used, 0)}
    return Part("use", falling(used, Decimal(80), Decimal(120), 5), 5, text)


def _proposal(given: ScoreInputs, rating: str) -> tuple[str, Decimal | None, list[str]]:
    """A month's purchases, over the days it may take to pay, times what the grade allows; and why."""
    months = max(1, min(given.months, 12))
    monthly = given.billed / months
    turns = TURNS[rating]
    said = {
        "monthly": format_money(round_down(monthly), given.currency),
        "months": months,
        "days": given.term_days,
        "rating": rating,
        "turns": num(turns, 1),
    }
    reasons = [
        ngettext(
            "It was billed %(monthly)s a month over %(months)d month.",
            "It was billed %(monthly)s a month over %(months)d months.",
            months,
        )
        % said,
    ]
    if not turns:
        return "cash_only", None, [*reasons, _("Rating E: nothing more is lent until it pays better.")]
    wanted = monthly * (30 + given.term_days) / 30 * turns
    reasons.append(
        _("Rating %(rating)s allows %(turns)s times that, over a month and %(days)d days to pay.") % said
    )
    if given.limit and wanted > given.limit * MOST_OF_PRESENT:
        wanted = given.limit * MOST_OF_PRESENT
        reasons.append(_("At most twice the limit of now is proposed at once."))
    amount = round_down(wanted)
    if amount < given.starting_limit / 2:
        return "cash_only", None, [*reasons, _("That is too little to lend: cash only.")]
    return "amount", amount, reasons


def _new_customer(given: ScoreInputs) -> Score:
    """No record to judge: what is known of the shop decides whether it starts with a small limit."""
    known = given.years_in_business is not None
    old = known and (given.years_in_business or 0) >= YEARS
    vouched = (given.references or 0) >= REFERENCES
    parts = [
        Part(
            "kyc",
            10 if given.kyc else 0,
            10,
            _("Its papers (KYC) are attached.") if given.kyc else _("No KYC papers are attached."),
        ),
        Part(
            "years",
            10 if old else 0,
            10,
            ngettext(
                "In business for %(n)d year.", "In business for %(n)d years.", given.years_in_business or 0
            )
            % {"n": given.years_in_business or 0}
            if known
            else _("It is not known how long it is in business."),
        ),
        Part(
            "references",
            10 if vouched else 0,
            10,
            ngettext("%(n)d trade reference.", "%(n)d trade references.", given.references or 0)
            % {"n": given.references or 0}
            if given.references
            else _("No trade references are known."),
        ),
    ]
    points = sum(part.points for part in parts)
    reasons = [
        ngettext(
            "New: %(n)d invoice has come due in twelve months; from %(least)d on its payments are judged.",
            "New: %(n)d invoices have come due in twelve months; from %(least)d on its payments are judged.",
            given.invoices,
        )
        % {"n": given.invoices, "least": FEWEST}
    ]
    if given.kyc and old and vouched:
        reasons.append(
            _("Known by its papers, its age and its references: it may start with twice the first step.")
        )
        return Score(points, "", "amount", given.starting_limit * 2, parts, reasons)
    if given.kyc and (old or vouched):
        reasons.append(
            _("Known by its papers, and by its age or its references: it may start with the first step.")
        )
        return Score(points, "", "amount", given.starting_limit, parts, reasons)
    reasons.append(
        _(
            "Cash only until its papers are attached, and it is %(years)d years old or has %(references)d references."
        )
        % {"years": YEARS, "references": REFERENCES}
    )
    return Score(points, "", "cash_only", None, parts, reasons)


def falling(value: Decimal, best: Decimal, worst: Decimal, most: int) -> int:
    """All points up to `best`, none from `worst` on, evenly between; whole points, rounded down."""
    if value <= best:
        return most
    if value >= worst:
        return 0
    return int(most * (worst - value) / (worst - best))


def rising(value: Decimal, worst: Decimal, best: Decimal, most: int) -> int:
    """None up to `worst`, all points from `best` on, evenly between; whole points, rounded down."""
    return falling(-value, -best, -worst, most)


def round_down(amount: Decimal) -> Decimal:
    """To two figures, the second of them 0 or 5: 48,200 gives 45,000, 7,130 gives 7,000, 96 gives 95."""
    if amount < 10:
        return amount.quantize(Decimal(1), ROUND_DOWN)
    step = Decimal(5).scaleb(amount.adjusted() - 1)
    return (amount // step * step).quantize(Decimal(1))
