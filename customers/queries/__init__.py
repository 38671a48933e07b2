"""Questions about customers that span tables."""

from .duplicates import Duplicate, possible_duplicates
from .search import CustomerHit, narrow, search_customers
from .timeline import last_activity, timeline_kinds, timeline_page

__all__ = [
    "CustomerHit",
    "Duplicate",
    "last_activity",
    "narrow",
    "possible_duplicates",
    "search_customers",
    "timeline_kinds",
    "timeline_page",
]
