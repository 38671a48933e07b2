"""What a customer says is wrong with a bill."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import CurrencyField, MoneyField
from core.history import tracked
from customers.models import Customer

from .invoice import CreditNote, Invoice, InvoiceLine


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def visible_to(self, user: Any) -> DisputeQuerySet:
        return self.filter(invoice__account__customer__in=Customer.objects.visible_to(user))

    def open(self) -> DisputeQuerySet:
        return self.filter(state=Dispute.State.OPEN)


@tracked(exclude=["updated_at"])
class Dispute(models.Model):
    """A line of an invoice (or all of it) that the customer does not accept, and what became of that.

    `amount` of the invoice is disputed: while the dispute is open nobody asks for that part. Upholding it issues
    `credit_note`; rejecting it sends `answer`.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        UPHELD = "upheld", _("Upheld")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Reason(models.TextChoices):
        FAULTY = "faulty", _("Faulty or broken")
        WRONG = "wrong", _("Not what was ordered")
        MISSING = "missing", _("Did not arrive")
        PRICE = "price", _("The price is wrong")
        RETURNED = "returned", _("Given back already")
        OTHER = "other", pgettext_lazy("reason of a dispute", "Something else")

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="disputes", verbose_name=_("invoice")
    )
    line = models.ForeignKey(
        InvoiceLine,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="disputes",
        verbose_name=_("line"),
    )
    currency = CurrencyField(_("currency"))
    amount = MoneyField(_("amount"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    words = models.CharField(_("in their words"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    raised_by_retailer = models.BooleanField(_("raised by the retailer"), default=False)
    reference = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("raised"))
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    credit_note = models.OneToOneField(
        CreditNote, null=True, blank=True, on_delete=models.PROTECT, related_name="dispute"
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-at", "-pk"]
        permissions = [
            ("raise_dispute", "Can raise a dispute for a customer"),
            ("decide_dispute", "Can uphold or reject a dispute"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_is_about_something"),
            models.UniqueConstraint(
                fields=["invoice", "line"],
                condition=Q(state="open"),
                nulls_distinct=False,
                name="one_open_dispute_per_line",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="dispute_is_answered_unless_open",
            ),
            models.CheckConstraint(
                condition=Q(state="upheld", credit_note__isnull=False)
                | (~Q(state="upheld") & Q(credit_note__isnull=True)),
                name="upheld_dispute_has_its_credit_note",
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="dispute_newest_first"),
            models.Index(
                fields=["invoice"], include=["amount"], condition=Q(state="open"), name="dispute_open"
            ),
            models.Index(fields=["at", "id"], condition=Q(state="open"), name="dispute_open_oldest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice}: {self.amount} {self.currency}"

    def get_absolute_url(self) -> str:
        return reverse("credit:dispute_detail", args=[self.pk])

    @property
    def account(self) -> Any:
        return self.invoice.account
