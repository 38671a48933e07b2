"""Suppliers and what they sell us."""

from __future__ import annotations

from django.db import transaction

from inventory.models import Supplier


@transaction.atomic
def supplier_named(name: str) -> Supplier | None:
    """The supplier of this name, however capitalised; made when there is none. None for no name."""
    name = " ".join(name.split())[:160]
    if not name:
        return None
    return Supplier.objects.filter(name__iexact=name).first() or Supplier.objects.create(name=name)
