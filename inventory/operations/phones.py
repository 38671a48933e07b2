"""Phones that a file says its products fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Refusal
from inventory.models import Compatibility, DeviceModel, Product

State = Compatibility.State


class Phones:
    """All phones by their names and codes, and what products fit of them, a batch at a time."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._by_name: dict[str, int] = {}
        by_code: dict[str, set[int]] = {}
        for device in DeviceModel.objects.select_related("brand").order_by("pk"):
            self._names[device.pk] = str(device)
            self._by_name.setdefault(str(device).casefold(), device.pk)
            for code in device.codes:
                by_code.setdefault(code.casefold(), set()).add(device.pk)
        for code, devices in by_code.items():
            if len(devices) == 1:
                self._by_name.setdefault(code, *devices)

    def read(self, names: Iterable[str]) -> set[int]:
        """The phones of these names or codes. Refuses one that nobody knows."""
        found = set()
        for name in names:
            device = self._by_name.get(name.casefold())
            if device is None:
                raise Refusal(
                    _("There is no phone “%(text)s”. Add it to the phones first.") % {"text": name[:60]}
                )
            found.add(device)
        return found

    def say(self, devices: Iterable[int]) -> str:
        return "; ".join(sorted(self._names.get(device, "?") for device in devices)) or "–"

    def of(self, products: Iterable[Product]) -> dict[int, set[int]]:
        """What each product fits now."""
        found: dict[int, set[int]] = {}
        fits = Compatibility.objects.fitting().filter(product__in=[product.pk for product in products])
        for product, device in fits.values_list("product_id", "device_model_id"):
            found.setdefault(product, set()).add(device)
        return found

    def set(self, wanted: Mapping[int, set[int]], *, by: Any, at: dt.datetime) -> None:
        """Make products fit exactly these: what is new is confirmed, what is not named any more is rejected."""
        if not wanted:
            return
        there = {
            (fit.product_id, fit.device_model_id): fit
            for fit in Compatibility.objects.select_for_update().filter(product__in=wanted).order_by("pk")
        }
        new, changed = [], []
        for product, devices in wanted.items():
            missing = devices - {device for fitted, device in there if fitted == product}
            new += [
                Compatibility(product_id=product, device_model_id=device, state=State.CONFIRMED, by=by, at=at)
                for device in missing
            ]
        for (product, device), fit in there.items():
            state = State.CONFIRMED if device in wanted[product] else State.REJECTED
            fits = fit.state in Compatibility.FITTING
            if fits != (state == State.CONFIRMED):
                fit.state, fit.by, fit.at = state, by, at
                changed.append(fit)
        Compatibility.objects.bulk_create(new)
        Compatibility.objects.bulk_update(changed, ["state", "by", "at"])
