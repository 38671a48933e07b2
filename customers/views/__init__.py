"""Pages of the customers."""

from .lists import CustomerList
from .people import AddressAdd, AddressChange, AddressRemove, ContactAdd, ContactChange, ContactRemove
from .profile import CustomerAdd, CustomerChange, CustomerSetStatus
from .record import CustomerDetail, CustomerPhoto, TimelinePanel
from .search import CustomerSearch

__all__ = [
    "AddressAdd",
    "AddressChange",
    "AddressRemove",
    "ContactAdd",
    "ContactChange",
    "ContactRemove",
    "CustomerAdd",
    "CustomerChange",
    "CustomerDetail",
    "CustomerList",
    "CustomerPhoto",
    "CustomerSearch",
    "CustomerSetStatus",
    "TimelinePanel",
]
