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
from .inline import Detail, Inline, inlines
from .lists import ListScreen
from .records import Badge, Figure, RecordScreen
from .refusals import Way, notice
from .tabs import RecordTab

__all__ = [
    "LOGGED_IN",
    "Acting",
    "Action",
    "ActionScreen",
    "Badge",
    "BulkAction",
    "Column",
    "Crumb",
    "Detail",
    "Figure",
    "FormScreen",
    "Inline",
    "ListScreen",
    "PanelScreen",
    "RecordScreen",
    "RecordTab",
    "Screen",
    "Tab",
    "Way",
    "badge",
    "contribute",
    "go",
    "inlines",
    "notice",
    "on",
    "refuse_stale",
    "version_of",
]
