"""The people behind a customer, and where it is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.countries import country_name
from core.history import tracked

from . import search
from .choices import AddressKind
from .customer import Customer


class PartQuerySet(models.QuerySet[Any]):
    """Contact persons or addresses."""

    def visible_to(self, user: Any) -> PartQuerySet:
        """Those of the customers a person may see."""
        return self.filter(customer__in=Customer.objects.visible_to(user))


@tracked()
class Contact(models.Model):
    """A person at a business. One of them is the key person."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=120)
    designation = models.CharField(_("designation"), max_length=80, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    second_phone = PhoneNumberField(_("second phone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    second_email = models.EmailField(_("second e-mail"), blank=True)
    is_key = models.BooleanField(_("key person"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")
        ordering = ["-is_key", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_key=True), name="one_key_person_per_customer"
            )
        ]
        triggers = search.CONTACT_TRIGGERS

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.customer.get_absolute_url()


@tracked()
class Address(models.Model):
    """Where to send the bill or the goods. One default of each kind."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(_("kind"), max_length=8, choices=AddressKind.choices)
    is_default = models.BooleanField(_("default"), default=False)
    street = models.CharField(_("street, house, flat"), max_length=240)
    city = models.CharField(_("city"), max_length=80, blank=True)
    state = models.CharField(_("state or province"), max_length=80, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    country = models.CharField(_("country"), max_length=2, default=settings.COMPANY["country"])

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["kind", "-is_default", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(is_default=True),
                name="one_default_address_of_each_kind",
            )
        ]
        indexes = [models.Index(Upper("city"), name="address_by_city")]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.street, self.city, self.state, self.postal_code) if part)

    def get_absolute_url(self) -> str:
        return self.customer.get_absolute_url()

    @property
    def country_name(self) -> str:
        return country_name(self.country)
