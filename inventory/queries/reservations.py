"""What is promised to a document."""

from __future__ import annotations

from typing import NamedTuple

from inventory.models import Reservation


def open_references(document: str) -> list[str]:
    """The references of a document's open reservations (`order:12`), in the order they were made."""
    return list(
        Reservation.objects.filter(reference__startswith=f"{document}:", state=Reservation.State.OPEN)
        .order_by("pk")
        .values_list("reference", flat=True)
    )


class Held(NamedTuple):
    """One open reservation: its reference, and its pieces."""

    reference: str
    pieces: int


def open_reservations(document: str) -> list[Held]:
    """A document's open reservations, the oldest first."""
    rows = Reservation.objects.filter(reference__startswith=f"{document}:", state=Reservation.State.OPEN)
    return [Held(*row) for row in rows.order_by("at", "pk").values_list("reference", "quantity")]
