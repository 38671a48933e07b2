"""Money that goes back to a customer, and money that its bank took back."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate, Reverse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.history import frozen_except
from customers.models import Customer

from .account import CreditAccount
from .gateway import Gateway, GatewayPayment
from .invoice import CreditNote, DocumentQuerySet
from .payment import Payment


def new_key() -> str:
    """The idempotency key a gateway knows a refund by."""
    return f"RFD-{uuid.uuid4().hex}"


class Refund(models.Model):
    """Unallocated money of one payment or credit note, given back. Approved by somebody else than who asked.

    The approval takes the money (`taken_on`): it is no longer unallocated and the balance rises by it. Cash and bank
    are `done` when somebody says it went out; a gateway is asked by a worker (`sent`) and says so itself. What fails
    puts the money back (`returned_on`). `key` is the same each time the gateway is asked, so it pays once.
    """

    class Method(models.TextChoices):
        CASH = "cash", _("Cash")
        BANK = "bank", _("Bank transfer")
        MOBILE_MONEY = "mobile_money", _("Mobile money / UPI")
        GATEWAY = "gateway", _("Online, the way it came")

    class State(models.TextChoices):
        REQUESTED = "requested", _("Waits for approval")
        APPROVED = "approved", _("Approved, to be paid out")
        SENT = "sent", _("Sent to the gateway")
        DONE = "done", _("Paid out")
        FAILED = "failed", _("Failed, money put back")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    number = models.CharField(_("number"), max_length=24, unique=True, null=True)
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="refunds")
    currency = CurrencyField(_("currency"))
    amount = MoneyField(_("amount"))
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    credit_note = models.ForeignKey(
        CreditNote, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    method = models.CharField(_("method"), max_length=16, choices=Method.choices)
    gateway_payment = models.ForeignKey(
        GatewayPayment, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    pay_to = models.CharField(_("pay to"), max_length=240, blank=True)
    reason = models.CharField(_("reason"), max_length=240)
    reference = models.CharField(max_length=120, unique=True)
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.REQUESTED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_note = models.CharField(_("note on the decision"), max_length=240, blank=True)
    taken_on = models.DateField(_("approved on"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    provider_refund_id = models.CharField(_("refund at the gateway"), max_length=120, blank=True)
    method_reference = models.CharField(_("bank or UPI reference"), max_length=80, blank=True)
    done_on = models.DateField(_("paid out on"), null=True)
    returned_on = models.DateField(_("came back on"), null=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-requested_at", "-pk"]
        permissions = [
            ("request_refund", "Can ask for a refund"),
            ("approve_refund", "Can approve a refund"),
            ("payout_refund", "Can say that a refund was paid out or came back"),
        ]
        triggers = frozen_except(
            "number",
            "state",
            "decided_by",
            "decided_at",
            "decision_note",
            "taken_on",
            "sent_at",
            "provider_refund_id",
            "method_reference",
            "done_on",
            "returned_on",
            "problem",
            "attempts",
            "looked_at",
        )
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_gives_something_back"),
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit_note__isnull=True)
                | Q(payment__isnull=True, credit_note__isnull=False),
                name="refund_has_one_source",
            ),
            models.CheckConstraint(
                condition=Q(method="gateway", gateway_payment__isnull=False)
                | (~Q(method="gateway") & Q(gateway_payment__isnull=True)),
                name="refund_by_gateway_names_its_payment",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["approved", "sent", "done", "failed"],
                    number__isnull=False,
                    taken_on__isnull=False,
                )
                | Q(
                    state__in=["requested", "rejected", "withdrawn"],
                    number__isnull=True,
                    taken_on__isnull=True,
                ),
                name="refund_is_numbered_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(state="failed", returned_on__isnull=False)
                | (~Q(state="failed") & Q(returned_on__isnull=True)),
                name="refund_failed_puts_money_back",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_on__isnull=False), name="refund_done_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("requested_by")),
                name="refund_approved_by_somebody_else",
            ),
            models.UniqueConstraint(
                fields=["provider_refund_id"],
                condition=~Q(provider_refund_id=""),
                name="one_refund_per_gateway_id",
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_at", "id"], condition=Q(state="requested"), name="refund_waiting"
            ),
            models.Index(
                fields=["taken_on", "id"],
                condition=Q(state__in=["approved", "sent"]),
                name="refund_to_pay_out",
            ),
            models.Index(fields=["-requested_at", "-id"], name="refund_newest_first"),
            models.Index(fields=["account", "-requested_at"], name="refund_by_account"),
            models.Index(
                fields=["taken_on"],
                include=["account", "amount"],
                condition=Q(taken_on__isnull=False),
                name="refund_by_day",
            ),
            models.Index(
                fields=["returned_on"],
                include=["account", "amount"],
                condition=Q(returned_on__isnull=False),
                name="refund_returned_by_day",
            ),
            models.Index(Collate(Reverse(F("number")), "C"), name="refund_by_number_ending"),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Refund not yet approved"))

    def get_absolute_url(self) -> str:
        return reverse("credit:refund_detail", args=[self.pk])

    @property
    def holds_money(self) -> bool:
        """Whether its amount is taken from the payment or credit note now."""
        return self.state in (self.State.APPROVED, self.State.SENT, self.State.DONE)


class ChargebackQuerySet(models.QuerySet["Chargeback"]):
    def visible_to(self, user: Any) -> ChargebackQuerySet:
        return self.filter(gateway_payment__checkout__account__customer__in=Customer.objects.visible_to(user))

    def open(self) -> ChargebackQuerySet:
        return self.filter(state=Chargeback.State.OPEN)


class Chargeback(models.Model):
    """A customer's bank disputes an online payment. It moves no money here until it is lost.

    `reversal` is the row that took the payment back; a lost one without it is left for a person (`problem` says why).
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    provider = models.CharField(_("gateway"), max_length=10, choices=Gateway.choices)
    provider_dispute_id = models.CharField(_("dispute at the gateway"), max_length=120)
    gateway_payment = models.ForeignKey(GatewayPayment, on_delete=models.PROTECT, related_name="chargebacks")
    amount = MoneyField(_("amount"))
    currency = CurrencyField(_("currency"))
    why = models.CharField(_("reason"), max_length=120, blank=True)
    answer_by = models.DateTimeField(_("answer until"), null=True)
    state = models.CharField(_("state"), max_length=4, choices=State.choices, default=State.OPEN)
    reversal = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="chargebacks"
    )
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True)

    objects = ChargebackQuerySet.as_manager()

    class Meta:
        verbose_name = _("chargeback")
        verbose_name_plural = _("chargebacks")
        ordering = ["-opened_at", "-pk"]
        triggers = frozen_except("state", "reversal", "problem", "closed_at", "answer_by", "why")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_dispute_id"], name="one_row_per_chargeback"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="chargeback_closed_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by", "id"], condition=Q(state="open"), name="chargeback_open")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.provider_dispute_id}"
