"""The first page after logging in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import format_money
from core.screens import LOGGED_IN, Figure, Screen
from reports import queries
from reports.queries.home import HomeFigures, Tally


class Home(Screen):
    """Who am I here, and what is today: the figures a person has the right to, each leading to its documents."""

    permission_required = LOGGED_IN
    title = gettext_lazy("Home")
    template_name = "reports/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        user: Any = self.request.user
        found = queries.home_figures(user, at=at)
        return super().get_context_data(figures=tiles(found), at=at, position=position(user), **kwargs)


def position(user: Any) -> str:
    """The roles and the team of a person."""
    roles = user.role_names or ([_("Super admin")] if user.is_superuser else [])
    return " · ".join(str(part) for part in [*roles, user.team] if part)


def tiles(found: HomeFigures) -> Sequence[Figure]:
    """The figures as they stand on the page."""
    made = []
    if found.orders:
        made.append(_tile(_("Orders today"), found.orders, "orders:order_list"))
    if found.payments:
        made.append(_tile(_("Payments today"), found.payments, "credit:payment_list"))
    if found.held:
        tone = "warn" if found.held.number else ""
        made.append(_tile(_("On credit hold"), found.held, "orders:hold_queue", tone))
    if found.overdue:
        tone = "bad" if found.overdue.number else ""
        made.append(_tile(_("Overdue invoices"), found.overdue, "credit:ageing", tone))
    return made


def _tile(label: str, tally: Tally, url_name: str, tone: str = "") -> Figure:
    note = format_money(tally.amount, settings.CURRENCY) if tally.number or tally.amount else ""
    return Figure(label, tally.number, kind="number", note=note, tone=tone, url=reverse(url_name))
