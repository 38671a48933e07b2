"""Every way a phone is asked for, as the one string that all ways of writing it come to."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _

from .catalogue import DeviceModel


class DeviceSpelling(models.Model):
    """A name, alias or model code of a phone as `key`: no spaces, no case, "+" as plus, Cyrillic twins as Latin.

    `near` is the key and all it becomes by leaving out one letter: two strings that share one differ by one edit, so
    a misspelling is found by index. A trigger on the phone writes these rows, nobody else does.
    """

    class Kind(models.IntegerChoices):
        CODE = 0, _("model code")
        NAME = 1, _("market name")
        ALIAS = 2, _("alias")
        BRANDED = 3, _("with its brand")

    device_model = models.ForeignKey(DeviceModel, on_delete=models.CASCADE, related_name="spellings")
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    key = models.CharField(max_length=220)
    near = models.GeneratedField(
        expression=Func(F("key"), function="one_letter_less"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("spelling")
        verbose_name_plural = _("spellings")
        indexes = [
            models.Index(fields=["key"], name="device_spelling_by_key"),
            GinIndex(fields=["near"], name="device_spelling_near"),
        ]

    def __str__(self) -> str:
        return self.key
