"""The customer, the people behind it, and where it is."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Reverse, Upper
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from accounts.roles import Visibility
from core import crypto
from core.fields import CurrencyField, EncryptedTextField, MoneyField, code_field
from core.history import tracked

from .choices import (
    AddressKind,
    Channel,
    ContactMethod,
    CustomerType,
    DeliveryMethod,
    Gender,
    PaymentMethod,
    Status,
    TaxTreatment,
)


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: Any) -> CustomerQuerySet:
        """The customers a person may see: own, the team's, or all."""
        if not user.is_authenticated:
            return self.none()
        if user.sees == Visibility.ALL:
            return self
        if user.sees == Visibility.TEAM and user.team_id:
            return self.filter(Q(representative__team_id=user.team_id) | Q(representative=user))
        return self.filter(representative=user)


def default_channels() -> list[str]:
    return [str(c) for c in Channel.values]


@tracked(exclude=["search_text"])
class Customer(models.Model):
    """Somebody who buys. A shop is a business with contact persons; a person buying alone has only a name.

    `name` is what people call it: the shop's name, or the person's. Blocked and blacklisted customers can't order.
    """

    code = code_field("C-")
    kind = models.CharField(
        _("type"), max_length=12, choices=CustomerType.choices, default=CustomerType.BUSINESS
    )
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.ACTIVE)
    name = models.CharField(_("name"), max_length=160, help_text=_("The shop, or the person buying alone."))
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    middle_name = models.CharField(_("middle name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    gender = models.CharField(_("gender"), max_length=8, choices=Gender.choices, blank=True)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    account_number = models.CharField(
        _("account number"), max_length=40, null=True, blank=True, unique=True, help_text=_("Your own number.")
    )
    photo = models.ImageField(_("photo or logo"), upload_to="customers/photos/", blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    representative = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sales representative"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="customers",
    )

    # CUS-2: how to reach it
    phone = PhoneNumberField(_("phone"), blank=True)
    second_phone = PhoneNumberField(_("second phone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    second_email = models.EmailField(_("second e-mail"), blank=True)
    fax = models.CharField(_("fax"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    facebook = models.CharField(_("Facebook"), max_length=160, blank=True)
    instagram = models.CharField(_("Instagram"), max_length=160, blank=True)
    whatsapp = PhoneNumberField(_("WhatsApp number"), blank=True, help_text=_("If it is not the phone."))
    linkedin = models.CharField(_("LinkedIn"), max_length=160, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=160, blank=True)
    other_social = models.CharField(_("other social media"), max_length=160, blank=True)

    # CUS-4: the business
    company_name = models.CharField(_("registered company name"), max_length=160, blank=True)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    tax_id = EncryptedTextField(_("tax ID"), blank=True, help_text=_("GSTIN, VAT, TIN or BIN."))
    tax_id_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    licence = models.CharField(_("trade licence"), max_length=80, blank=True)
    annual_revenue = MoneyField(_("annual revenue"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    tax_treatment = models.CharField(
        _("tax treatment"), max_length=12, choices=TaxTreatment.choices, default=TaxTreatment.STANDARD
    )

    # CUS-5: what it prefers
    payment_method = models.CharField(
        _("payment method"), max_length=16, choices=PaymentMethod.choices, blank=True
    )
    delivery_method = models.CharField(
        _("delivery method"), max_length=16, choices=DeliveryMethod.choices, default=DeliveryMethod.PICKUP
    )
    currency = CurrencyField(_("currency"), default=settings.CURRENCY)
    contact_method = models.CharField(
        _("contact method"), max_length=16, choices=ContactMethod.choices, default=ContactMethod.WHATSAPP
    )
    channels = ArrayField(
        models.CharField(max_length=12, choices=Channel.choices),
        verbose_name=_("channels, first choice first"),
        default=default_channels,
        blank=True,
    )
    communication_language = models.CharField(
        _("language of messages"), max_length=8, choices=settings.LANGUAGES, blank=True
    )

    search_text = models.TextField(editable=False, default="", db_default="")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["name", "pk"]
        permissions = [("merge_customer", "Can merge customers"), ("see_tax_id", "Can see tax IDs")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_a_name"),
            models.CheckConstraint(
                condition=Q(born_on__isnull=True) | Q(born_on__gte="1900-01-01"), name="customer_born_in_our_times"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="customer_by_name"),
            models.Index(fields=["representative", "name"], name="customer_by_representative"),
            models.Index(fields=["status"], name="customer_by_status"),
            models.Index(Upper("email"), name="customer_by_email"),
            models.Index(
                OpClass(Reverse(F("phone")), name="text_pattern_ops"), name="customer_by_phone_ending"
            ),
            GinIndex(
                OpClass(F("search_text"), name="gin_trgm_ops"), name="customer_search", fastupdate=False
            ),
        ]
        triggers = [
            # Kept by the database, so that an import by COPY is searchable too.
            pgtrigger.Trigger(
                name="keep_search_text",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=(
                    "NEW.search_text = lower(concat_ws(' ', NEW.name, NEW.company_name, NEW.first_name,"
                    " NEW.middle_name, NEW.last_name, NEW.account_number, 'c-' || lpad(NEW.id::text,"
                    " greatest(5, length(NEW.id::text)), '0'), NEW.email, NEW.second_email,"
                    " NEW.phone, NEW.second_phone, NEW.whatsapp)); RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tax_id_index = crypto.blind_index(self.tax_id or "")
        super().save(*args, **kwargs)

    @property
    def can_order(self) -> bool:
        """Blocked and blacklisted customers can't."""
        return self.status not in {Status.BLOCKED, Status.BLACKLISTED}

    @property
    def message_language(self) -> str:
        return self.communication_language or self.language

    def address_for(self, channel: str) -> str:
        """Where a message on this channel goes: E.164 number or e-mail address; empty when we have none."""
        if channel == Channel.EMAIL:
            return self.email or self.second_email
        if channel == Channel.WHATSAPP:
            return str(self.whatsapp or self.phone or "")
        return str(self.phone or self.second_phone or "")


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

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")
        ordering = ["-is_key", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_key=True), name="one_key_person_per_customer"
            )
        ]

    def __str__(self) -> str:
        return self.name


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

    def __str__(self) -> str:
        return ", ".join(part for part in (self.street, self.city, self.state, self.postal_code) if part)


class CustomerFigures(models.Model):
    """What higher layers tell about a customer: never typed, written by `operations.record_purchase`.

    Amounts are in the currency of the customer's account.
    """

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="figures"
    )
    orders = models.PositiveIntegerField(default=0)
    spent = MoneyField(default=0)
    first_purchase_on = models.DateField(null=True)
    last_purchase_on = models.DateField(null=True)
    last_activity_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_purchase_on__isnull=True) | Q(first_purchase_on__lte=F("last_purchase_on")),
                name="first_purchase_is_before_last",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.orders} orders"
