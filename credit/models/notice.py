"""Money somebody says came: it counts once somebody else approved it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.history import frozen_except
from customers.models import Customer

from .account import CreditAccount
from .payment import Payment


class PaymentNoticeQuerySet(models.QuerySet["PaymentNotice"]):
    def visible_to(self, user: Any) -> PaymentNoticeQuerySet:
        return self.filter(account__customer__in=Customer.objects.visible_to(user))

    def waiting(self) -> PaymentNoticeQuerySet:
        return self.filter(state=PaymentNotice.State.WAITING)


class PaymentNotice(models.Model):
    """A card or bank payment as somebody typed it, or as a retailer says it was sent. It pays nothing yet.

    `shares` is what it shall pay, `[[invoice key, amount], …]`; null is the oldest first, empty keeps it unallocated.
    What was said is frozen; only what became of it is written later. Whoever recorded it never approves it.
    """

    class Source(models.TextChoices):
        STAFF = "staff", _("Typed here")
        RETAILER = "retailer", _("Said by the retailer")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="notices")
    currency = CurrencyField(_("currency"))
    method = models.CharField(_("method"), max_length=16, choices=Payment.Method.choices)
    amount = MoneyField(_("amount"))
    received_on = models.DateField(_("received"))
    method_reference = models.CharField(_("bank or UPI reference"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=240, blank=True)
    shares: Any = models.JSONField(null=True)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices, default=Source.STAFF)
    reference = models.CharField(max_length=120, unique=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_why = models.CharField(_("reason"), max_length=240, blank=True)
    payment = models.OneToOneField(Payment, null=True, on_delete=models.PROTECT, related_name="notice")

    objects = PaymentNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment to approve")
        verbose_name_plural = _("payments to approve")
        ordering = ["recorded_at", "pk"]
        permissions = [("approve_paymentnotice", "Can approve or reject a payment somebody else recorded")]
        triggers = frozen_except("state", "decided_by", "decided_at", "decided_why", "payment")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="notice_is_about_money"),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_by__isnull=False)
                & (Q(recorded_by__isnull=True) | ~Q(recorded_by=F("decided_by"))),
                name="nobody_approves_what_they_recorded",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True, payment__isnull=True)
                | Q(state="approved", decided_at__isnull=False, payment__isnull=False)
                | Q(state__in=["rejected", "withdrawn"], decided_at__isnull=False, payment__isnull=True),
                name="only_an_approved_notice_has_a_payment",
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(decided_why=""), name="rejected_notice_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["recorded_at", "id"], condition=Q(state="waiting"), name="notice_waiting"),
            models.Index(fields=["-recorded_at", "-id"], name="notice_newest_first"),
            models.Index(fields=["account", "-recorded_at"], name="notice_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.amount} {self.currency}"

    def get_absolute_url(self) -> str:
        return reverse("credit:notice_detail", args=[self.pk])
