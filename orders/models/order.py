"""An order and its lines."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.fields import CurrencyField, MoneyField, PriceField, code_field
from core.history import tracked, tracked_changes
from credit.models import CreditDecision
from customers.models import Customer
from inventory.models import Location, Product


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    CREDIT_HOLD = "credit_hold", _("Credit hold")
    CONFIRMED = "confirmed", _("Confirmed")
    BACKORDERED = "backordered", _("Backordered")
    DELIVERED = "delivered", _("Delivered")
    INVOICED = "invoiced", _("Invoiced")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class QuotedPrices(models.TextChoices):
    """What was decided when prices or costs had changed since the quotation."""

    KEEP = "keep", _("Keep the quoted prices")
    TODAY = "today", _("Take today's prices")


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: Any) -> OrderQuerySet:
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def locked(self) -> OrderQuerySet:
        """Lock the order rows themselves, nothing joined to them."""
        return self.select_for_update(of=("self",))

    def living(self) -> OrderQuerySet:
        """Confirmed, and neither cancelled nor taken back."""
        return self.exclude(status__in=[Status.DRAFT, Status.CREDIT_HOLD, Status.CANCELLED])

    def held(self) -> OrderQuerySet:
        return self.filter(status=Status.CREDIT_HOLD)


@tracked(exclude=["version"])
class Order(models.Model):
    """A shop's request. Confirming it creates the debt; until then it binds nobody.

    `backordered` is a confirmed order some of whose pieces wait for stock. `version` counts writes, so that a page
    read before somebody else's change can be told so. `quotation` is the last one told: its prices hold until its day.
    """

    TRANSITIONS: dict[str, set[str]] = {
        Status.DRAFT: {Status.CONFIRMED, Status.BACKORDERED, Status.CREDIT_HOLD, Status.CANCELLED},
        Status.CREDIT_HOLD: {Status.CONFIRMED, Status.BACKORDERED, Status.DRAFT, Status.CANCELLED},
        Status.BACKORDERED: {
            Status.CONFIRMED,
            Status.DELIVERED,
            Status.INVOICED,
            Status.DRAFT,
            Status.CANCELLED,
        },
        Status.CONFIRMED: {
            Status.BACKORDERED,
            Status.DELIVERED,
            Status.INVOICED,
            Status.CLOSED,
            Status.DRAFT,
            Status.CANCELLED,
        },
        Status.DELIVERED: {Status.INVOICED, Status.CLOSED},
        Status.INVOICED: {Status.CLOSED},
        Status.CLOSED: {Status.INVOICED},  # a payment was reversed
        Status.CANCELLED: set(),
    }

    code = code_field("SO-")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.DRAFT)
    currency = CurrencyField(_("currency"))
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="orders")
    delivery_method = models.CharField(_("delivery"), max_length=16, blank=True)
    customer_reference = models.CharField(_("customer's reference"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    quotation = models.ForeignKey(
        "orders.Quotation", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    quoted_prices = models.CharField(
        _("quoted prices"), max_length=5, blank=True, choices=QuotedPrices.choices, default="", db_default=""
    )
    below_cost_reason = models.CharField(
        _("why below cost"), max_length=240, blank=True, default="", db_default=""
    )
    net = MoneyField(_("net"), default=0)
    tax = MoneyField(_("tax"), default=0)
    total = MoneyField(_("total"), default=0)
    priority = models.PositiveSmallIntegerField(_("priority"), default=5, help_text=_("1 first, 9 last."))
    idempotency_key = models.CharField(max_length=80, null=True, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    confirmations = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    credit_decision = models.ForeignKey(
        CreditDecision, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    # Goods for those that came back with a return, at the prices agreed with it.
    replaces = models.OneToOneField(
        "orders.Return",
        verbose_name=_("replaces"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="replacement",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    # Who pressed Confirm, also when that ended in a hold: the approver must be somebody else.
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, editable=False)
    delivered_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    # What was still to come was given up: the lines keep what was delivered.
    closed_short_at = models.DateTimeField(null=True, editable=False)
    closed_short_reason = models.CharField(
        _("why the rest was given up"), max_length=300, blank=True, default="", db_default=""
    )

    status_read: str
    """The status under the order's lock, before anything was done (`lock_order`)."""

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("confirm_order", "Can confirm an order"),
            ("sell_below_cost", "Can sell below cost, with a reason"),
            ("sell_below_cost_freely", "Can sell below cost without a reason"),
            ("release_order", "Can approve or reject a held order"),
            ("cancel_order", "Can cancel an order"),
            ("reopen_order", "Can return an order to draft"),
            ("deliver_order", "Can deliver an order"),
            ("view_holdqueue", "Can see the credit hold queue"),
            ("view_backorderqueue", "Can see who waits for goods"),
            ("prioritise_order", "Can change whose turn it is"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(total=F("net") + F("tax")), name="order_total_adds_up"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "credit_hold", "cancelled"]) | Q(confirmed_at__isnull=False),
                name="confirmed_order_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(closed_short_at__isnull=True) | ~Q(closed_short_reason=""),
                name="order_closed_short_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="order_newest_first"),
            models.Index(fields=["total", "id"], name="order_by_total"),
            models.Index(fields=["customer", "-created_at"], name="order_by_customer"),
            models.Index(
                fields=["priority", "created_at"], condition=Q(status="credit_hold"), name="order_held"
            ),
            models.Index(
                fields=["priority", "confirmed_at"],
                condition=Q(status="backordered"),
                name="order_backordered",
            ),
            models.Index(fields=["status", "-created_at"], name="order_by_status"),
            models.Index(
                fields=["-created_at", "-id"], condition=~Q(below_cost_reason=""), name="order_below_cost"
            ),
            models.Index(
                Collate(Upper("customer_reference"), "C"),
                condition=~Q(customer_reference=""),
                name="order_by_customer_reference",
            ),
            # What was sold on which days, for whom, read from the index alone.
            models.Index(
                fields=["confirmed_at"],
                include=["customer", "currency", "status", "total"],
                condition=Q(confirmed_at__isnull=False),
                name="order_by_confirmation",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("orders:order_detail", args=[self.pk])

    @property
    def reference(self) -> str:
        """How other apps' ledgers name this order."""
        return f"order:{self.pk}"

    @property
    def confirmation(self) -> str:
        """How they name what its present confirmation made; an order that is confirmed again begins anew."""
        return f"{self.reference}:{self.confirmations}"

    @property
    def is_free(self) -> bool:
        """A replacement at no charge: nothing is billed, its slip is its only paper."""
        return self.replaces_id is not None and not self.total

    def go(self, status: str) -> None:
        """Move to another status in memory; refuses a step the life of an order does not have."""
        if status not in self.TRANSITIONS[self.status]:
            raise Refusal(
                _("Order %(code)s is %(now)s; it can't become %(then)s.")
                % {
                    "code": self.code,
                    "now": self.get_status_display().lower(),
                    "then": Status(status).label.lower(),
                },
                code="wrong_status",
            )
        self.status = status


@tracked_changes("quantity", "unit_price", "discount", "product_id")
class OrderLine(models.Model):
    """Pieces of one product. Pieces are, at any time, waiting (backordered), reserved, or delivered.

    `given_up` were asked too, and are not coming: the order was closed short. They count in none of the others.
    `price_why` keeps the winning and the losing rules; `unit_cost` what a piece cost us when it was confirmed.
    `when_short`: what confirming does where pieces are missing; `substitute` is what may be sold instead.
    """

    class WhenShort(models.TextChoices):
        WAIT = "wait", _("Take what is here, the rest waits")
        HERE = "here", _("Take only what is here")
        SUBSTITUTE = "substitute", _("Take the substitute for what is missing")
        DROP = "drop", _("Leave it out")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="order_lines")
    quantity = models.PositiveIntegerField(_("pieces"))
    unit_price = PriceField(_("price"))
    price_includes_tax = models.BooleanField(default=False)
    price_why = models.JSONField(default=dict)
    discount = MoneyField(_("discount"), default=0)
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()
    unit_cost = PriceField(null=True)
    when_short = models.CharField(
        _("when short"), max_length=10, choices=WhenShort.choices, default=WhenShort.WAIT, db_default="wait"
    )
    substitute = models.ForeignKey(
        Product, verbose_name=_("substitute"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    reserved = models.PositiveIntegerField(default=0, db_default=0)
    backordered = models.PositiveIntegerField(default=0, db_default=0)
    delivered = models.PositiveIntegerField(default=0, db_default=0)
    invoiced = models.PositiveIntegerField(default=0, db_default=0)
    given_up = models.PositiveIntegerField(_("given up"), default=0, db_default=0)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="one_order_line_per_position"),
            models.UniqueConstraint(fields=["order", "product"], name="one_order_line_per_product"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) | Q(given_up__gt=0), name="order_line_asks_for_something"
            ),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="order_line_adds_up"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("reserved") + F("backordered") + F("delivered")),
                name="order_line_promises_at_most_its_pieces",
            ),
            models.CheckConstraint(
                condition=Q(invoiced__lte=F("quantity")), name="order_line_bills_at_most_its_pieces"
            ),
            models.CheckConstraint(
                condition=~Q(when_short="substitute") | Q(substitute__isnull=False),
                name="substitute_of_order_line_is_named",
            ),
        ]
        indexes = [
            models.Index(fields=["product"], condition=Q(backordered__gt=0), name="order_line_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"
