"""What people hear by the bell: one row per person and fact, in the transaction of its cause.

    notify(holders("orders.release_order", about=order), "order.held", text, key=f"order:{order.pk}:held:3",
           url=order.get_absolute_url(), tone="warn", by=by, at=at)

`key` names the fact: telling it again adds nothing. Whoever did it (`by`) is not told. People hear only of records in
their sight. `text` may be lazy; each person reads it in the own language. Pages that are open learn of it by core.live.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from celery import shared_task
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Model, Q
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.text import Truncator

from . import live
from .models import Notification

READ_DAYS, UNREAD_DAYS = 30, 90
TONES = {"", "good", "info", "warn", "bad"}


def notify(
    people: Iterable[Any],
    event: str,
    text: str | Promise,
    *,
    key: str,
    at: dt.datetime,
    url: str = "",
    tone: str = "",
    by: Any = None,
) -> int:
    """Tell these people one fact, each once; how many were meant. `tone` is good, info, warn, bad or nothing."""
    if tone not in TONES:
        raise ValueError(f"No such tone: {tone}")
    told = {person.pk: person for person in people if person and person != by and person.is_active}
    Notification.objects.bulk_create(
        [
            Notification(
                user=person,
                event=event,
                text=_said_to(person, text),
                url=url,
                tone=tone,
                key=key[:120],
                at=at,
            )
            for person in told.values()
        ],
        ignore_conflicts=True,
    )
    live.touch(*told.values())
    return len(told)


def holders(permission: str, *, about: Model | None = None) -> list[Any]:
    """The active people who were given this right, by a role or by name, and who see the record `about`.

    A super admin may do everything and would hear everything: they hear what nobody else would.
    """
    app, codename = permission.split(".")
    given = Q(codename=codename, content_type__app_label=app)
    people = get_user_model()._default_manager.filter(is_active=True)
    meant = Q(groups__permissions__in=_permissions(given)) | Q(user_permissions__in=_permissions(given))
    found = in_sight(people.filter(meant).distinct(), about)
    return found or list(people.filter(is_superuser=True))


def admins() -> list[Any]:
    """The active super admins."""
    return list(get_user_model()._default_manager.filter(is_active=True, is_superuser=True))


def in_sight(people: Iterable[Any], about: Model | None) -> list[Any]:
    """Those of the people who may see this record. One query a person: people are few, records many."""
    if about is None:
        return list(people)
    rows: Any = type(about)._default_manager.filter(pk=about.pk)
    if not hasattr(rows, "visible_to"):
        return list(people)
    return [person for person in people if rows.visible_to(person).exists()]


def mark_read(user: Any, *, at: dt.datetime, pk: int | None = None) -> int:
    """Mark one of a person's notifications as read, or all; how many were unread."""
    rows = Notification.objects.visible_to(user).unread()
    if pk is not None:
        rows = rows.filter(pk=pk)
    read = rows.update(read_at=at)
    if read:
        live.touch(user)
    return read


def forget_notifications(*, at: dt.datetime) -> int:
    """Take away what was read a month ago, and what nobody read in three months; how many."""
    old = Q(read_at__lt=at - dt.timedelta(days=READ_DAYS)) | Q(at__lt=at - dt.timedelta(days=UNREAD_DAYS))
    return Notification.objects.filter(old).delete()[0]


@shared_task(name="core.forget_notifications")
def forget() -> None:
    """Every night: what was read long ago goes."""
    forget_notifications(at=timezone.now())


def _permissions(given: Q) -> Any:
    return Permission.objects.filter(given)


def _said_to(person: Any, text: str | Promise) -> str:
    with translation.override(getattr(person, "language", "") or settings.LANGUAGE_CODE):
        return Truncator(str(text)).chars(300)
