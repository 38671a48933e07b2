"""Reads of messaging."""

from .books import check_books
from .messages import (
    NEEDS_A_LOOK,
    WAITING,
    address,
    addressee,
    callbacks_of,
    conversation_with,
    count_found,
    customer_at,
    event_in_words,
    history_of,
    search_messages,
    service_window_open,
    siblings_of,
    trouble_of,
)
from .reach import reach

__all__ = [
    "NEEDS_A_LOOK",
    "WAITING",
    "address",
    "addressee",
    "callbacks_of",
    "check_books",
    "conversation_with",
    "count_found",
    "customer_at",
    "event_in_words",
    "history_of",
    "reach",
    "search_messages",
    "service_window_open",
    "siblings_of",
    "trouble_of",
]
