"""A credit decision, frozen with everything it was made from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField
from core.history import AppendOnly

from .account import CreditAccount


class CreditDecision(AppendOnly):
    """What was asked, what was known, what the rule said. Judging `inputs` again by `rule` gives the same verdict."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        OVERRIDDEN = "overridden", _("Approved by a person")

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="decisions")
    reference = models.CharField(max_length=80)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    amount = MoneyField(_("asked"))
    inputs = models.JSONField()
    reasons = models.JSONField(default=list)
    to_release = MoneyField(_("to pay to release"), default=0)
    rule = models.CharField(max_length=20)
    override_reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("credit decision")
        verbose_name_plural = _("credit decisions")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["reference", "-at"], name="decision_by_reference")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.verdict}"
