"""An order that was quoted is confirmed at the prices that were promised, or at those somebody decided for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Refusal
from orders.models import Order, QuotedPrices, Status
from orders.queries.quoted import in_words, since_quoted
from pricing.queries import PricedLine

from .drafts import note


def guard_quoted(order: Order, priced: Sequence[PricedLine], *, by: Any, at: dt.datetime) -> None:
    """Let an order with a quotation pass only when nothing changed since, or somebody has decided which prices count.

    The decision stands in `order.quoted_prices`. An order on hold was decided when it was held: the promise stands.
    """
    if order.quotation_id is None or order.quoted_prices == QuotedPrices.TODAY:
        return
    if order.status == Status.CREDIT_HOLD:
        return
    found = since_quoted(order, priced, by=by, at=at)
    if found is None or not found.changed:
        return
    if order.quoted_prices != QuotedPrices.KEEP:
        raise Refusal(
            _("Since quotation %(number)s: %(changes)s. Choose on the order which prices count.")
            % {
                "number": found.quotation.number,
                "changes": "; ".join(in_words(one, order.currency) for one in found.changed[:3]),
            },
            code="quoted_changed",
            quoted=found,
        )
    note(
        order,
        "order.quoted_kept",
        ngettext(
            "%(number)s kept for %(count)d line that costs another price today",
            "%(number)s kept for %(count)d lines that cost another price today",
            len(found.changed),
        )
        % {"number": found.quotation.number, "count": len(found.changed)},
        by=by,
        at=at,
    )
