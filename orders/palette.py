"""Orders in the command palette, and what orders let people do with what they find."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.money import format_money
from core.numbering import number_typed
from core.palette import Asked, Command, Hit, Source, Verb
from core.templatetags.figures import day, status_tone

from .queries.finding import orders_meant


def orders(asked: Asked) -> list[Hit]:
    digits = number_typed(asked.text, "SO").lstrip("0")
    found = orders_meant(asked.text, asked.found("customer"), user=asked.user, limit=asked.limit)
    return [
        Hit(
            order.code,
            order.get_absolute_url(),
            sub=" · ".join(
                part
                for part in (
                    order.customer.name,
                    format_money(order.total, order.currency),
                    day(order.created_at),
                    order.customer_reference,
                )
                if part
            ),
            icon="shopping-cart",
            key=order.pk,
            badge=order.get_status_display(),
            tone=status_tone(order.status),
            sure=digits == str(order.pk),
        )
        for order in found
    ]


SOURCES = [Source("order", _("Orders"), "orders.view_order", orders, order=30)]
VERBS = [
    Verb(
        "customer",
        _("New order for %(name)s"),
        _("new order for|new order|order for|order"),
        "plus",
        lambda hit: f"{reverse('orders:order_add')}?customer={hit.key}",
        "orders.add_order",
        order=10,
    )
]
COMMANDS = [
    Command(
        _("New order"),
        "plus",
        "orders:order_add",
        "orders.add_order",
        words=_("sell sale counter"),
        main=True,
    )
]
