"""Cheques and their life: taken in, deposited, cleared or bounced, deposited again or given back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.history import AppendOnly, frozen_except, tracked
from customers.models import Customer

from .account import CreditAccount
from .invoice import Invoice
from .payment import Payment


@tracked()
class BankAccount(models.Model):
    """An account of the firm: where cheques are deposited, and whose statements are imported.

    `layout` says how its tables are read (`credit.banking.layout`), as somebody confirmed it for the last one.
    """

    class Kind(models.TextChoices):
        BANK = "bank", _("Bank account")
        UPI = "upi", _("UPI")
        MOBILE_MONEY = "mobile_money", _("Mobile money")

    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind.choices, default=Kind.BANK, db_default=Kind.BANK
    )
    currency = CurrencyField(_("currency"), default=settings.CURRENCY)
    name = models.CharField(_("name"), max_length=60, unique=True)
    bank = models.CharField(_("bank"), max_length=80)
    holder = models.CharField(_("account holder"), max_length=120, blank=True)
    number = models.CharField(_("account number"), max_length=40, blank=True)
    branch = models.CharField(_("branch"), max_length=80, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    layout: Any = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def last_digits(self) -> str:
        """What people know the account by."""
        return self.number[-4:]


class ChequeDeposit(models.Model):
    """Cheques that went to the bank together, on one deposit slip."""

    number = models.CharField(_("deposit slip"), max_length=24, unique=True)
    bank_account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, related_name="deposits", verbose_name=_("bank account")
    )
    currency = CurrencyField(_("currency"))
    total = MoneyField(_("total"))
    count = models.PositiveIntegerField(_("cheques"))
    deposited_on = models.DateField(_("deposited"))
    reference = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("cheque deposit")
        verbose_name_plural = _("cheque deposits")
        ordering = ["-deposited_on", "-pk"]
        triggers = frozen_except()
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0, count__gt=0), name="deposit_has_cheques"),
        ]
        indexes = [models.Index(fields=["-deposited_on", "-id"], name="deposit_newest_first")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("credit:cheque_deposit_detail", args=[self.pk])


class ChequeQuerySet(models.QuerySet["Cheque"]):
    def visible_to(self, user: Any) -> ChequeQuerySet:
        return self.filter(account__customer__in=Customer.objects.visible_to(user))

    def in_hand(self) -> ChequeQuerySet:
        return self.filter(state=Cheque.State.IN_HAND)

    def deposited(self) -> ChequeQuerySet:
        return self.filter(state=Cheque.State.DEPOSITED)


class Cheque(models.Model):
    """A cheque of a customer, perhaps for a later day. In hand it pays nothing.

    Depositing it records `payment` and lets it pay; until the bank cleared it, its amount stays in the account's
    `uncleared`, so it frees no credit. When it bounces, that payment is reversed. `shares` is what it shall pay,
    `[[invoice key, amount], …]`; null is the oldest first. Each change of state is a `ChequeStep`.
    """

    class State(models.TextChoices):
        IN_HAND = "in_hand", _("In hand")
        DEPOSITED = "deposited", _("Deposited")
        CLEARED = "cleared", _("Cleared")
        BOUNCED = "bounced", _("Bounced")
        RETURNED = "returned", _("Given back")

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="cheques")
    currency = CurrencyField(_("currency"))
    number = models.CharField(_("cheque number"), max_length=20)
    bank = models.CharField(_("bank"), max_length=80)
    branch = models.CharField(_("branch"), max_length=80, blank=True)
    drawer = models.CharField(_("drawer"), max_length=120, blank=True)
    amount = MoneyField(_("amount"))
    dated_on = models.DateField(_("date on the cheque"))
    taken_on = models.DateField(_("taken in"))
    shares: Any = models.JSONField(null=True)
    note = models.CharField(_("note"), max_length=240, blank=True)
    reference = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.IN_HAND)
    changed_on = models.DateField(_("since"))
    deposit = models.ForeignKey(ChequeDeposit, null=True, on_delete=models.PROTECT, related_name="cheques")
    payment = models.OneToOneField(Payment, null=True, on_delete=models.PROTECT, related_name="cheque")
    times_bounced = models.PositiveSmallIntegerField(_("times bounced"), default=0)

    objects = ChequeQuerySet.as_manager()

    class Meta:
        verbose_name = _("cheque")
        verbose_name_plural = _("cheques")
        ordering = ["dated_on", "pk"]
        permissions = [
            ("take_cheque", "Can take in a cheque, and give it back"),
            ("deposit_cheque", "Can deposit cheques"),
            ("settle_cheque", "Can say that a cheque cleared or bounced"),
        ]
        triggers = frozen_except("state", "changed_on", "deposit", "payment", "times_bounced")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="cheque_is_worth_something"),
            models.CheckConstraint(
                condition=Q(state__in=["in_hand", "returned"], payment__isnull=True)
                | Q(
                    state__in=["deposited", "cleared", "bounced"],
                    payment__isnull=False,
                    deposit__isnull=False,
                ),
                name="cheque_at_the_bank_has_a_payment_and_a_slip",
            ),
            models.UniqueConstraint(
                F("account"),
                Upper("bank"),
                F("number"),
                condition=~Q(state="returned"),
                name="cheque_taken_in_once",
            ),
        ]
        indexes = [
            models.Index(fields=["dated_on", "id"], name="cheque_by_day"),
            models.Index(fields=["dated_on", "id"], condition=Q(state="in_hand"), name="cheque_in_hand"),
            models.Index(fields=["account", "state"], name="cheque_by_account"),
            models.Index(
                fields=["changed_on", "id"], condition=Q(state="deposited"), name="cheque_uncleared"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.bank}"

    def get_absolute_url(self) -> str:
        return reverse("credit:cheque_detail", args=[self.pk])


class ChequeStep(AppendOnly):
    """One step in a cheque's life, with what it moved. `charge` is what the bank took from us for it."""

    class Kind(models.TextChoices):
        TAKEN = "taken", _("Taken in")
        DEPOSITED = "deposited", _("Deposited")
        CLEARED = "cleared", _("Cleared")
        BOUNCED = "bounced", _("Bounced")
        TAKEN_BACK = "taken_back", _("Taken back from the bank")
        RETURNED = "returned", _("Given back")

    cheque = models.ForeignKey(Cheque, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(_("step"), max_length=10, choices=Kind.choices)
    on = models.DateField(_("date"))
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="+")
    deposit = models.ForeignKey(ChequeDeposit, null=True, on_delete=models.PROTECT, related_name="+")
    fee = models.ForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="+")
    charge = MoneyField(_("bank's charge"), default=0)
    reason = models.CharField(_("reason"), max_length=240, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("step of a cheque")
        verbose_name_plural = _("steps of cheques")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(charge__gte=0), name="charge_not_negative"),
            models.CheckConstraint(
                condition=~Q(kind__in=["bounced", "returned", "taken_back"]) | ~Q(reason=""),
                name="cheque_that_comes_back_says_why",
            ),
        ]
        indexes = [models.Index(fields=["on", "cheque"], condition=Q(kind="bounced"), name="cheque_bounces")]

    def __str__(self) -> str:
        return f"{self.cheque}: {self.kind}"
