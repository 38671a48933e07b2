"""Goods that come back: what was asked, what came, where it went, and how it was settled."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate, Reverse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import CurrencyField, MoneyField
from core.history import AppendOnly, tracked
from credit.models import Invoice, InvoiceLine, RetailerLink
from customers.models import Customer
from inventory.models import Location, Product


class Disposition(models.TextChoices):
    """Where a piece that came back goes."""

    SHELF = "shelf", _("Back to the shelf")
    DAMAGED = "damaged", _("Damaged")
    QUARANTINE = "quarantine", _("Quarantine")
    SUPPLIER = "supplier", _("To the supplier")
    SCRAP = "scrap", _("Scrap")
    BACK = "back", _("Rejected, back to the customer")


class ReturnQuerySet(models.QuerySet["Return"]):
    def visible_to(self, user: Any) -> ReturnQuerySet:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def open(self) -> ReturnQuerySet:
        """Neither settled nor ended."""
        return self.filter(state__in=[Return.State.ASKED, Return.State.RECEIVED])


@tracked(exclude=["version"])
class Return(models.Model):
    """Pieces of invoices of one customer that are to come back, or came (an RMA).

    Asked by a shop it waits for our word (`accepted_at`); asked by our own people it is accepted at once. The pieces of
    its lines count as returned unless it is rejected or cancelled, or they went back to the customer.
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("return", "Asked")
        RECEIVED = "received", pgettext_lazy("return", "Received")
        SETTLED = "settled", pgettext_lazy("return", "Settled")
        REJECTED = "rejected", pgettext_lazy("return", "Rejected")
        CANCELLED = "cancelled", pgettext_lazy("return", "Cancelled")

    class Settlement(models.TextChoices):
        CREDIT = "credit", _("Credit note")
        REFUND = "refund", _("Credit note, and the money back")
        REPLACEMENT = "replacement", _("Replacement at no charge")
        EXCHANGE = "exchange", _("Credit note, and a new order at the same price")
        NOTHING = "nothing", _("Nothing: everything went back to the customer")

    TONES: dict[str, str] = {
        State.ASKED: "warn",
        State.RECEIVED: "info",
        State.SETTLED: "good",
        State.REJECTED: "bad",
        State.CANCELLED: "",
    }

    number = models.CharField(_("number"), max_length=24, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="returns")
    currency = CurrencyField(_("currency"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.ASKED)
    from_shop = models.BooleanField(_("asked by the shop"), default=False)
    link = models.ForeignKey(RetailerLink, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)
    reference = models.CharField(max_length=120, unique=True)
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    received_at = models.DateTimeField(_("received"), null=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settlement = models.CharField(_("settlement"), max_length=11, choices=Settlement.choices, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    credited = MoneyField(_("credited"), default=0)
    fee_percent = models.DecimalField(_("restocking fee, %"), max_digits=5, decimal_places=2, null=True)
    fee = MoneyField(_("restocking fee"), default=0)
    fee_waived_reason = models.CharField(_("why no restocking fee"), max_length=240, blank=True)
    fee_document = models.ForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_reason = models.CharField(_("why it ended"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["-asked_at", "-pk"]
        permissions = [
            ("accept_return", "Can accept or reject a return"),
            ("receive_return", "Can receive returned goods"),
            ("settle_return", "Can settle a return"),
            ("waive_restocking_fee", "Can waive a restocking fee"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["received", "settled"]) | Q(received_at__isnull=False),
                name="received_return_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="settled", settled_at__isnull=False) & ~Q(settlement="")
                | ~Q(state="settled") & Q(settlement=""),
                name="settled_return_says_how",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "cancelled"])
                | Q(ended_at__isnull=False) & ~Q(ended_reason=""),
                name="ended_return_says_why",
            ),
            models.CheckConstraint(
                condition=Q(fee__gte=0) & Q(fee__lte=F("credited")), name="restocking_fee_within_credit"
            ),
            models.CheckConstraint(
                condition=Q(fee=0) | Q(fee_waived_reason=""), name="waived_restocking_fee_is_nothing"
            ),
        ]
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="return_newest_first"),
            models.Index(fields=["customer", "-asked_at"], name="return_by_customer"),
            models.Index(fields=["state", "-asked_at"], name="return_by_state"),
            models.Index(Collate(Reverse(F("number")), "C"), name="return_by_number_ending"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("orders:return_detail", args=[self.pk])

    @property
    def tone(self) -> str:
        return self.TONES[self.state]

    @property
    def step(self) -> str | Promise:
        """Its state in words, with what it waits for."""
        if self.state == self.State.ASKED and self.accepted_at:
            return _("Accepted, on its way")
        return self.get_state_display()


class ReturnLine(models.Model):
    """Pieces of one invoice line: how many are asked to come back, why, and in what condition they are."""

    class Reason(models.TextChoices):
        FAULTY = "faulty", _("Does not work")
        DAMAGED = "damaged", _("Damaged on the way")
        WRONG = "wrong", _("Wrong product")
        UNSUITABLE = "unsuitable", _("Does not fit")
        TOO_MANY = "too_many", _("Not needed")
        OTHER = "other", pgettext_lazy("reason", "Something else")

    class Condition(models.TextChoices):
        UNKNOWN = "", _("Not looked at yet")
        SEALED = "sealed", _("Sealed")
        OPENED = "opened", pgettext_lazy("goods", "Opened")
        FITTED = "fitted", _("Was fitted")
        FAULTY = "faulty", _("Faulty")
        BROKEN = "broken", _("Broken")

    rma = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    invoice_line = models.ForeignKey(InvoiceLine, on_delete=models.PROTECT, related_name="returns")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="returns")
    quantity = models.PositiveIntegerField(_("pieces"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    words = models.CharField(_("in words"), max_length=300, blank=True)
    condition = models.CharField(_("condition"), max_length=6, choices=Condition.choices, blank=True)

    class Meta:
        verbose_name = _("line of a return")
        verbose_name_plural = _("lines of a return")
        default_permissions = ()
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["rma", "position"], name="one_return_line_per_position"),
            models.UniqueConstraint(fields=["rma", "invoice_line"], name="one_return_line_per_invoice_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_line_asks_for_something"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"


class ReturnPart(AppendOnly):
    """Pieces of a line that came, and where they went. `location` is empty for what went back to the customer."""

    line = models.ForeignKey(ReturnLine, on_delete=models.PROTECT, related_name="parts")
    disposition = models.CharField(_("disposition"), max_length=10, choices=Disposition.choices)
    pieces = models.PositiveIntegerField(_("pieces"))
    location = models.ForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("part of a return")
        verbose_name_plural = _("parts of a return")
        default_permissions = ()
        ordering = ["line", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "disposition"], name="one_return_part_per_disposition"),
            models.CheckConstraint(condition=Q(pieces__gt=0), name="return_part_has_pieces"),
            models.CheckConstraint(
                condition=Q(disposition="back", location__isnull=True)
                | ~Q(disposition="back") & Q(location__isnull=False),
                name="returned_pieces_lie_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} {self.disposition}"
