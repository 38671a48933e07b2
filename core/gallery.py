"""Samples for the living page `/_/components/`: every component in its states, with long words and big figures."""

from __future__ import annotations

from collections import namedtuple
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import gallery_charts
from .forms import DateField, MoneyField, PhoneField, QuantityField
from .listing import Count
from .meter import measured
from .models import Job
from .screens import Action, Column, Figure
from .screens.filters import Chip
from .screens.lists import Heading, Row
from .screens.refusals import Way

Shop = namedtuple("Shop", "name city status balance limit ordered_at")
Event = namedtuple("Event", "icon text at by url")
Bar = namedtuple("Bar", "label share text tone url", defaults=("", ""))
Named = namedtuple("Named", "label")


class SampleForm(forms.Form):
    """A field of each kind."""

    amount = MoneyField(label=_("Amount"), help_text=_("What the shop paid, tax included."))
    phone = PhoneField(label=_("Phone"), required=False)
    on = DateField(label=_("Date"))
    quantity = QuantityField(label=_("Pieces"))
    method = forms.ChoiceField(label=_("Method"), choices=[("cash", _("Cash")), ("bank", _("Bank transfer"))])
    channel = forms.ChoiceField(
        label=_("Tell them by"), choices=[("whatsapp", "WhatsApp"), ("sms", "SMS")], widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, required=False)
    proof = forms.FileField(label=_("Proof"), required=False)
    agreed = forms.BooleanField(label=_("The shop agreed to the new limit"), required=False)


COLUMNS = [
    Column(_("Shop"), "name", sub="city", order="name", phone="title"),
    Column(_("Status"), "status", kind="status", phone="show"),
    Column(_("Balance"), "balance", kind="money", order="balance", phone="figure"),
    Column(_("Limit"), "limit", kind="money"),
    Column(_("Last order"), "ordered_at", kind="ago", phone="label"),
]


def _jobs(now: Any) -> list[Job]:
    """Long work that has ended, well and otherwise."""
    ended: dict[str, Any] = {"pk": 0, "asked_at": now, "finished_at": now, "total": 6684}
    return [
        Job(title=str(_("Invoices as xlsx")), state="done", done=6684,
            sentence=str(_("6,684 rows in one file.")), **ended),
        Job(title=str(_("Import of list.csv")), state="cancelled", done=4144,
            sentence=str(_("Cancelled after 4144 of 6684. What was done stays.")), **ended),
    ]  # fmt: skip


def samples() -> dict[str, Any]:
    """The context of the page."""
    now = timezone.now()
    shops = [
        Shop("Shree Mobile Point", "Karol Bagh, Delhi", "active", Decimal("31860"), Decimal("60000"), now),
        Shop(
            "Jai Shree Ganesh Telecommunications & Accessories Wholesale",
            "Thiruvananthapuram",
            "blocked",
            Decimal("214900.5"),
            Decimal("150000"),
            now - timedelta(days=3),
        ),
        Shop("मोबाइल केंद्र", "Meerut", "overdue", Decimal("-450"), None, None),
    ]
    wrong = SampleForm({"amount": "abc", "phone": "12", "on": "31/02/2026", "quantity": "0"})
    wrong.is_valid()
    return {
        "sample_jobs": _jobs(now),
        "tones": [
            ("", _("Draft")),
            ("good", _("Paid")),
            ("warn", _("Waiting")),
            ("bad", _("Overdue")),
            ("info", _("Confirmed")),
        ],
        "sample_form": SampleForm(auto_id="sample_%s"),
        "wrong_form": wrong,
        "sample_figures": [
            Figure(
                _("Balance"),
                Decimal("31860"),
                kind="money",
                currency="INR",
                note=_("13,460 overdue"),
                tone="bad",
            ),
            Figure(_("Available credit"), Decimal("28140"), kind="money", note=_("of 60,000")),
            Figure(_("Pays after"), _("17 days"), note=_("2 days faster than in spring"), tone="good"),
            Figure(_("Margin"), Decimal("14.2"), kind="percent"),
        ],
        "table": [Row(shop, [_cell(column, shop) for column in COLUMNS]) for shop in shops],
        "headings": [
            Heading(c, "#" if c.order else "", "descending" if c.order == "balance" else "") for c in COLUMNS
        ],
        "count": Count(48_210, False),
        "sample_chips": [Chip("Owes: from 1", "#"), Chip("City: Delhi", "#")],
        "sample_tabs": [
            (Named(_("All")), "#", True),
            (Named(_("Owe money")), "#", False),
            (Named(_("Over limit")), "#", False),
        ],
        "ways": [
            Way(_("Take a payment"), "#", _("3,420 now")),
            Way(_("Ask for approval"), "#", _("usually 4 min")),
            Way(_("Take off Galaxy A12 × 3"), "#", "−5,070"),
        ],
        "meters": [
            measured(total=60000, used=31860, new=14000),
            measured(total=60000, used=31860, open=5000, new=26560),
            measured(total=0, used=800),
        ],
        "legend": [
            ("used", _("Owed 31,860")),
            ("open", _("Open orders 5,000")),
            ("new", _("This order 26,560")),
            ("over", _("Over 3,420")),
        ],
        "events": [
            Event(
                "document-text",
                _("Invoice INV-2611-0447 issued, 18,400"),
                now - timedelta(hours=2),
                "Rhea M.",
                "#",
            ),
            Event(
                "chat-bubble-left", _("WhatsApp read: invoice link opened"), now - timedelta(hours=1), "", ""
            ),
            Event(
                "banknotes",
                _("Paid 12,000 by UPI, cleared INV-2611-0398"),
                now - timedelta(days=4),
                "Anil",
                "",
            ),
        ],
        "defs": [
            (_("Code"), "C-00418"),
            (_("Representative"), "Rhea M."),
            (_("Terms"), _("30 days net")),
            (_("Fax"), ""),
        ],
        "totals": [(_("Net"), Decimal("26746.00")), (_("GST 18 %"), Decimal("4814.28"))],
        "grand_total": Decimal("31560.28"),
        "steps": [
            (_("Draft"), "done"),
            (_("Confirmed"), "done"),
            (_("Delivered"), "current"),
            (_("Paid"), ""),
        ],
        "bars": [
            Bar(_("Not due"), 100, "18,400.00"),
            Bar(_("1–30 days"), 73, "13,460.00", "warn"),
            Bar(_("Over 60"), 4, "800.00", "bad"),
        ],
        "menu_actions": [
            Action(_("Print"), href="#", icon="printer"),
            Action(_("Cancel the order"), href="#", icon="x-circle", tone="danger"),
        ],
        "icons": [
            "home",
            "shopping-cart",
            "users",
            "cube",
            "banknotes",
            "document-text",
            "truck",
            "chat-bubble-left-right",
            "bell",
        ],
        "drawn": gallery_charts.samples(),
        "levels": ["success", "info", "warning", "error"],
        "yesterday": now - timedelta(days=1),
    }


def _cell(column: Column, shop: Shop) -> Any:
    from .screens.columns import Cell

    return Cell(column, column.cell(shop))
