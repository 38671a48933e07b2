"""What can be done with a customer."""

from .figures import correct_purchases, record_purchase, record_return
from .people import add_address, add_contact, change_address, change_contact, remove_address, remove_contact
from .profile import add_customer, change_customer, set_status
from .segments import put_in_segment, take_out_of_segment
from .timeline import record

__all__ = [
    "add_address",
    "add_contact",
    "add_customer",
    "change_address",
    "change_contact",
    "change_customer",
    "correct_purchases",
    "put_in_segment",
    "record",
    "record_purchase",
    "record_return",
    "remove_address",
    "remove_contact",
    "set_status",
    "take_out_of_segment",
]
