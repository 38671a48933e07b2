"""The few pages that every page is one of. `docs/interface.md` shows each with an example.

Screen        any page: right, rows in sight, title, breadcrumbs
ListScreen    every list
RecordScreen  the page of one record
FormScreen    ask, check, call one operation
ActionScreen  one verb on one record
PanelScreen   a part of a page, shown by other apps' pages
"""

from .actions import Action, ActionScreen, go, on, refuse_stale, version_of
from .arranging import Tab, contribute
from .base import LOGGED_IN, Crumb, PanelScreen, Screen
from .bulk import Acting, BulkAction
from .columns import Column, badge
from .forms import FormScreen
from .lists import ListScreen
from .records import Badge, Figure, RecordScreen
from .refusals import Way, notice

__all__ = [
    "LOGGED_IN",
    "Acting",
    "Action",
    "ActionScreen",
    "Badge",
    "BulkAction",
    "Column",
    "Crumb",
    "Figure",
    "FormScreen",
    "ListScreen",
    "PanelScreen",
    "RecordScreen",
    "Screen",
    "Tab",
    "Way",
    "badge",
    "contribute",
    "go",
    "notice",
    "on",
    "refuse_stale",
    "version_of",
]
