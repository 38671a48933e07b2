"""The parts of a record's page: overview, history, attachments, and what an app adds."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.functional import Promise


class RecordTab(NamedTuple):
    """A part of a record's page behind a tab of its own: the panel of some screen, shown for this record.

        tabs = [RecordTab("purchases", _("Purchases"), "orders:purchases_panel", "orders.view_order")]

    It is left out for people without the permission. `template` is for the parts the kernel draws itself.
    """

    name: str
    label: str | Promise
    panel: str = ""
    permission: str = ""
    template: str = ""
    number: int | None = None


OVERVIEW = ""
HISTORY = "history"
ATTACHMENTS = "attachments"


class ShownTab(NamedTuple):
    """A tab as the page draws it."""

    tab: RecordTab
    url: str
    current: bool


def shown_tabs(tabs: list[RecordTab], current: str, path: str) -> list[ShownTab]:
    """Each tab with its address; none when there is only one."""
    if len(tabs) < 2:
        return []
    return [
        ShownTab(tab, f"{path}?tab={tab.name}" if tab.name else path, tab.name == current) for tab in tabs
    ]


def allowed(tabs: list[RecordTab], user: Any) -> list[RecordTab]:
    """Those a person may open."""
    return [tab for tab in tabs if not tab.permission or user.has_perm(tab.permission)]
