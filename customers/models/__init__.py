"""What a row about a customer means."""

from .customer import Address, Contact, Customer, CustomerFigures
from .segment import Segment, SegmentMembership
from .timeline import TimelineEntry

__all__ = [
    "Address",
    "Contact",
    "Customer",
    "CustomerFigures",
    "Segment",
    "SegmentMembership",
    "TimelineEntry",
]
