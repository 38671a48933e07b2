"""Pictures of products."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .catalogue import Product


class ProductPhoto(models.Model):
    """A photo of a product; the first one is its face. Private, served by a view that asks for the right.

    `file` is what was sent, `large` and `small` are drawn anew from it. Removing keeps the row and the files, so that
    it can be put back. `checksum` (SHA-256) keeps a picture from being there twice.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="photos")
    file = models.FileField(_("file"), upload_to="products/%Y/%m/")
    large = models.FileField(upload_to="products/%Y/%m/")
    small = models.FileField(upload_to="products/%Y/%m/")
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    checksum = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("at"))
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("product photo")
        verbose_name_plural = _("product photos")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "checksum"],
                condition=Q(removed_at__isnull=True),
                name="one_copy_of_a_photo_per_product",
            )
        ]
        indexes = [
            models.Index(
                fields=["product", "position", "id"],
                condition=Q(removed_at__isnull=True),
                name="photo_of_product",
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.position}"
