"""What this app remembers of its own work. It owns no business model."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.history import AppendOnly


class BooksCheck(AppendOnly):
    """One run of `verify_books`: when, how long, what was looked at, what differed."""

    at = models.DateTimeField(_("at"))
    seconds = models.FloatField(_("seconds"))
    counts = models.JSONField(_("looked at"))
    found = models.PositiveIntegerField(_("differences"))
    discrepancies = models.JSONField(_("the first of them"), default=list)

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("books check")
        verbose_name_plural = _("books checks")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"], name="books_check_newest_first")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.found}"
