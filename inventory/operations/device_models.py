"""Phones entered and put right by hand; two rows that are one phone made one."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import live
from core.errors import Refusal
from inventory.models import Compatibility, DeviceModel

State = Compatibility.State
STRONGER = {State.CONFIRMED: 2, State.REJECTED: 1, State.LEARNT: 0}


def save_device_model(device: DeviceModel) -> DeviceModel:
    """Keep a new or changed phone. Refused when its maker has one of this name. One that is the same writes nothing."""
    device.name = " ".join(device.name.split())
    device.codes, device.aliases = _words(device.codes), _words(device.aliases)
    if _is_kept(device):
        return device
    other = DeviceModel.objects.filter(brand=device.brand, name__iexact=device.name).exclude(pk=device.pk)
    try:
        with transaction.atomic():
            if other.exists():
                raise _taken(device)
            device.save()
            live.touch(device)
    except IntegrityError as error:
        raise _taken(device) from error
    return device


def _is_kept(device: DeviceModel) -> bool:
    kept = DeviceModel.objects.filter(pk=device.pk).first()
    columns = [field.attname for field in DeviceModel._meta.concrete_fields]
    return kept is not None and all(getattr(kept, name) == getattr(device, name) for name in columns)


def _taken(device: DeviceModel) -> Refusal:
    message = _("There is a %(phone)s already. Merge the two instead.")
    return Refusal(message % {"phone": device}, code="device_taken", field="name")


@transaction.atomic
def merge_device_models(device: DeviceModel, into: DeviceModel) -> DeviceModel:
    """Two rows are the same phone: `into` gets codes, names and products of the other, which is gone.

    Where both fit a product, what a person said counts before what was read, and a yes before a no.
    """
    if device.pk == into.pk:
        raise Refusal(_("Choose another phone than itself."), field="into")
    rows = DeviceModel.objects.select_for_update().select_related("brand").order_by("pk")
    locked = {row.pk: row for row in rows.filter(pk__in=[device.pk, into.pk])}
    if len(locked) < 2:
        raise Refusal(_("One of the two is not there any more. Look again."), code="gone")
    device, into = locked[device.pk], locked[into.pk]
    _move_fits(device, into)
    for relation in DeviceModel._meta.related_objects:
        model: Any = relation.related_model
        if model is Compatibility or model.__name__.endswith("Event") or relation.many_to_many:
            continue
        _move(model._base_manager.filter(**{relation.field.name: device}), relation.field.name, into)
    into.codes = _words([*into.codes, *device.codes])
    known = {into.name.casefold(), *(alias.casefold() for alias in into.aliases)}
    more = [name for name in [device.name, *device.aliases] if name.casefold() not in known]
    into.aliases = _words([*into.aliases, *more])
    device.delete()
    into.save()
    live.touch(into)
    return into


def _move_fits(device: DeviceModel, into: DeviceModel) -> None:
    there = {fit.product_id: fit for fit in into.compatibilities.select_for_update()}
    for fit in device.compatibilities.select_for_update():
        mine = there.get(fit.product_id)
        if mine is None:
            fit.device_model = into
            fit.save(update_fields=["device_model"])
        elif STRONGER[State(fit.state)] > STRONGER[State(mine.state)]:
            mine.state, mine.by, mine.at = fit.state, fit.by, fit.at
            mine.save(update_fields=["state", "by", "at"])


def _move(rows: Any, field: str, into: DeviceModel) -> None:
    """Row by row: one that says the same of the phone that stays already is in the way, and goes with the other."""
    for row in rows:
        setattr(row, field, into)
        try:
            with transaction.atomic():
                row.save(update_fields=[field])
        except IntegrityError:
            row.delete()


def _words(words: list[str]) -> list[str]:
    """Each once, whatever its case, without what people type around it."""
    kept: dict[str, str] = {}
    for word in words:
        plain = " ".join(str(word).split())
        if plain:
            kept.setdefault(plain.casefold(), plain)
    return list(kept.values())
