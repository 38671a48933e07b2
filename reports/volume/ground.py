"""What stands before the first shop: who sells, where the goods lie, prices' lists, taxes and credit's words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from accounts.models import Team, User
from accounts.operations import create_user
from credit.models import CreditGroup, LimitKind, PaymentTerms
from customers.models import Segment
from inventory.models import Location
from messaging.models import MessageTemplate
from pricing.models import PriceList, TaxRate

from .plan import DOMAIN

TEAMS = {"Volume north": "Asha Rana|Vikram Galwani|Nadia Khatale", "Volume south": "Latha Menath|Omkar Patil"}


class Ground(NamedTuple):
    """What the rows of the seed point to."""

    representatives: list[int]
    storekeeper: int
    accountant: int
    locations: list[int]
    terms: list[PaymentTerms]
    group: CreditGroup
    wholesale: Segment
    base: PriceList
    wholesale_list: PriceList
    tax_rate: Decimal
    words: dict[str, str]
    """What is written by WhatsApp, by event."""


@transaction.atomic
def prepare() -> Ground:
    """Find it, or make it. Nobody can log in as these people: they have no password."""
    terms = list(PaymentTerms.objects.filter(name__in=["Net 15", "Net 30", "Net 60"]).order_by("days"))
    terms = terms or [PaymentTerms.objects.create(name="Net 30", days=30)]
    group, _made = CreditGroup.objects.get_or_create(
        name="Volume: established shops",
        defaults={"limit_kind": LimitKind.AMOUNT, "credit_limit": Decimal(60000)},
    )
    wholesale, _made = Segment.objects.get_or_create(name="Volume: wholesale")
    wholesale_list, _made = PriceList.objects.get_or_create(
        name="Volume: wholesale",
        defaults={"kind": PriceList.Kind.SEGMENT, "segment": wholesale, "currency": settings.CURRENCY},
    )
    return Ground(
        representatives=[
            _person(name, "Sales representative", team)
            for team, names in TEAMS.items()
            for name in names.split("|")
        ],
        storekeeper=_person("Gopal Sane", "Storekeeper", None),
        accountant=_person("Kavita Rekar", "Accountant", None),
        locations=_locations(),
        terms=terms,
        group=group,
        wholesale=wholesale,
        base=PriceList.objects.get(kind=PriceList.Kind.BASE, is_active=True, currency=settings.CURRENCY),
        wholesale_list=wholesale_list,
        tax_rate=_tax_rate(),
        words=dict(
            MessageTemplate.objects.filter(channel="whatsapp", language="en").values_list("event", "body")
        ),
    )


def _person(name: str, role: str, team: str | None) -> int:
    email = f"{name.lower().replace(' ', '.')}@{DOMAIN}"
    found = User.objects.filter(email=email).first()
    place = Team.objects.get_or_create(name=team)[0] if team else None
    return (found or create_user(email, name, password=None, roles=[role], team=place)).pk


def _locations() -> list[int]:
    default = Location.objects.filter(is_default=True).first()
    first = default or Location.objects.create(name="Volume: main store", is_default=True)
    others = [Location.objects.get_or_create(name=f"Volume: godown {n}")[0] for n in (1, 2)]
    return [first.pk, *(other.pk for other in others)]


def _tax_rate() -> Decimal:
    """The standard rate of today; 18 % where none is set."""
    today = dt.date.today()  # noqa: DTZ011 - rates change at most once a year
    for rate in TaxRate.objects.filter(product_category="standard", customer_treatment="standard"):
        if (rate.valid_from or today) <= today <= (rate.valid_to or today):
            return rate.rate
    return TaxRate.objects.create(product_category="standard", rate=Decimal("18.000")).rate
