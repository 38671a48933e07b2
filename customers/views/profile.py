"""Add and change a customer, and whether it may order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Visibility
from core.errors import Refusal
from core.screens import Crumb, FormScreen, Way
from customers import operations
from customers.forms import CustomerAddForm, CustomerForm, StatusForm
from customers.models import Customer

CUSTOMERS = Crumb(_("Customers"), "customers:customer_list")


class ProfileScreen(FormScreen):
    """A long form in sections."""

    crumbs = [CUSTOMERS]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}


class CustomerAdd(ProfileScreen):
    permission_required = "customers.add_customer"
    title = _("New customer")
    button = _("Add customer")
    form_class = CustomerAddForm
    success_message = _("Customer added.")

    def get_initial(self) -> dict[str, Any]:
        return {"representative": self.request.user, **super().get_initial()}

    def perform(self, form: Any) -> Customer:
        values, user = form.values(), cast(User, self.request.user)
        if user.sees == Visibility.OWN:
            values["representative"] = user
        return operations.add_customer(
            **values, idempotency_key=self.idempotency_key, by=user, at=timezone.now()
        )

    def refused(self, form: Any, refusal: Refusal) -> HttpResponse:
        form.alike = refusal.code == "possible_duplicate"
        return super().refused(form, refusal)

    def ways(self, refusal: Refusal) -> Sequence[Way]:
        alike = refusal.details.get("duplicates", [])
        return [
            Way(_("Open %(name)s") % {"name": d.customer.name}, d.customer.get_absolute_url(), d.same)
            for d in alike
        ]


class CustomerChange(ProfileScreen):
    model = Customer
    permission_required = "customers.change_customer"
    button = _("Save")
    form_class = CustomerForm
    success_message = _("Saved.")

    def get_title(self) -> str:
        return str(_("Change %(name)s") % {"name": self.kept_name})

    def get_crumbs(self) -> Sequence[Crumb]:
        return [CUSTOMERS, Crumb(self.kept_name, "customers:customer_detail", (self.object.pk,))]

    def get_form_kwargs(self) -> dict[str, Any]:
        self.kept_name = self.object.name  # a form that is checked writes into its instance
        return super().get_form_kwargs()

    def perform(self, form: Any) -> Customer:
        return operations.change_customer(
            self.object, **form.values(), by=self.request.user, at=timezone.now()
        )


class CustomerSetStatus(FormScreen):
    model = Customer
    permission_required = "customers.set_status"
    title = _("Change the status")
    button = _("Change")
    form_class = StatusForm
    success_message = _("Status changed.")

    def get_crumbs(self) -> Sequence[Crumb]:
        return [CUSTOMERS, Crumb(self.object.name, "customers:customer_detail", (self.object.pk,))]

    def get_initial(self) -> dict[str, Any]:
        return {"status": self.object.status, **super().get_initial()}

    def perform(self, form: Any) -> Customer:
        return operations.set_status(
            self.object, **form.cleaned_data, by=self.request.user, at=timezone.now()
        )
