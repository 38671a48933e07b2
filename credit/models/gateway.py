"""Money that a payment gateway takes for us: what was asked for, what it told us, what came."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.history import frozen_except
from customers.models import Customer

from .account import CreditAccount
from .link import RetailerLink
from .payment import Payment


class Gateway(models.TextChoices):
    STRIPE = "stripe", "Stripe"
    RAZORPAY = "razorpay", "Razorpay"


def new_reference() -> str:
    """What the gateway knows a checkout by: short enough for Razorpay's 40 characters, never guessed."""
    return f"CHK-{uuid.uuid4().hex}"


class Checkout(models.Model):
    """A retailer's wish to pay an amount online. It books nothing: only the gateway's word does.

    `shares` is what the retailer chose to pay, `[[invoice key, amount], …]`, the oldest first. `reference` is our
    name for it at the gateway, `provider_id` the gateway's own.
    """

    class State(models.TextChoices):
        OPENING = "opening", _("Opening")
        OPEN = "open", _("Waiting for the payment")
        PART_PAID = "part_paid", _("Paid in part")
        PAID = "paid", _("Paid")
        EXPIRED = "expired", _("Expired")
        FAILED = "failed", _("Failed")

    provider = models.CharField(_("gateway"), max_length=10, choices=Gateway.choices)
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="checkouts")
    link = models.ForeignKey(RetailerLink, null=True, on_delete=models.PROTECT, related_name="checkouts")
    amount = MoneyField(_("amount"))
    currency = CurrencyField(_("currency"))
    shares: Any = models.JSONField(default=list)
    reference = models.CharField(max_length=40, unique=True, default=new_reference, editable=False)
    key = models.CharField(max_length=80, unique=True, editable=False)
    provider_id = models.CharField(max_length=120, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPENING)
    problem = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    expires_at = models.DateTimeField(_("ends"))
    looked_at = models.DateTimeField(null=True, help_text=_("When the gateway was last asked about it."))

    class Meta:
        verbose_name = _("online checkout")
        verbose_name_plural = _("online checkouts")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="checkout_asks_for_something"),
            models.UniqueConstraint(
                fields=["provider", "provider_id"],
                condition=~Q(provider_id=""),
                name="one_checkout_per_gateway_id",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-asked_at"], name="checkout_by_account"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=["opening", "open", "part_paid"]),
                name="checkout_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def waiting(self) -> bool:
        """Whether money may still be on its way."""
        return self.state in {self.State.OPENING, self.State.OPEN, self.State.PART_PAID}


class GatewayEvent(models.Model):
    """A gateway's webhook, kept as it came before anything is done with it. Told twice, it is one row."""

    provider = models.CharField(max_length=10, choices=Gateway.choices)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=80)
    body = models.TextField()
    at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    worked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("gateway event")
        verbose_name_plural = _("gateway events")
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="one_row_per_gateway_event")
        ]
        indexes = [models.Index(fields=["id"], condition=Q(worked_at=None), name="gateway_event_to_work")]
        triggers = frozen_except("worked_at", "outcome", "attempts")

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.event_id}"


class GatewayPaymentQuerySet(models.QuerySet["GatewayPayment"]):
    def visible_to(self, user: Any) -> GatewayPaymentQuerySet:
        return self.filter(checkout__account__customer__in=Customer.objects.visible_to(user))

    def to_look_at(self) -> GatewayPaymentQuerySet:
        """What could not simply be booked, and nobody has dealt with yet."""
        return self.filter(settled_at=None).exclude(outcome="booked")


class GatewayPayment(models.Model):
    """One payment as the gateway names it. It is booked once, or left for a person with the reason.

    `payment` is empty where nothing could be booked: it came in another currency than the account's.
    """

    class Outcome(models.TextChoices):
        BOOKED = "booked", _("Booked")
        LATE = "late", _("Came after its end: left unallocated")
        OTHER_AMOUNT = "other_amount", _("Not the amount asked for")
        OTHER_CURRENCY = "other_currency", _("Another currency: not booked")

    provider = models.CharField(_("gateway"), max_length=10, choices=Gateway.choices)
    provider_payment_id = models.CharField(_("payment at the gateway"), max_length=120)
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="payments")
    amount = MoneyField(_("amount"))
    currency = CurrencyField(_("currency"))
    payment = models.OneToOneField(
        Payment, null=True, on_delete=models.PROTECT, related_name="gateway_payment"
    )
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text=_("When a person dealt with it."))
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_note = models.CharField(max_length=240, blank=True)

    objects = GatewayPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("online payment")
        verbose_name_plural = _("online payments")
        ordering = ["-at", "-pk"]
        permissions = [("settle_gatewaypayment", "Can settle an online payment that was not simply booked")]
        triggers = frozen_except("settled_at", "settled_by", "settled_note")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_payment_id"], name="one_row_per_gateway_payment"
            ),
            models.CheckConstraint(
                condition=Q(outcome="other_currency", payment__isnull=True)
                | (~Q(outcome="other_currency") & Q(payment__isnull=False)),
                name="gateway_payment_booked_or_left",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-at"],
                condition=Q(settled_at=None) & ~Q(outcome="booked"),
                name="gateway_payment_to_look_at",
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.provider_payment_id}"

    @property
    def to_look_at(self) -> bool:
        return self.settled_at is None and self.outcome != self.Outcome.BOOKED
