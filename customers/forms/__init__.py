"""What people type about a customer, checked."""

from .filters import CustomerFilter
from .people import AddressForm, ContactForm
from .profile import CustomerAddForm, CustomerForm
from .status import StatusForm

__all__ = ["AddressForm", "ContactForm", "CustomerAddForm", "CustomerFilter", "CustomerForm", "StatusForm"]
