"""Many prices changed at once: proposed, set from a day on, undone before that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from core.money import LARGEST_AMOUNT, round_money
from core.once import wait_for_twin
from pricing.models import PriceChange, PriceChangeLine, PriceList
from pricing.queries.changes import Starting, starting_prices
from pricing.repricing import COSTS, Direction, Ending, Method, Source, new_price

from . import replacing
from .promotions import refuse_overlap

log = structlog.get_logger(__name__)
Line = PriceChangeLine
MOST = 50_000
"""Prices in one change: what a person can still look through by its sums and filters."""


@transaction.atomic
def propose_change(
    price_list: PriceList,
    products: Iterable[int],
    *,
    starts_on: dt.date,
    reference: str,
    by: Any,
    at: dt.datetime,
    source: str = Source.LIST,
    source_list: PriceList | None = None,
    method: str = Method.PERCENT,
    value: Decimal = Decimal(0),
    ending: str = Ending.CENT,
    direction: str = Direction.NEAREST,
    ends_on: dt.date | None = None,
    chosen: str = "",
    reason: str = "",
) -> PriceChange:
    """A draft of what the prices of these products would become in a list. No price changes yet.

    Told twice under one `reference`, it is one. Refuses a day that is over, a list in another currency, a margin of the
    whole price, and a choice in which there is no price to start from.
    """
    wait_for_twin(f"price change:{reference}")
    if told := PriceChange.objects.filter(reference=reference).first():
        return told
    _check(price_list, source=source, source_list=source_list, method=method, value=value)
    _check_days(starts_on, ends_on, today=local_date(at))
    if ends_on and price_list.kind != PriceList.Kind.PROMOTION:
        raise Refusal(
            _("After that day “%s” would have no price. A price for a while belongs into a promotion's list.")
            % price_list,
            code="end_outside_promotion",
            field="ends_on",
        )
    found = starting_prices(price_list, products, source=source, source_list=source_list, on=starts_on)
    if not found:
        raise Refusal(
            _(
                "None of these products has a price to start from. Choose others, or start from something else."
            ),
            code="nothing_to_change",
        )
    if len(found) > MOST:
        raise Refusal(
            _("These are %(n)d prices; one change takes %(most)d. Choose fewer products.")
            % {"n": len(found), "most": MOST},
            code="too_many",
        )
    change = PriceChange.objects.create(
        price_list=price_list,
        source=source,
        source_list=source_list if source == Source.LIST else None,
        method=method,
        value=value,
        ending=ending,
        direction=direction,
        starts_on=starts_on,
        ends_on=ends_on,
        chosen=chosen[:300],
        reason=reason,
        by=by,
        at=at,
        reference=reference,
    )
    inclusive = price_list.prices_include_tax
    Line.objects.bulk_create([_line(change, one, inclusive=inclusive) for one in found], batch_size=2000)
    return change


@transaction.atomic
def include_line(line: PriceChangeLine, included: bool) -> None:
    """Take a proposed price into the change, or leave it out. Only while it is a draft."""
    _locked(line.change, PriceChange.State.DRAFT)
    if line.included == included:
        raise Refusal(_("It is so already."), code="already")
    Line.objects.filter(pk=line.pk).update(included=included)


@transaction.atomic
def set_change(change: PriceChange, *, by: Any, at: dt.datetime) -> PriceChange:
    """Set all prices taken into the change, from its first day on. Twice is once.

    A price that counted then ends the day before; one that starts on that very day gets the new amount; one that starts
    later stays, and the new price ends before it. Orders that are already priced keep their price.
    Locks: the price list, so that two changes of one list come after each other.
    """
    change = _locked(change)
    if change.state == PriceChange.State.SCHEDULED:
        return change
    if change.state != PriceChange.State.DRAFT:
        raise Refusal(
            _("%(change)s is %(state)s. Make a new change.")
            % {"change": change, "state": change.get_state_display().lower()},
            code="not_a_draft",
        )
    _check_days(change.starts_on, change.ends_on, today=local_date(at))
    lines = list(change.lines.filter(included=True).order_by("pk"))
    if not lines:
        raise Refusal(_("No price is taken into this change."), code="nothing_to_change")
    if change.price_list.kind == PriceList.Kind.PROMOTION:
        _refuse_other_promotions(change, lines)
    done = replacing.replace_prices(change, lines)
    change.state, change.set_by, change.set_at = PriceChange.State.SCHEDULED, by, at
    change.save(update_fields=["state", "set_by", "set_at"])
    log.info("price_change_set", change=change.code, prices=done, by=getattr(by, "pk", None))
    return change


@transaction.atomic
def undo_change(change: PriceChange, *, by: Any, at: dt.datetime) -> PriceChange:
    """Take a change back before its first day: the prices it ended count on. Twice is once.

    A price that somebody changed since is left as it is, and its line says so.
    """
    change = _locked(change)
    if change.state == PriceChange.State.UNDONE:
        return change
    if not change.can_be_undone(local_date(at)):
        raise Refusal(
            _("These prices count since %(day)s. Make a change back, from a day to come.")
            % {"day": date_format(change.starts_on, "j M Y")}
            if change.state == PriceChange.State.SCHEDULED
            else _("%s has not been set.") % change,
            code="too_late_to_undo",
        )
    replacing.put_back(change)
    change.state, change.undone_by, change.undone_at = PriceChange.State.UNDONE, by, at
    change.save(update_fields=["state", "undone_by", "undone_at"])
    log.info("price_change_undone", change=change.code, by=getattr(by, "pk", None))
    return change


@transaction.atomic
def drop_change(change: PriceChange, *, by: Any) -> PriceChange:
    """Give a draft up. It stays to be read."""
    change = _locked(change)
    if change.state == PriceChange.State.DROPPED:
        return change
    if change.state != PriceChange.State.DRAFT:
        raise Refusal(_("%s is no draft any more.") % change, code="not_a_draft")
    change.state = PriceChange.State.DROPPED
    change.save(update_fields=["state"])
    log.info("price_change_dropped", change=change.code, by=getattr(by, "pk", None))
    return change


def _locked(change: PriceChange, state: str = "") -> PriceChange:
    PriceList.objects.select_for_update().get(pk=change.price_list_id)
    change = PriceChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if state and change.state != state:
        raise Refusal(_("%s is no draft any more.") % change, code="not_a_draft")
    return change


def _check(
    price_list: PriceList, *, source: str, source_list: PriceList | None, method: str, value: Decimal
) -> None:
    if source == Source.LIST and source_list and source_list.currency != price_list.currency:
        raise Refusal(
            _("“%(one)s” is in %(this)s, “%(other)s” in %(that)s. Prices are not converted.")
            % {
                "one": source_list,
                "this": source_list.currency,
                "other": price_list,
                "that": price_list.currency,
            },
            code="other_currency",
            field="source_list",
        )
    if source != Source.LIST and price_list.currency != settings.CURRENCY:
        raise Refusal(
            _("Costs and list prices are in %(ours)s, this list is in %(its)s. Start from a list.")
            % {"ours": settings.CURRENCY, "its": price_list.currency},
            code="other_currency",
            field="source",
        )
    if method == Method.MARGIN and source not in COSTS:
        raise Refusal(
            _("A margin is made on a cost. Start from a cost, or change by percent."),
            code="margin_without_cost",
            field="method",
        )
    if method == Method.MARGIN and not 0 <= value < 100:
        raise Refusal(_("A margin is from 0 to below 100 % of the price."), code="bad_margin", field="value")
    if method == Method.PERCENT and value <= -100:
        raise Refusal(_("That would leave nothing of the price."), code="bad_percent", field="value")
    if method == Method.SET and value <= 0:
        raise Refusal(_("A price is above zero."), code="bad_price", field="value")
    if abs(value) > LARGEST_AMOUNT / 1_000_000:
        raise Refusal(_("That is absurdly much."), code="bad_price", field="value")


def _refuse_other_promotions(change: PriceChange, lines: list[PriceChangeLine]) -> None:
    """One product is in one promotion at a time. Two that are set at once come after each other."""
    wait_for_twin("promotions are set")
    products = [line.product_id for line in lines]
    refuse_overlap(change.price_list, products, change.starts_on, change.ends_on, others_only=True)


def _check_days(starts_on: dt.date, ends_on: dt.date | None, *, today: dt.date) -> None:
    if starts_on < today:
        raise Refusal(
            _("%(day)s is over. Prices can start today or later.") % {"day": date_format(starts_on, "j M Y")},
            code="in_the_past",
            field="starts_on",
        )
    if ends_on and ends_on < starts_on:
        raise Refusal(_("The last day is before the first."), code="ends_before_start", field="ends_on")


def _line(change: PriceChange, one: Starting, *, inclusive: bool) -> PriceChangeLine:
    after = new_price(
        one.source,
        method=change.method,
        value=change.value,
        ending=change.ending,
        direction=change.direction,
        tax_inside=one.tax_rate if inclusive and change.source in COSTS else Decimal(0),
    )
    net = after * 100 / (100 + one.tax_rate) if inclusive else after
    return Line(
        change=change,
        product_id=one.product_id,
        min_quantity=one.min_quantity,
        before=one.before,
        source_price=one.source,
        after=after,
        cost=one.cost,
        percent=_percent(one.before, after),
        below_cost=one.cost is not None and net < one.cost,
    )


def _percent(before: Decimal | None, after: Decimal) -> Decimal | None:
    """How much dearer in percent; None when there was no price, or next to none."""
    if not before:
        return None
    percent = round_money((after - before) * 100 / before)
    return percent if abs(percent) < 1_000_000 else None
