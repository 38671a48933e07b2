"""Customers that may be the same one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import crypto
from customers.models import Customer
from customers.models.customer import e164
from customers.models.search import Fold

PHONES = ("phone", "second_phone", "whatsapp")
EMAILS = ("email", "second_email")
MOST = 5


class Duplicate(NamedTuple):
    """A customer that has the same phone, e-mail or tax ID."""

    customer: Customer
    same: str | Promise


def possible_duplicates(
    *, phones: Iterable[Any] = (), emails: Iterable[str] = (), tax_id: str = "", but: Customer | None = None
) -> list[Duplicate]:
    """Who has one of these already, at the customer or at one of its contacts; at most five. Phones are E.164.

    The search column finds the candidates for phones and e-mails through its index; equality decides.
    """
    numbers, addresses = {str(p) for p in phones if p}, {e.lower() for e in emails if e}
    wanted = Q()
    for text in numbers | addresses:
        wanted |= Q(search_text__contains=Fold(Value(text)))
    digests = crypto.blind_indexes(tax_id)
    if digests:
        wanted |= Q(tax_id_index__in=digests)
    if not wanted:
        return []
    candidates = Customer.objects.filter(wanted).prefetch_related("contacts").order_by("pk")
    if but is not None:
        candidates = candidates.exclude(pk=but.pk)
    found = [Duplicate(c, same) for c in candidates[:50] if (same := _same(c, numbers, addresses, digests))]
    return found[:MOST]


def _same(customer: Customer, phones: set[str], emails: set[str], tax_ids: list[str]) -> str | Promise:
    """What they have in common; "" for nothing."""
    people = [customer, *customer.contacts.all()]
    if phones & {e164(getattr(p, name, "")) for p in people for name in PHONES}:
        return _("the same phone")
    if emails & {getattr(p, name).lower() for p in people for name in EMAILS}:
        return _("the same e-mail")
    return _("the same tax ID") if customer.tax_id_index and customer.tax_id_index in tax_ids else ""
