"""Places where goods lie, and the shelves in them."""

from __future__ import annotations

from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import live
from core.errors import Refusal
from inventory.models import Location, StockLevel

from .stock import lock_levels


@transaction.atomic
def save_location(location: Location) -> Location:
    """Add a location or change one. The default moves to it when it is marked so; somewhere it has to be.

    Refuses to set goods that are for sale aside by changing what kind of place they lie in: they are transferred.
    """
    before = Location.objects.select_for_update(no_key=True).filter(pk=location.pk).first()
    if location.is_default and (location.kind != Location.Kind.SELLABLE or not location.is_active):
        raise Refusal(
            _("Orders are filled from the default location, so it has to be sellable."), field="kind"
        )
    if before is not None and before.is_default and not location.is_default:
        message = _("%(location)s is the default. Make another location the default instead.")
        raise Refusal(message % {"location": before}, code="default_location", field="is_default")
    if before is not None and before.kind != location.kind and _lying(before).exists():
        message = _("Goods lie in %(location)s. Transfer them before it becomes another kind of place.")
        raise Refusal(message % {"location": before}, code="not_empty", field="kind")
    if location.is_default:
        Location.objects.filter(is_default=True).exclude(pk=location.pk).update(is_default=False)
    location.save()
    live.touch(location)
    return location


@transaction.atomic
def close_location(location: Location) -> Location:
    """Take a location out of use. Refuses the default, and one in which something lies. Twice is once.

    Takes the locks of whoever moves goods there without waiting for them: closing is never urgent.
    """
    try:
        location = Location.objects.select_for_update(nowait=True).get(pk=location.pk)
        levels = list(
            StockLevel.objects.select_for_update(nowait=True, of=("self",))
            .filter(location=location)
            .order_by("product_id")
            .values_list("on_hand", flat=True)
        )
    except OperationalError:
        message = _("Goods are moved in %(location)s at this moment. Try again.")
        raise Refusal(message % {"location": location}, code="busy") from None
    if location.is_default:
        message = _("%(location)s is the default. Make another location the default first.")
        raise Refusal(message % {"location": location}, code="default_location")
    if pieces := sum(levels):
        message = _("%(pieces)s pieces lie in %(location)s. Transfer them, then close it.")
        raise Refusal(message % {"location": location, "pieces": pieces}, code="not_empty")
    location.is_active = False
    location.save(update_fields=["is_active"])
    live.touch(location)
    return location


@transaction.atomic
def open_location(location: Location) -> Location:
    """Put a closed location into use again."""
    Location.objects.filter(pk=location.pk).update(is_active=True)
    live.touch(location)
    return Location.objects.get(pk=location.pk)


@transaction.atomic
def put_on_shelf(product_id: int, location: Location | int, shelf: str) -> StockLevel:
    """Say on which shelf of a location a product lies; "" for none. The level is made where there is none yet."""
    place = location if isinstance(location, int) else location.pk
    shelf = tidy_shelf(shelf)
    level = lock_levels([(product_id, place)])[(product_id, place)]
    if level.shelf != shelf:
        level.shelf = shelf
        level.save(update_fields=["shelf"])
        live.touch(f"inventory.product:{product_id}")
    return level


def tidy_shelf(shelf: str) -> str:
    """A shelf as it is kept: `a-03-2 ` is `A-03-2`. Refuses more than fits."""
    shelf = " ".join(shelf.split()).upper()
    if len(shelf) > 24:
        raise Refusal(_("A shelf has at most 24 characters, such as A-03-2."), code="shelf", field="shelf")
    return shelf


def _lying(location: Location) -> Any:
    return StockLevel.objects.filter(Q(on_hand__gt=0) | Q(reserved__gt=0), location=location)
