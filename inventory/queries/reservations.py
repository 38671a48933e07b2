"""What is promised to a document."""

from __future__ import annotations

from inventory.models import Reservation


def open_references(document: str) -> list[str]:
    """The references of a document's open reservations (`order:12`), in the order they were made."""
    return list(
        Reservation.objects.filter(reference__startswith=f"{document}:", state=Reservation.State.OPEN)
        .order_by("pk")
        .values_list("reference", flat=True)
    )
