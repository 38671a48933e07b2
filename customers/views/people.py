"""Contact persons and addresses of a customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.screens import ActionScreen, Crumb, FormScreen
from customers import operations
from customers.forms import AddressForm, ContactForm
from customers.models import Address, Contact, Customer

from .profile import CUSTOMERS


class PeopleForm(FormScreen):
    """A form about a part of a customer: it leads back to the customer."""

    permission_required = "customers.change_customer"
    button = _("Save")
    success_message = _("Saved.")

    @property
    def customer(self) -> Customer:
        return self.object if isinstance(self.object, Customer) else self.object.customer

    def get_crumbs(self) -> Sequence[Crumb]:
        return [CUSTOMERS, Crumb(self.customer.name, "customers:customer_detail", (self.customer.pk,))]

    def success_url(self, result: Any) -> str:
        return self.customer.get_absolute_url()

    def told(self) -> dict[str, Any]:
        return {"by": self.request.user, "at": timezone.now()}

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if isinstance(self.object, Customer):
            del kwargs["instance"]  # the form is about a new part, not about the customer
        return kwargs


class ContactAdd(PeopleForm):
    model = Customer
    title = _("New contact person")
    form_class = ContactForm

    def perform(self, form: Any) -> Contact:
        return operations.add_contact(self.customer, **form.cleaned_data, **self.told())


class ContactChange(PeopleForm):
    model = Contact
    title = _("Change contact person")
    form_class = ContactForm

    def perform(self, form: Any) -> Contact:
        return operations.change_contact(self.object, **form.cleaned_data, **self.told())


class ContactRemove(ActionScreen):
    model = Contact
    permission_required = "customers.change_customer"
    title = _("Remove contact person")
    button = _("Remove")
    tone = "danger"
    success_message = _("Removed.")

    def question(self, obj: Contact) -> str:
        return str(_("%(name)s is no longer reached for this customer.") % {"name": obj.name})

    def perform(self, obj: Contact) -> None:
        operations.remove_contact(obj, by=self.request.user, at=timezone.now())


class AddressAdd(PeopleForm):
    model = Customer
    title = _("New address")
    form_class = AddressForm

    def perform(self, form: Any) -> Address:
        return operations.add_address(self.customer, **form.cleaned_data, **self.told())


class AddressChange(PeopleForm):
    model = Address
    title = _("Change address")
    form_class = AddressForm

    def perform(self, form: Any) -> Address:
        return operations.change_address(self.object, **form.cleaned_data, **self.told())


class AddressRemove(ActionScreen):
    model = Address
    permission_required = "customers.change_customer"
    title = _("Remove address")
    button = _("Remove")
    tone = "danger"
    success_message = _("Removed.")

    def question(self, obj: Address) -> str:
        return str(_("%(address)s is taken off this customer.") % {"address": obj})

    def perform(self, obj: Address) -> None:
        operations.remove_address(obj, by=self.request.user, at=timezone.now())
