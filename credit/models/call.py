"""What came of calling or visiting a customer about money."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField
from core.history import AppendOnly
from customers.models import Customer

from .account import CreditAccount
from .promise import PromiseToPay


class CallQuerySet(models.QuerySet["CollectionCall"]):
    def visible_to(self, user: Any) -> CallQuerySet:
        return self.filter(account__customer__in=Customer.objects.visible_to(user))


class CollectionCall(AppendOnly):
    """One call or visit: who, when, its outcome, the words, and when the customer is due again.

    `next_on`: not on the call list before this day (None: the ordinary rhythm decides).
    """

    class Way(models.TextChoices):
        CALL = "call", _("Call")
        VISIT = "visit", _("Visit")

    class Outcome(models.TextChoices):
        PROMISED = "promised", _("Promised to pay")
        CALL_BACK = "call_back", _("Call back")
        NO_ANSWER = "no_answer", _("No answer")
        PAID = "paid", _("Says it paid already")
        DISPUTES = "disputes", _("Disputes it")
        REFUSED = "refused", _("Refused")
        WRONG_NUMBER = "wrong_number", _("Wrong number")
        CASH = "cash", _("Paid on the spot")

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="calls")
    way = models.CharField(_("way"), max_length=5, choices=Way.choices, default=Way.CALL)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    note = models.CharField(_("what was said"), max_length=300, blank=True)
    next_on = models.DateField(_("again on"), null=True, blank=True)
    overdue = MoneyField(_("overdue then"), default=0)
    promise = models.ForeignKey(
        PromiseToPay, null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    reference = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    objects = CallQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("collection call")
        verbose_name_plural = _("collection calls")
        ordering = ["-at", "-pk"]
        permissions = [("record_collectioncall", "Can call customers about money and record what came of it")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="promised", promise__isnull=False)
                | (~Q(outcome="promised") & Q(promise__isnull=True)),
                name="promised_call_has_its_promise",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-at"], name="call_by_account"),
            models.Index(fields=["-at", "-id"], name="call_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_outcome_display()}"
