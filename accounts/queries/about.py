"""Records by name, of whatever app: `customers.customer:12`."""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.db import models

NAME = re.compile(r"([a-z]{2,30}\.[a-z]{2,40}):([0-9]{1,18})", re.ASCII)


def named(record: models.Model) -> str:
    """The name of a record."""
    return f"{record._meta.label_lower}:{record.pk}"


def find_about(name: str, user: Any) -> models.Model | None:
    """The record of that name, when it has a page of its own and this person may see it; else None."""
    match = NAME.fullmatch(name)
    if not match:
        return None
    try:
        model = apps.get_model(match[1])
    except LookupError:
        return None
    meta = model._meta
    if not hasattr(model, "get_absolute_url") or not user.has_perm(
        f"{meta.app_label}.view_{meta.model_name}"
    ):
        return None
    rows: Any = model._default_manager.all()
    if hasattr(rows, "visible_to"):
        rows = rows.visible_to(user)
    found: models.Model | None = rows.filter(pk=int(match[2])).first()
    return found
