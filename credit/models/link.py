"""The link a retailer opens without logging in."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .account import CreditAccount
from .invoice import Invoice


class RetailerLink(models.Model):
    """Opens one account's page, at one invoice. Signed, expiring, revocable; the token is never stored."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="links")
    invoice = models.ForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="links")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("ends"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened = models.PositiveIntegerField(_("times opened"), default=0)
    last_opened_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("retailer link")
        verbose_name_plural = _("retailer links")
        permissions = [("revoke_retailerlink", "Can revoke a retailer link")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "invoice"],
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
                name="one_living_retailer_link",
            )
        ]

    def __str__(self) -> str:
        return f"link {self.pk} of {self.account_id}"

    def is_valid(self, at: dt.datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at
