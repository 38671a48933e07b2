"""Files of prices."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import FileImport

from .lists import PriceList


class PriceImport(FileImport):
    """One file of prices into one list. What was refused is kept with its job, row by row."""

    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, related_name="imports")
    reference = models.CharField(max_length=120, unique=True, editable=False)

    class Meta(FileImport.Meta):
        abstract = False
        verbose_name = _("import of prices")
        verbose_name_plural = _("imports of prices")
        default_permissions = ("view",)
        permissions = [("import_pricerule", "Can import prices into a list")]

    def get_absolute_url(self) -> str:
        return reverse("pricing:priceimport_columns", args=[self.pk])
