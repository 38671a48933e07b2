"""Whom to visit about money, town by town, in an order that can be driven."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import quote

from core.money import ZERO
from credit.models import CollectionCall, CreditAccount, Invoice
from customers.models import Address

from .calls import Candidate, call_list


class Stop(NamedTuple):
    """A shop to visit: where it is, what to ask for, what to say."""

    row: Candidate
    address: Address | None
    balance: Decimal
    oldest: Invoice | None
    last: CollectionCall | None

    @property
    def map_url(self) -> str:
        """Where a map shows it; "" without an address."""
        if self.address is None:
            return ""
        where = ", ".join(filter(None, [str(self.address), self.address.country]))
        return f"https://www.google.com/maps/search/?api=1&query={quote(where)}"


class Town(NamedTuple):
    """The stops of one town, by postal code and street."""

    name: str
    stops: list[Stop]
    ask: Decimal
    currency: str


def route(user: Any, *, on: dt.date, city: str = "") -> list[Town]:
    """The customers of the call list by town, the town with most to ask for first; those without an address last.

    Six queries, however many. A customer is visited where goods are sent, else where bills go.
    """
    rows = call_list(user, on=on)
    accounts = [row.account_id for row in rows]
    addresses: dict[int, Address] = {}
    found = Address.objects.filter(customer__in=[row.customer_id for row in rows])
    for address in found.order_by(
        "customer", "kind", "is_default"
    ):  # billing comes before shipping, which replaces it
        addresses[address.customer_id] = address
    balances = dict(CreditAccount.objects.filter(pk__in=accounts).values_list("pk", "balance"))
    oldest = {
        each.account_id: each
        for each in Invoice.objects.open()
        .filter(account__in=accounts)
        .order_by("account", "due_on", "pk")
        .distinct("account")
    }
    last = {
        each.account_id: each
        for each in CollectionCall.objects.filter(account__in=accounts)
        .order_by("account", "-at")
        .distinct("account")
    }
    towns: dict[str, list[Stop]] = {}
    for row in rows:
        where = addresses.get(row.customer_id)
        stop = Stop(
            row, where, balances[row.account_id], oldest.get(row.account_id), last.get(row.account_id)
        )
        towns.setdefault(where.city.strip() if where else "", []).append(stop)
    result = [
        Town(
            name,
            sorted(stops, key=lambda each: (_place(each.address), each.row.name)),
            sum((each.row.ask for each in stops), ZERO),
            stops[0].row.currency,
        )
        for name, stops in towns.items()
        if not city or name.casefold() == city.casefold()
    ]
    return sorted(result, key=lambda town: (not town.name, -town.ask, town.name))


def _place(address: Address | None) -> tuple[str, str]:
    return (address.postal_code, address.street.casefold()) if address else ("", "")
