"""What the products of a category are asked for: size, refresh rate, connector."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.history import tracked

from .catalogue import Category


@tracked()
class Specification(models.Model):
    """One typed field of a category and of those below it. Products keep its value under its name.

    A category may say the same name anew; then the nearest one counts.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        CHOICE = "choice", _("Choice")
        YES_NO = "yes_no", _("Yes or no")
        DATE = "date", _("Date")

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="specifications")
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.TEXT)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    is_required = models.BooleanField(_("needed"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("specification")
        verbose_name_plural = _("specifications")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("category", Upper("name"), name="one_specification_per_name"),
            models.CheckConstraint(condition=~Q(name=""), name="specification_has_a_name"),
            models.CheckConstraint(
                condition=Q(kind__in=["text", "number", "choice", "yes_no", "date"]),
                name="specification_kind_known",
            ),
            models.CheckConstraint(condition=Q(kind="number") | Q(unit=""), name="only_numbers_have_a_unit"),
            models.CheckConstraint(
                condition=(Q(kind="choice") & ~Q(choices=[])) | (~Q(kind="choice") & Q(choices=[])),
                name="only_choices_have_choices",
            ),
        ]

    def __str__(self) -> str:
        return self.name
