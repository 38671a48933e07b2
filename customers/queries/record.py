"""What the page of a customer says about it."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.screens import Figure
from core.templatetags.figures import day, money, num, phone
from customers.models import Address, Customer, CustomerFigures
from customers.models.choices import Channel

from .timeline import last_activity

Named = list[tuple[str | Promise, Any]]


def city() -> Subquery:
    """The city of each customer of a query: that of its default address."""
    towns = Address.objects.filter(customer=OuterRef("pk")).exclude(city="")
    return Subquery(towns.order_by("-is_default", "kind", "pk").values("city")[:1])


def figures_of(customer: Customer) -> list[Figure]:
    """What a customer bought. What it owes is told by credit, in its own panel."""
    told = getattr(customer, "figures", None) or CustomerFigures(customer=customer)
    return [
        Figure(_("Orders"), told.orders, kind="number"),
        Figure(_("Spent"), told.spent, kind="money", currency=customer.currency),
        Figure(_("Average order"), told.average_order, kind="money", currency=customer.currency),
        Figure(_("Last purchase"), told.last_purchase_on, kind="date", note=_since(told)),
        Figure(_("Last activity"), last_activity(customer), kind="date"),
    ]


def _since(told: CustomerFigures) -> str:
    return str(_("first %(day)s") % {"day": day(told.first_purchase_on)}) if told.first_purchase_on else ""


def ways_to_reach(customer: Customer) -> Named:
    """Every number, address and account."""
    c = customer
    return [
        (_("Phone"), phone(c.phone) if c.phone else ""),
        (_("Second phone"), phone(c.second_phone) if c.second_phone else ""),
        (_("WhatsApp"), phone(c.whatsapp) if c.whatsapp else ""),
        (_("E-mail"), c.email),
        (_("Second e-mail"), c.second_email),
        (_("Fax"), c.fax),
        (_("Website"), c.website),
        (_("Facebook"), c.facebook),
        (_("Instagram"), c.instagram),
        (_("LinkedIn"), c.linkedin),
        (_("WeChat"), c.wechat),
        (_("Other"), c.other_social),
    ]


def business_of(customer: Customer, *, tax_id: bool) -> Named:
    """Who it is as a person and as a business; the tax ID only to those who may see it."""
    c = customer
    person = " ".join(filter(None, [c.first_name, c.middle_name, c.last_name]))
    return [
        (_("Person"), person),
        (_("Gender"), c.get_gender_display()),
        (_("Born"), c.born_on),
        (_("Account number"), c.account_number),
        (_("Registered name"), c.company_name),
        (_("Industry"), c.industry),
        (_("Tax ID"), c.tax_id if tax_id else ""),
        (_("Taxes"), c.get_tax_treatment_display()),
        (_("Trade licence"), c.licence),
        (_("Annual revenue"), money(c.annual_revenue, c.currency) if c.annual_revenue is not None else ""),
        (_("Employees"), num(c.employees) if c.employees is not None else ""),
    ]


def preferences_of(customer: Customer) -> Named:
    """How it wants to pay, to be served and to be spoken to."""
    c = customer
    labels = dict(Channel.choices)
    languages: Any = c._meta.get_field("communication_language")
    return [
        (_("Payment"), c.get_payment_method_display()),
        (_("Delivery"), c.get_delivery_method_display()),
        (_("Currency"), c.currency),
        (_("Contact"), c.get_contact_method_display()),
        (_("Channels"), ", ".join(str(labels.get(name, name)) for name in c.channels)),
        (_("Language"), c.get_language_display()),
        (_("Messages in"), dict(languages.choices).get(c.message_language, c.message_language)),
    ]
