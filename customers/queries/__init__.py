"""Questions about customers that span tables."""

from .duplicates import Duplicate, possible_duplicates
from .record import business_of, city, figures_of, preferences_of, ways_to_reach
from .search import CustomerHit, hits_of, narrow, search_customers
from .timeline import fold, icon_of, last_activity, timeline_kinds, timeline_page

__all__ = [
    "CustomerHit",
    "Duplicate",
    "business_of",
    "city",
    "figures_of",
    "fold",
    "hits_of",
    "icon_of",
    "last_activity",
    "narrow",
    "possible_duplicates",
    "preferences_of",
    "search_customers",
    "timeline_kinds",
    "timeline_page",
    "ways_to_reach",
]
