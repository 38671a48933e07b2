"""One timeline per customer, written by every app."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.text import Truncator

from core import live
from core.rows import insert
from customers.models import Customer, TimelineEntry


def record(
    customer: Customer | int, event: str, *, text: str, about: str = "", url: str = "", by: Any, at: datetime
) -> TimelineEntry:
    """Say in one sentence what happened with a customer. Costs one INSERT; `customer` may be the key alone.

        record(order.customer_id, "order.confirmed", text="…", about="orders.order:12", url="/orders/12/", by=by, at=at)

    `event` is the verb of the operation, `<thing>.<what became of it>`; its first part is the kind people filter by.
    A text longer than 300 characters is cut. `by=None` is the system itself. Open pages of the customer, and of what it
    is about, look again (core.live).
    """
    said = entry(event, text, about, url)
    pk = customer if isinstance(customer, int) else customer.pk
    live.touch(f"customers.customer:{pk}", about)
    return insert(TimelineEntry(customer_id=pk, by=by, at=at, **said))


def entry(event: str, text: str, about: str = "", url: str = "") -> dict[str, str]:
    """The words of an entry, in the space there is for them."""
    return {"event": event, "text": Truncator(text).chars(300), "about": about, "url": url}
