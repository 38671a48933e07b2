"""Never below cost unseen: who may sell below cost, and why it was done (PRC-3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.errors import Refusal
from core.notify import holders, notify
from orders.models import Order, Status
from pricing.queries import PricedLine

from .drafts import lock_order, note

SELL = "orders.sell_below_cost"
FREELY = "orders.sell_below_cost_freely"


def guard_margin(
    order: Order, priced: Sequence[PricedLine], *, by: Any, at: dt.datetime, reason: str = ""
) -> None:
    """Let lines below cost pass only by right and with a reason, which stays on the order and its timeline.

    Three policies, by right: who holds neither is refused, who may sell below cost is asked why, and who may do it
    freely is not asked. A line's cost is the average of its pieces; what was never bought has none.
    """
    below = [line for line in priced if line.below_cost]
    if not below:
        order.below_cost_reason = ""
        return
    if not may_sell_below_cost(by):
        raise Refusal(
            ngettext(
                "%(products)s stands below the price it may be sold for. Somebody with the right to must confirm it.",
                "%(products)s stand below the price they may be sold for. Somebody with the right to must confirm it.",
                len(below),
            )
            % {"products": named(below)},
            code="below_cost",
            products=[line.product_id for line in below],
        )
    order.below_cost_reason = (reason.strip() or order.below_cost_reason)[:240]
    if not order.below_cost_reason and not by.has_perm(FREELY):
        raise Refusal(
            ngettext(
                "%(products)s is sold below cost. Say why.",
                "%(products)s are sold below cost. Say why.",
                len(below),
            )
            % {"products": named(below)},
            code="below_cost_reason",
            field="below_cost_reason",
            products=[line.product_id for line in below],
        )
    order.below_cost_reason = order.below_cost_reason or _("sold below cost without a reason, by right")
    if order.status == Status.CREDIT_HOLD:
        return  # it was said when it was held
    text = _("Order %(code)s sold below cost: ") % {"code": order.code} + order.below_cost_reason
    note(order, "order.below_cost", text, by=by, at=at)
    notify(
        holders(SELL, about=order),
        "order.below_cost",
        format_lazy(
            gettext_lazy("{code} of {customer} was sold below cost: {reason}"),
            code=order.code,
            customer=order.customer.name,
            reason=order.below_cost_reason,
        ),
        key=f"order:{order.pk}:below-cost:{order.version}",
        url=order.get_absolute_url(),
        tone="warn",
        by=by,
        at=at,
    )


def may_sell_below_cost(user: Any) -> bool:
    """Whether this person may let a price below cost pass."""
    return user is not None and (user.has_perm(SELL) or user.has_perm(FREELY))


@transaction.atomic
def ask_below_cost(order: Order, *, by: Any, at: dt.datetime) -> list[Any]:
    """Ask those who may sell below cost to confirm a draft; they are given back. Twice for one version is once."""
    order = lock_order(order)
    people = [person for person in holders(SELL, about=order) if person != by]
    if not people:
        raise Refusal(_("Nobody here may sell below cost. Take another price."), code="nobody_to_ask")
    notify(
        people,
        "order.asked_below_cost",
        format_lazy(
            gettext_lazy("{who} asks you to confirm {code} of {customer}: a price is below cost."),
            who=by,
            code=order.code,
            customer=order.customer.name,
        ),
        key=f"order:{order.pk}:below-cost:asked:{order.version}",
        url=order.get_absolute_url(),
        tone="warn",
        by=by,
        at=at,
    )
    note(order, "order.asked_below_cost", _("Asked to sell %s below cost") % order.code, by=by, at=at)
    return people


def named(lines: Iterable[PricedLine]) -> str:
    """The products of these lines, as many as one reads."""
    names = [line.name for line in lines]
    more = len(names) - 3
    return ", ".join(names[:3]) + (_(" and %d more") % more if more > 0 else "")
