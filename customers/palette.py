"""Customers in the command palette."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.palette import Asked, Command, Hit, Source
from core.phones import plain_digits
from core.templatetags.figures import phone, status_tone

from .models.choices import Status
from .queries.search import search_customers


def customers(asked: Asked) -> list[Hit]:
    """By name, person, code, phone and e-mail, with typos; the search of the counter."""
    code = plain_digits(asked.text).upper().removeprefix("C-").lstrip("0")
    return [
        Hit(
            hit.name,
            hit.url,
            sub=" · ".join(
                part for part in (hit.code, hit.city, phone(hit.phone) if hit.phone else "") if part
            ),
            icon="building-storefront",
            key=hit.id,
            badge="" if hit.status == Status.ACTIVE else hit.status_label,
            tone=status_tone(hit.status),
            sure=code == str(hit.id),
        )
        for hit in search_customers(asked.text, user=asked.user, limit=asked.limit)
    ]


SOURCES = [Source("customer", _("Customers"), "customers.view_customer", customers, order=10)]
COMMANDS = [
    Command(
        _("New customer"),
        "user-plus",
        "customers:customer_add",
        "customers.add_customer",
        words=_("add shop"),
        main=True,
    )
]
