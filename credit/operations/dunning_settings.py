"""Changing how people are reminded and charged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from core.errors import Refusal
from credit.models import DunningLevel, DunningSettings, LateFeePolicy

M = TypeVar("M", bound=models.Model)


@transaction.atomic
def save_level(level: DunningLevel, values: Mapping[str, Any]) -> DunningLevel:
    """Write a new level or change one. Reminders that were sent stay as they were."""
    return _save(level, values, _("There is a level of this name, or of these days."))


@transaction.atomic
def save_settings(values: Mapping[str, Any]) -> DunningSettings:
    """Change when the daily run starts, when messages leave, what is too small or too soon."""
    told, _made = DunningSettings.objects.select_for_update().get_or_create(pk=1)
    return _save(told, values, _("These hours make no day."))


@transaction.atomic
def save_policy(policy: LateFeePolicy, values: Mapping[str, Any]) -> LateFeePolicy:
    """Write a new late fee policy or change one; what was charged stays. One is in use for each currency."""
    return _save(
        policy, values, _("Another policy is in use for this currency. Take that one out of use first.")
    )


def _save(row: M, values: Mapping[str, Any], taken: str) -> M:
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refusal(taken, code="taken") from error
    return row
