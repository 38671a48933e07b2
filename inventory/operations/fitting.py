"""What a product fits, as people say: confirmed, rejected, added, put right. A rejected pair is not learnt again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.errors import Refusal
from inventory.models import Compatibility, DeviceModel, Product

State = Compatibility.State


@transaction.atomic
def decide_fit(fit: Compatibility, state: str, *, by: Any, at: dt.datetime) -> Compatibility:
    """Confirm or reject a pair, or with LEARNT leave it open again. Deciding the same twice is deciding once."""
    fit = _locked(fit.pk)
    if fit.state == state:
        return fit
    fit.state = state
    fit.by, fit.at = (None, None) if state == State.LEARNT else (by, at)
    fit.save(update_fields=["state", "by", "at"])
    _tell(fit)
    return fit


@transaction.atomic
def add_fit(product: Product, device: DeviceModel, *, by: Any, at: dt.datetime) -> Compatibility:
    """A person says that this product fits this phone, whatever was read or said before."""
    fit, made = Compatibility.objects.get_or_create(
        product=product, device_model=device, defaults={"state": State.CONFIRMED, "by": by, "at": at}
    )
    if not made:
        return decide_fit(fit, State.CONFIRMED, by=by, at=at)
    _tell(fit)
    return fit


@transaction.atomic
def correct_fit(fit: Compatibility, device: DeviceModel, *, by: Any, at: dt.datetime) -> Compatibility:
    """It is not for that phone, it is for this one. Gives the pair that holds now."""
    if fit.device_model_id == device.pk:
        return decide_fit(fit, State.CONFIRMED, by=by, at=at)
    decide_fit(fit, State.REJECTED, by=by, at=at)
    return add_fit(fit.product, device, by=by, at=at)


@transaction.atomic
def undo_correction(
    fit: Compatibility, right: Compatibility | None, *, was: str, by: Any, at: dt.datetime
) -> Compatibility:
    """Take a correction back: the first pair is open again, the other as it `was` ("" when there was none)."""
    if right is not None and right.product_id == fit.product_id and right.pk != fit.pk:
        if was in State.values:
            decide_fit(right, was, by=by, at=at)
        else:
            right.delete()
    return decide_fit(fit, State.LEARNT, by=by, at=at)


def _locked(pk: int) -> Compatibility:
    found = Compatibility.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise Refusal(_("This is not there any more. Look again."), code="gone")
    return found


def _tell(fit: Compatibility) -> None:
    live.touch(fit.product)
    live.touch(fit.device_model)
    live.touch(fit)
