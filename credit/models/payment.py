"""Money that came in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate, Reverse, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.history import frozen_except

from .account import CreditAccount
from .invoice import DocumentQuerySet


class Payment(models.Model):
    """A payment and its receipt number. What no invoice needs stays unallocated.

    A mistake is reversed by a row of its own (`reverses`), never by an edit: the reversing row has a negative
    amount, and `reversed_at` marks the payment it undoes.
    """

    class Method(models.TextChoices):
        CASH = "cash", _("Cash")
        BANK = "bank", _("Bank transfer")
        MOBILE_MONEY = "mobile_money", _("Mobile money / UPI")
        GATEWAY = "gateway", _("Online")
        CARD = "card", _("Card")
        CHEQUE = "cheque", _("Cheque")

    number = models.CharField(_("receipt"), max_length=24, unique=True)
    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="payments")
    currency = CurrencyField(_("currency"))
    method = models.CharField(_("method"), max_length=16, choices=Method.choices)
    amount = MoneyField(_("amount"))
    unallocated_amount = MoneyField(_("unallocated"))
    received_on = models.DateField(_("received"))
    method_reference = models.CharField(_("bank or UPI reference"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=240, blank=True)
    reference = models.CharField(max_length=120, unique=True)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    reversed_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-received_on", "-pk"]
        permissions = [
            ("record_payment", "Can record a payment"),
            ("reverse_payment", "Can reverse a payment"),
            ("allocate_payment", "Can say what a payment or credit note pays"),
        ]
        triggers = frozen_except("unallocated_amount", "reversed_at")
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="only_a_reversal_is_negative",
            ),
            models.CheckConstraint(
                condition=(
                    Q(amount__gt=0) & Q(unallocated_amount__gte=0) & Q(unallocated_amount__lte=F("amount"))
                )
                | (Q(amount__lt=0) & Q(unallocated_amount=0)),
                name="payment_allocates_at_most_its_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["-received_on", "-id"], name="payment_newest_first"),
            models.Index(fields=["account", "-received_on"], name="payment_by_account"),
            models.Index(
                fields=["account", "received_on"],
                condition=Q(unallocated_amount__gt=0),
                name="payment_with_rest",
            ),
            models.Index(Collate(Reverse(F("number")), "C"), name="payment_by_number_ending"),
            models.Index(
                Collate(Upper("method_reference"), "C"),
                condition=~Q(method_reference=""),
                name="payment_by_method_reference",
            ),
            models.Index(fields=["amount", "-received_on", "-id"], name="payment_by_amount"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("credit:payment_detail", args=[self.pk])
