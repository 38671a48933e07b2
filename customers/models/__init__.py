"""What a row about a customer means."""

from .customer import Customer
from .figures import CustomerFigures
from .people import Address, Contact
from .search import CustomerWord
from .segment import Segment, SegmentMembership
from .timeline import TimelineEntry

__all__ = [
    "Address",
    "Contact",
    "Customer",
    "CustomerFigures",
    "CustomerWord",
    "Segment",
    "SegmentMembership",
    "TimelineEntry",
]
