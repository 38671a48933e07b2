"""The credit account: what a customer may owe, on what terms, and what it owes now."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import CurrencyField, MoneyField
from core.history import tracked
from customers.models import Customer

from .terms import PaymentTerms


class LimitKind(models.TextChoices):
    """The four states of a credit limit. Zero is not unlimited, and nothing typed is not zero."""

    INHERITED = "inherited", _("as the group")
    CASH_ONLY = "cash_only", _("cash only")
    AMOUNT = "amount", _("amount")
    UNLIMITED = "unlimited", _("unlimited")


@tracked()
class CreditGroup(models.Model):
    """Defaults for accounts that have no limit of their own."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    limit_kind = models.CharField(
        _("limit"), max_length=10, choices=LimitKind.choices[1:], default=LimitKind.CASH_ONLY
    )
    credit_limit = MoneyField(_("credit limit"), null=True, blank=True)
    terms = models.ForeignKey(
        PaymentTerms,
        verbose_name=_("payment terms"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    max_overdue_days = models.PositiveSmallIntegerField(
        _("days overdue allowed"),
        null=True,
        blank=True,
        help_text=_("Empty: lateness does not stop an order."),
    )
    max_open_invoices = models.PositiveSmallIntegerField(_("open invoices allowed"), null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"),
        default=0,
        db_default=0,
        help_text=_("So long after its day nothing counts as late."),
    )
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        verbose_name = _("credit group")
        verbose_name_plural = _("credit groups")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(limit_kind="amount", credit_limit__gt=0)
                | (~Q(limit_kind="amount") & Q(credit_limit__isnull=True)),
                name="group_limit_amount_only_when_its_kind_says_so",
            ),
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_credit_group"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CreditAccountQuerySet(models.QuerySet["CreditAccount"]):
    def visible_to(self, user: Any) -> CreditAccountQuerySet:
        return self.filter(customer__in=Customer.objects.visible_to(user))


@tracked(exclude=["balance", "unallocated", "open_orders", "uncleared"])
class CreditAccount(models.Model):
    """One customer's credit. Every write that moves money locks this row first.

    `balance` is the sum of the receivable entries: what is outstanding on invoices less `unallocated`, the money
    no invoice has needed yet. `open_orders` is what confirmed orders will still bill. `uncleared` is cheques that were
    deposited, and so paid, but that the bank may still send back. Exposure is the three together, so an order and its
    invoice never count twice, and a cheque frees credit only when it has cleared.
    """

    class Status(models.TextChoices):
        GOOD = "good", _("Good")
        WARNING = "warning", _("Warning")
        BLOCKED = "blocked", _("Blocked")

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="credit_account")
    currency = CurrencyField(_("currency"), default=settings.CURRENCY)
    group = models.ForeignKey(
        CreditGroup,
        verbose_name=_("group"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="accounts",
    )
    limit_kind = models.CharField(
        _("limit"), max_length=10, choices=LimitKind.choices, default=LimitKind.INHERITED
    )
    credit_limit = MoneyField(_("credit limit"), null=True, blank=True)
    temporary_limit = MoneyField(_("temporary limit"), null=True, blank=True)
    temporary_until = models.DateField(_("until"), null=True, blank=True)
    terms = models.ForeignKey(
        PaymentTerms,
        verbose_name=_("payment terms"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    max_overdue_days = models.PositiveSmallIntegerField(
        _("days overdue allowed"),
        null=True,
        blank=True,
        help_text=_("Empty: as the group."),
    )
    max_open_invoices = models.PositiveSmallIntegerField(
        _("open invoices allowed"), null=True, blank=True, help_text=_("Empty: as the group.")
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), null=True, blank=True, help_text=_("Empty: as the group.")
    )
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.GOOD)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    limit_reason = models.CharField(_("why this limit"), max_length=300, blank=True)
    limit_request = models.ForeignKey(
        "LimitRequest",
        verbose_name=_("limit request"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    years_in_business = models.PositiveSmallIntegerField(_("years in business"), null=True, blank=True)
    trade_references = models.PositiveSmallIntegerField(
        _("trade references"), null=True, blank=True, help_text=_("Suppliers who spoke well of it.")
    )
    special_conditions = models.TextField(_("special conditions"), blank=True)
    reviewed_on = models.DateField(_("last review"), null=True, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)

    balance = MoneyField(_("balance"), default=0, db_default=0, editable=False)
    unallocated = MoneyField(_("unallocated"), default=0, db_default=0, editable=False)
    open_orders = MoneyField(_("open orders"), default=0, db_default=0, editable=False)
    uncleared = MoneyField(_("uncleared cheques"), default=0, db_default=0, editable=False)

    objects = CreditAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit account")
        verbose_name_plural = _("credit accounts")
        permissions = [
            ("view_ageing", "Can see the ageing of receivables"),
            ("import_creditaccount", "Can import limits and terms of credit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(limit_kind="amount", credit_limit__gt=0)
                | (~Q(limit_kind="amount") & Q(credit_limit__isnull=True)),
                name="limit_amount_only_when_its_kind_says_so",
            ),
            models.CheckConstraint(
                condition=Q(temporary_limit__isnull=True, temporary_until__isnull=True)
                | Q(temporary_limit__gt=0, temporary_until__isnull=False),
                name="temporary_limit_has_an_end",
            ),
            models.CheckConstraint(condition=Q(open_orders__gte=0), name="open_orders_not_negative"),
            models.CheckConstraint(condition=Q(unallocated__gte=0), name="unallocated_not_negative"),
            models.CheckConstraint(condition=Q(uncleared__gte=0), name="uncleared_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["temporary_until"],
                condition=Q(temporary_until__isnull=False),
                name="account_with_temporary_limit",
            ),
            models.Index(
                fields=["review_on", "id"],
                condition=Q(review_on__isnull=False),
                name="account_to_review",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}"

    def get_absolute_url(self) -> str:
        return reverse("credit:account_detail", args=[self.pk])

    @property
    def exposure(self) -> Decimal:
        """Balance, open orders and uncleared cheques together."""
        return self.balance + self.open_orders + self.uncleared


class OrderCommitment(models.Model):
    """What one confirmed order (`order:12`) will still bill. Written by the order's operations, through credit's."""

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="commitments")
    reference = models.CharField(max_length=80, unique=True)
    amount = MoneyField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="commitment_not_negative")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.amount}"
