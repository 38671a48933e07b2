"""Phones that names of parts speak of: found, made, and joined to the products, a whole batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from inventory.device_items import Device
from inventory.device_lists import name_key
from inventory.device_names import Reading
from inventory.models import Brand, Compatibility, DeviceModel, Product

Learnt = Literal["created", "updated", "unchanged"]


class Brands:
    """Brands by name, made where missing."""

    def __init__(self) -> None:
        self._known = {brand.name.upper(): brand for brand in Brand.objects.all()}

    def get(self, names: Iterable[str]) -> dict[str, Brand]:
        wanted = {name for name in names if name}
        missing = sorted({name for name in wanted if name.upper() not in self._known})
        if missing:
            Brand.objects.bulk_create([Brand(name=name) for name in missing], ignore_conflicts=True)
            self._known |= {brand.name.upper(): brand for brand in Brand.objects.filter(name__in=missing)}
        return {name: self._known[name.upper()] for name in wanted}


class Devices:
    """All phones we know, by name and by code, so that a batch needs no query per row."""

    def __init__(self, brands: Brands) -> None:
        self._brands = brands
        self._new: list[DeviceModel] = []
        self._changed: dict[int, DeviceModel] = {}
        self._by_name: dict[tuple[int, str], DeviceModel] = {}
        self._by_code: dict[tuple[int, str], DeviceModel] = {}
        for model in DeviceModel.objects.order_by("pk"):
            self._remember(model)

    def connect(self, readings: Mapping[Product, Reading]) -> None:
        """Make products fit exactly the phones their names tell. What a person said stays, a no as much as a yes."""
        models = self._models(device for reading in readings.values() for device in reading.devices)
        fitting = [
            Compatibility(
                product=product,
                device_model=models[device],
                confidence=reading.confidence,
                state=Compatibility.State.LEARNT,
            )
            for product, reading in readings.items()
            for device in reading.devices
            if device in models
        ]
        pairs = {(fit.product_id, fit.device_model_id) for fit in fitting}
        read = Compatibility.objects.filter(product__in=list(readings), state=Compatibility.State.LEARNT)
        outdated = [fit.pk for fit in read if (fit.product_id, fit.device_model_id) not in pairs]
        if outdated:
            Compatibility.objects.filter(pk__in=outdated).delete()
        Compatibility.objects.bulk_create(fitting, ignore_conflicts=True)

    def _models(self, devices: Iterable[Device]) -> dict[Device, DeviceModel]:
        wanted = [device for device in dict.fromkeys(devices) if device.brand]
        brands = self._brands.get(device.brand for device in wanted)
        # Names first: a bare code may be that of a phone whose name stands further down.
        wanted.sort(key=lambda device: _is_code(device.name, device.codes))
        found: dict[Device, DeviceModel] = {}
        for device in wanted:
            found[device], _outcome = self.take(device, brands[device.brand])
        self.write()
        return found

    def learn(self, devices: Iterable[Device]) -> list[tuple[DeviceModel, Learnt]]:
        """Add phones of a list, codes and aliases to those that are there; for each what came of it."""
        devices = list(devices)
        brands = self._brands.get(device.brand for device in devices)
        taken = [self.take(device, brands[device.brand]) for device in devices]
        self.write()
        return taken

    def take(self, device: Device, brand: Brand) -> tuple[DeviceModel, Learnt]:
        """The phone this is, after it has learnt what is new. `write` stores what was taken."""
        model = self._find(device, brand.pk)
        outcome: Learnt = "unchanged"
        if model is None:
            model = DeviceModel(brand=brand, name=device.name)
            self._new.append(model)
            outcome = "created"
        if self._learn(model, device) and outcome != "created":
            outcome = "updated"
            if model.pk:
                self._changed[model.pk] = model
        self._remember(model)
        return model, outcome

    def write(self) -> None:
        DeviceModel.objects.bulk_create(self._new)
        DeviceModel.objects.bulk_update(self._changed.values(), ["name", "codes", "aliases"])
        self._new, self._changed = [], {}

    def _find(self, device: Device, brand_id: int) -> DeviceModel | None:
        """By name; a bare code by its code. A phone known only by its code is the one whose name we learn now."""
        name = (brand_id, name_key(device.name))
        # A name that is a known code is that phone's: lists call one by its code here, by its name there.
        if known := self._by_name.get(name) or self._by_code.get(name):
            return known
        for code in device.codes:
            coded = self._by_code.get((brand_id, name_key(code)))
            if coded and (_is_code(device.name, device.codes) or name_key(coded.name) == name_key(code)):
                return coded
        return None

    def _learn(self, model: DeviceModel, device: Device) -> bool:
        """Add codes and aliases the model hasn't yet, and the market name where it had only a code."""
        before = (model.name, model.codes, model.aliases)
        model.codes = list(dict.fromkeys([*model.codes, *device.codes]))
        model.aliases = list(dict.fromkeys([*model.aliases, *device.aliases]))
        if _is_code(model.name, device.codes) and not _is_code(device.name, device.codes):
            # Kept, so that the list that called it so finds it again.
            model.aliases = list(dict.fromkeys([*model.aliases, model.name]))
            model.name = device.name
        return (model.name, model.codes, model.aliases) != before

    def _remember(self, model: DeviceModel) -> None:
        former = (alias for alias in model.aliases if _is_code(alias, model.codes))
        for name in (model.name, *former):
            self._by_name.setdefault((model.brand_id, name_key(name)), model)
        for code in model.codes:
            self._by_code.setdefault((model.brand_id, name_key(code)), model)


def _is_code(name: str, codes: Iterable[str]) -> bool:
    """Whether the name is none, but one of the codes."""
    return name_key(name) in {name_key(code) for code in codes}
