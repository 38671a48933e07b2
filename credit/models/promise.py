"""What a customer said it would pay, and by when."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.history import tracked
from customers.models import Customer

from .account import CreditAccount
from .invoice import Invoice


class PromiseQuerySet(models.QuerySet["PromiseToPay"]):
    def visible_to(self, user: Any) -> PromiseQuerySet:
        return self.filter(account__customer__in=Customer.objects.visible_to(user))

    def open(self) -> PromiseQuerySet:
        return self.filter(state=PromiseToPay.State.OPEN)

    def broken(self) -> PromiseQuerySet:
        return self.filter(state=PromiseToPay.State.BROKEN)


@tracked(exclude=["updated_at"])
class PromiseToPay(models.Model):
    """A promise to pay `amount` by the end of `promised_on`, recorded when somebody called.

    `state` is never typed: payments decide it (`credit.promises.settled`), each time one comes or goes, and each night.
    `received` is what has come towards it. `invoices` says what was talked about; any payment of the customer counts,
    because a shop promises an amount, and the oldest invoices are paid first.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Broken")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="promises")
    currency = CurrencyField(_("currency"))
    amount = MoneyField(_("amount"))
    promised_on = models.DateField(_("promised for"))
    invoices = models.ManyToManyField(
        Invoice, blank=True, related_name="promises", verbose_name=_("invoices")
    )
    note = models.CharField(_("note"), max_length=240, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    received = MoneyField(_("received"), default=0)
    settled_on = models.DateField(_("settled"), null=True, blank=True)
    reference = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("recorded"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(_("why withdrawn"), max_length=240, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise to pay")
        verbose_name_plural = _("promises to pay")
        ordering = ["promised_on", "pk"]
        permissions = [
            ("record_promisetopay", "Can record a promise to pay"),
            ("withdraw_promisetopay", "Can withdraw a promise to pay"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="promise_promises_something"),
            models.CheckConstraint(
                condition=Q(received__gte=0) & Q(received__lte=models.F("amount")),
                name="promise_receives_at_most_its_amount",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="withdrawn_promise_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "promised_on"], name="promise_by_account"),
            models.Index(fields=["promised_on", "id"], condition=Q(state="open"), name="promise_open"),
            models.Index(fields=["-promised_on", "-id"], condition=Q(state="broken"), name="promise_broken"),
            models.Index(fields=["-promised_on", "-id"], name="promise_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.amount} {self.currency}"

    def get_absolute_url(self) -> str:
        return reverse("credit:promise_detail", args=[self.pk])
