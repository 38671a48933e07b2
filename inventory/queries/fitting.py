"""What fits what, as people look through it."""

from __future__ import annotations

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import Refusal
from inventory.models import Compatibility, DeviceModel

from .devices import find_devices

OFFERED = 5


def fits() -> QuerySet[Compatibility]:
    """All pairs with what a page says of them."""
    return Compatibility.objects.select_related("product__category", "device_model__brand", "by")


def next_to_review(after: str = "") -> Compatibility | None:
    """The most doubtful pair that nobody has looked at; `after` one that was put off (`0.75-12`)."""
    rows = fits().filter(state=Compatibility.State.LEARNT).order_by("confidence", "pk")
    confidence, _dash, pk = after.partition("-")
    if not (confidence.replace(".", "", 1).isdecimal() and pk.isascii() and pk.isdigit() and len(after) < 30):
        return rows.first()
    later = rows.extra(  # a comparison of rows, which the ORM does not know
        where=[
            "(inventory_compatibility.confidence, inventory_compatibility.id) > (%s::numeric, %s::bigint)"
        ],
        params=[confidence, pk],
    )
    return later.first() or rows.first()


def other_devices(fit: Compatibility, text: str = "") -> list[DeviceModel]:
    """Phones it may be for instead: those that were searched for, else those of the maker with the nearest names."""
    there = set(fit.product.compatibilities.values_list("device_model", flat=True))
    if text.strip():
        return [device for device in find_devices(text, OFFERED * 2) if device.pk not in there][:OFFERED]
    alike = DeviceModel.objects.select_related("brand").filter(brand=fit.device_model.brand_id)
    ranked = alike.annotate(likeness=TrigramSimilarity("name", fit.device_model.name)).exclude(pk__in=there)
    return list(ranked.filter(likeness__gt=0.2).order_by("-likeness", "name")[:OFFERED])


def device_meant(text: str) -> DeviceModel:
    """The one phone that somebody typed: by name, model code or alias. Refuses when none is, or several are."""
    text = " ".join(text.replace("\x00", "").split())[:120]
    found = find_devices(text, OFFERED + 1)
    exact = [device for device in found if text.casefold() in _names(device)]
    found = exact or found
    if not found:
        raise Refusal(_("There is no phone “%(text)s”. Add it to the phones first.") % {"text": text})
    if len(found) > 1:
        named = ", ".join(str(device) for device in found[:OFFERED])
        raise Refusal(_("Which one is meant? %(phones)s.") % {"phones": named})
    return found[0]


def _names(device: DeviceModel) -> set[str]:
    names = [str(device), device.name, *device.codes, *device.aliases]
    return {name.casefold() for name in names}
