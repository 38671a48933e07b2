"""What a payment gateway does for us, whoever it is."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple


class GatewayDown(Exception):
    """The gateway did not answer, or said nothing that can be used. Nothing is known to have happened."""


class Bad(Exception):
    """A webhook that is not the gateway's: a wrong, missing or old signature, or not its language."""


class Opened(NamedTuple):
    """A page where the retailer can pay, until when."""

    provider_id: str
    url: str
    expires_at: dt.datetime | None


class Paid(NamedTuple):
    """Money the gateway says it has: its own key for it, amount and currency as it tells them."""

    payment_id: str
    amount: Decimal
    currency: str


class Standing(NamedTuple):
    """How a checkout stands at the gateway. `ended`: nothing more will come."""

    reference: str
    payments: list[Paid]
    ended: bool


class Declined(Exception):
    """The gateway understood, and said no. Asking again changes nothing."""


class Refunded(NamedTuple):
    """A refund as the gateway has it: its key for it, ours (""; made elsewhere), and how it stands.

    `state`: pending, done or failed.
    """

    refund_id: str
    key: str
    amount: Decimal
    currency: str
    state: str
    problem: str = ""


class Disputed(NamedTuple):
    """A chargeback as the gateway has it. `state`: open, won or lost."""

    dispute_id: str
    payment_id: str
    amount: Decimal
    currency: str
    state: str
    why: str = ""
    answer_by: dt.datetime | None = None


class Notice(NamedTuple):
    """What a webhook says: of which checkout it speaks, by our name or the gateway's; or of refunds of which payment;
    or of which dispute. None of them: nothing of ours."""

    event_id: str
    kind: str
    reference: str = ""
    provider_id: str = ""
    refunds_of: str = ""
    dispute_id: str = ""


class Gateway(ABC):
    """One provider. Amounts are Decimal in units of the currency; each module turns them to what its API counts in."""

    name: str
    label: Any

    @abstractmethod
    def takes(self, currency: str) -> bool:
        """Whether it is set up, and for this currency."""

    @abstractmethod
    def open(self, checkout: Any, *, back: str, about: str) -> Opened:
        """Make the page to pay on. Called again for the same checkout it gives the same page. Raises GatewayDown."""

    @abstractmethod
    def standing(self, checkout: Any) -> Standing:
        """Ask how a checkout stands. Raises GatewayDown."""

    @abstractmethod
    def refund(self, refund: Any) -> Refunded:
        """Ask for a refund. Asked again with the same key it is the same one. Raises Declined, GatewayDown."""

    @abstractmethod
    def refunds_of(self, payment_id: str) -> list[Refunded]:
        """All refunds of a payment, ours and others. Raises GatewayDown."""

    @abstractmethod
    def dispute(self, dispute_id: str) -> Disputed:
        """Ask how a chargeback stands. Raises GatewayDown."""

    @abstractmethod
    def read(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Check a webhook over its raw bytes and say what it speaks of. Raises Bad."""

    @abstractmethod
    def parse(self, body: bytes, event_id: str = "") -> Notice:
        """What a webhook speaks of, once its signature was good. Raises Bad where it is no event."""


# ISO 4217: how many decimals the smallest unit of a currency stands for, where it is not two.
DECIMALS = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "UGX": 0,
    "BHD": 3,
    "KWD": 3,
    "OMR": 3,
    "JOD": 3,
    "TND": 3,
}


def in_units(amount: Decimal, currency: str) -> int:
    """120.50 INR as 12050: what gateways count in. Refuses what has no whole number of units."""
    units = amount.scaleb(DECIMALS.get(currency.upper(), 2))
    if units != units.to_integral_value():
        raise ValueError(f"{amount} {currency} has a fraction of its smallest unit")
    return int(units)


def from_units(units: int, currency: str) -> Decimal:
    """12050 INR as 120.50."""
    return Decimal(units).scaleb(-DECIMALS.get(currency.upper(), 2))
