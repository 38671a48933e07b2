"""Encrypt what is encrypted at rest with the newest key."""

from __future__ import annotations

from typing import Any

import pgtrigger
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction

from core import crypto
from core.fields import EncryptedTextField

BATCH = 1000


class Command(BaseCommand):
    help = (
        "Encrypt every encrypted field, also in the history, with the first of FIELD_ENCRYPTION_KEYS, and renew the "
        "look-up digests beside them. Put the new key in front, run this, then drop the old key. Safe to run twice, "
        "and while people work."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, EncryptedTextField):
                    try:
                        number = rotate(model, field)
                    except InvalidToken:
                        raise CommandError(
                            f"{model._meta.label}.{field.name}: a value can't be read with any of "
                            "FIELD_ENCRYPTION_KEYS. Put the key back that it was encrypted with."
                        ) from None
                    self.stdout.write(f"{model._meta.label}.{field.name}: {number} encrypted anew")


def rotate(model: type[models.Model], field: EncryptedTextField) -> int:
    """Encrypt one column anew, in portions; returns how many rows were not under the newest key."""
    done, last = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            table, column, key = (
                _quoted(n) for n in (model._meta.db_table, field.column, model._meta.pk.column)
            )
            cursor.execute(
                f"SELECT {key}, {column} FROM {table} WHERE {key} > %s AND {column} <> '' "  # noqa: S608 - our own names
                f"ORDER BY {key} LIMIT {BATCH} FOR UPDATE",
                [last],
            )
            rows = cursor.fetchall()
            if not rows:
                return done
            last = rows[-1][0]
            stale = [(pk, crypto.decrypt(stored)) for pk, stored in rows if not crypto.is_current(stored)]
            _write(model, field, stale)
            done += len(stale)


def _write(model: type[models.Model], field: EncryptedTextField, rows: list[tuple[int, str]]) -> None:
    """Neither a change of the record nor of its history: the triggers that keep and guard history look away."""
    digest = f"{field.name}_index"
    digested = any(f.name == digest for f in model._meta.concrete_fields)
    registered: list[Any] = pgtrigger.registered()
    triggers = [trigger.get_pgid(of) for of, trigger in registered if of is model]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(triggers) + "}"])
    for pk, text in rows:
        values = {field.name: text} | ({digest: crypto.blind_index(text)} if digested else {})
        model._base_manager.filter(pk=pk).update(**values)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")


def _quoted(name: str | None) -> str:
    return str(connection.ops.quote_name(name or ""))
