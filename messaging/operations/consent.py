"""Addresses that must not be used on a channel, and how they become usable again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from customers.models import Customer
from messaging.models import ConsentEvent, Suppression


@transaction.atomic
def suppress(
    channel: str,
    address: str,
    *,
    reason: str,
    proof: str,
    at: datetime,
    customer: Customer | None = None,
) -> None:
    """Never write to this address on this channel again. An opt-out outweighs every other reason."""
    opted_out = reason == Suppression.Reason.OPTED_OUT
    row, created = Suppression.objects.select_for_update().get_or_create(
        channel=channel, address=address, defaults={"reason": reason, "proof": proof[:300], "at": at}
    )
    if created or opted_out:
        row.reason, row.proof, row.at = reason, proof[:300], at
        row.save()
    if opted_out:
        _record(channel, address, granted=False, proof=proof, at=at, customer=customer)


@transaction.atomic
def allow(channel: str, address: str, *, proof: str, at: datetime, customer: Customer | None = None) -> None:
    """The person wants to hear from us again. An address that does not exist stays closed."""
    Suppression.objects.filter(channel=channel, address=address).exclude(
        reason=Suppression.Reason.INVALID
    ).delete()
    _record(channel, address, granted=True, proof=proof, at=at, customer=customer)


def _record(
    channel: str, address: str, *, granted: bool, proof: str, at: datetime, customer: Customer | None
) -> None:
    ConsentEvent.objects.create(
        channel=channel, address=address, granted=granted, proof=proof[:300], at=at, customer=customer
    )
