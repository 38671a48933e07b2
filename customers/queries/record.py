"""What the page of a customer says about it."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.screens import Figure
from core.templatetags.figures import day, money, num, phone
from customers.models import Address, Customer, CustomerFigures
from customers.models.choices import Channel
from customers.models.customer import e164

from .timeline import last_activity

Named = list[tuple[Any, ...]]
"""Label, value, and the name of the field where it may be changed in place."""


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
    """Every number, address and account, each a link to where it leads."""
    c = customer
    return [
        (_("Phone"), dial(c.phone), "phone"),
        (_("Second phone"), dial(c.second_phone), "second_phone"),
        (_("WhatsApp"), chat(c.whatsapp), "whatsapp"),
        (_("E-mail"), write_to(c.email), "email"),
        (_("Second e-mail"), write_to(c.second_email), "second_email"),
        (_("Fax"), c.fax, "fax"),
        (_("Website"), visit(c.website), "website"),
        (_("Facebook"), c.facebook, "facebook"),
        (_("Instagram"), c.instagram, "instagram"),
        (_("LinkedIn"), c.linkedin, "linkedin"),
        (_("WeChat"), c.wechat, "wechat"),
        (_("Other"), c.other_social, "other_social"),
    ]


def dial(number: Any) -> str:
    """A number that a phone dials when it is pressed."""
    return format_html('<a href="tel:{}">{}</a>', e164(number), phone(number)) if number else ""


def chat(number: Any) -> str:
    """A number that opens WhatsApp."""
    if not number:
        return ""
    return format_html(
        '<a href="https://wa.me/{}" rel="noopener">{}</a>', e164(number).removeprefix("+"), phone(number)
    )


def write_to(address: str) -> str:
    """An address that opens the mail program."""
    return format_html('<a href="mailto:{}">{}</a>', address, address) if address else ""


def visit(url: str) -> str:
    """A page of theirs; only one that is a page."""
    if not url.startswith(("http://", "https://")):
        return url
    return format_html('<a href="{}" rel="noopener nofollow">{}</a>', url, url.split("://", 1)[1].rstrip("/"))


def business_of(customer: Customer, *, tax_id: bool) -> Named:
    """Who it is as a person and as a business; the tax ID only to those who may see it."""
    c = customer
    revenue = money(c.annual_revenue, c.currency) if c.annual_revenue is not None else ""
    named: Named = [
        (_("Name"), c.name, "name"),
        (_("Type"), c.get_kind_display(), "kind"),
        (_("Representative"), str(c.representative or ""), "representative"),
        (_("First name"), c.first_name, "first_name"),
        (_("Middle name"), c.middle_name, "middle_name"),
        (_("Last name"), c.last_name, "last_name"),
        (_("Gender"), c.get_gender_display(), "gender"),
        (_("Born"), day(c.born_on) if c.born_on else "", "born_on"),
        (_("Account number"), c.account_number, "account_number"),
        (_("Registered name"), c.company_name, "company_name"),
        (_("Industry"), c.industry, "industry"),
        (_("Taxes"), c.get_tax_treatment_display(), "tax_treatment"),
        (_("Trade licence"), c.licence, "licence"),
        (_("Annual revenue"), revenue, "annual_revenue"),
        (_("Employees"), num(c.employees) if c.employees is not None else "", "employees"),
    ]
    return [*named, (_("Tax ID"), c.tax_id, "tax_id")] if tax_id else named


def preferences_of(customer: Customer) -> Named:
    """How it wants to pay, to be served and to be spoken to."""
    c = customer
    labels = dict(Channel.choices)
    spoken = c.get_communication_language_display() if c.communication_language else ""
    return [
        (_("Language"), c.get_language_display(), "language"),
        (_("Messages in"), spoken, "communication_language"),
        (_("Contact"), c.get_contact_method_display(), "contact_method"),
        (_("Channels"), ", ".join(str(labels.get(name, name)) for name in c.channels)),
        (_("Payment"), c.get_payment_method_display(), "payment_method"),
        (_("Delivery"), c.get_delivery_method_display(), "delivery_method"),
        (_("Currency"), c.currency),
    ]
