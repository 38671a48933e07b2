"""The events a customer hears of, and the variables each one brings. Templates are checked against these.

Whoever queues a message gives every variable of the event except `customer` and `company`, which are known here.
Values are text as the customer should read it: amounts with their currency, dates in words.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GIVEN = {"customer": "Sapphire Mobiles", "company": "Tradeline"}


class Event(NamedTuple):
    """What it is called on screen, and a value for each variable, as an example for previews."""

    name: str | Promise
    samples: dict[str, str]

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(self.samples) | frozenset(GIVEN)

    @property
    def preview(self) -> dict[str, str]:
        return GIVEN | self.samples


REMINDED = {
    "amount": "₹48,200.00",
    "count": "2 invoices",
    "invoices": "INV-2026-00042, INV-2026-00051",
    "due_on": "21 December 2026",
    "days": "5 days",
    "link": "https://example.com/r/4f2c/",
}
"""What every reminder may say: all that is asked for, of how many invoices and which, the oldest due date and how long
ago (or from now) that is, in words."""
DUNNING = ("dunning_friendly", "dunning_first", "dunning_second", "dunning_last")

EVENTS: dict[str, Event] = {
    "invoice_issued": Event(
        _("Invoice issued"),
        {
            "number": "INV-2026-00042",
            "total": "₹48,200.00",
            "outstanding": "₹48,200.00",
            "due_on": "21 December 2026",
            "link": "https://example.com/r/4f2c/",
        },
    ),
    "document_issued": Event(
        _("Document sent"),
        {
            "document": "Credit note",
            "number": "CRN-2026-00007",
            "total": "₹1,200.00",
            "link": "https://example.com/r/4f2c/pdf/CRN-2026-00007/",
        },
    ),
    "payment_received": Event(
        _("Payment received"),
        {
            "number": "RCT-2026-00017",
            "amount": "₹20,000.00",
            "balance": "₹28,200.00",
            "link": "https://example.com/r/4f2c/",
        },
    ),
    "cheque_bounced": Event(
        _("Cheque bounced"),
        {
            "number": "004417",
            "bank": "State Bank",
            "amount": "₹20,000.00",
            "reason": "Funds insufficient",
            "balance": "₹48,200.00",
            "link": "https://example.com/r/4f2c/",
        },
    ),
    "statement": Event(
        _("Statement of account"),
        {
            "days": "1 October 2026 – 31 October 2026",
            "balance": "₹28,200.00",
            "link": "https://example.com/r/4f2c/",
        },
    ),
    "dunning_friendly": Event(_("Reminder before it is due"), REMINDED),
    "dunning_first": Event(_("First reminder"), REMINDED),
    "dunning_second": Event(_("Second reminder"), REMINDED),
    "dunning_last": Event(_("Last notice"), REMINDED),
    "link_renewed": Event(_("New link asked for"), {"link": "https://example.com/r/4f2c/"}),
    "dispute_answered": Event(
        _("Dispute answered"),
        {
            "number": "INV-2026-00042",
            "outcome": "We took ₹800.00 off this invoice.",
            "answer": "Two of the displays were broken when they arrived.",
            "link": "https://example.com/r/4f2c/",
        },
    ),
    "order_confirmed": Event(
        _("Order confirmed"), {"number": "SO-00108", "pieces": "12", "total": "₹48,200.00"}
    ),
    "order_held": Event(
        _("Order on credit hold"),
        {
            "number": "SO-00108",
            "total": "₹48,200.00",
            "reason": "Available credit is ₹3,400.00 short.",
        },
    ),
    "order_hold_rejected": Event(
        _("Held order rejected"),
        {
            "number": "SO-00108",
            "total": "₹48,200.00",
            "reason": "Two invoices are more than 30 days overdue.",
        },
    ),
    "return_asked": Event(
        _("Return noted"),
        {"number": "RMA-2026-00003", "pieces": "4", "link": "https://example.com/r/4f2c/"},
    ),
    "return_accepted": Event(
        _("Return accepted"), {"number": "RMA-2026-00003", "link": "https://example.com/r/4f2c/"}
    ),
    "return_rejected": Event(
        _("Return rejected"),
        {"number": "RMA-2026-00003", "reason": "The display was fitted and taken out again."},
    ),
    "return_received": Event(_("Returned goods received"), {"number": "RMA-2026-00003", "pieces": "4"}),
    "return_settled": Event(
        _("Return settled"),
        {
            "number": "RMA-2026-00003",
            "outcome": "credit note CRN-2026-00007 over ₹1,200.00",
            "link": "https://example.com/r/4f2c/",
        },
    ),
}
EVENTS |= {
    "backorder_expected": Event(
        _("Backorder expected"),
        {
            "number": "SO-00108",
            "goods": "12 × Redmi Note 10 combo: by 3 December 2026, at the latest 7 December 2026",
            "link": "https://example.com/r/4f2c/",
        },
    ),
    "backorder_arrived": Event(
        _("Backorder arrived"),
        {
            "number": "SO-00108",
            "goods": "12 × Redmi Note 10 combo",
            "link": "https://example.com/r/4f2c/",
        },
    ),
    "order_closed_short": Event(
        _("Rest of an order not coming"),
        {
            "number": "SO-00108",
            "goods": "3 × Redmi Note 10 combo",
            "link": "https://example.com/r/4f2c/",
        },
    ),
    "shortage_alert": Event(
        _("Low stock, to staff"),
        {
            "goods": "Redmi Note 10 combo reached its reorder point of 5.",
            "link": "https://example.com/stock/shortages/",
        },
    ),
    "shortage_report": Event(
        _("Daily shortage report, to staff"),
        {
            "day": "21 November 2026",
            "products": "14",
            "uncovered": "6",
            "pieces": "48",
            "shops": "9",
            "link": "https://example.com/stock/shortages/",
        },
    ),
}


def event_choices() -> list[tuple[str, str | Promise]]:
    return [(key, event.name) for key, event in EVENTS.items()]
