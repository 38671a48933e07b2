"""The customer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate, Left, Reverse, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from accounts.roles import Visibility
from core import crypto
from core.fields import CurrencyField, EncryptedTextField, MoneyField, code_field
from core.history import tracked

from . import search
from .choices import (
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
            return self.filter(representative__team_id=user.team_id)
        return self.filter(representative=user)

    def search(self, text: str) -> CustomerQuerySet:
        """Those in whose names, code, e-mail or phones every word of `text` occurs, exactly as typed."""
        return search.containing(self, text)

    def with_tax_id(self, tax_id: str) -> CustomerQuerySet:
        """Those with exactly this tax ID; the column itself is encrypted."""
        return self.filter(tax_id_index__in=crypto.blind_indexes(tax_id))


def default_channels() -> list[str]:
    return [str(c) for c in Channel.values]


@tracked(exclude=["search_text", "idempotency_key"])
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
        _("account number"),
        max_length=40,
        null=True,
        blank=True,
        unique=True,
        help_text=_("Your own number."),
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

    # What is searched: names, code, e-mail and phones of the customer and its contacts, folded. Kept by triggers.
    search_text = models.TextField(editable=False, default="", db_default="", db_collation="C")
    idempotency_key = models.CharField(max_length=80, null=True, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["name", "pk"]
        permissions = [
            ("merge_customer", "Can merge customers"),
            ("see_tax_id", "Can see tax IDs"),
            ("set_status", "Can block customers and let them order again"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_a_name"),
            models.CheckConstraint(
                condition=Q(born_on__isnull=True) | Q(born_on__gte="1900-01-01"),
                name="customer_born_in_our_times",
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="customer_by_name"),
            models.Index(fields=["representative", "name"], name="customer_by_representative"),
            models.Index(fields=["status"], name="customer_by_status"),
            models.Index(fields=["-created_at"], name="customer_newest_first"),
            models.Index(Upper("email"), name="customer_by_email"),
            # COLLATE "C" serves range comparison, which also a prepared statement's general plan answers by index.
            models.Index(Collate(Reverse(F("phone")), "C"), name="customer_by_phone_ending"),
            models.Index(Left("search_text", 60), name="customer_by_search_head"),
            GinIndex(
                OpClass(F("search_text"), name="gin_trgm_ops"), name="customer_search", fastupdate=False
            ),
        ]
        triggers = search.CUSTOMER_TRIGGERS

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tax_id_index = crypto.blind_index(self.tax_id or "")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("customers:customer_detail", args=[self.pk])

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
            return e164(self.whatsapp or self.phone)
        return e164(self.phone or self.second_phone)


def e164(number: Any) -> str:
    """A phone field's value as it is stored; `str()` of it is the national form."""
    return number.as_e164 if number else ""
