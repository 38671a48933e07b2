"""How a limit comes about: what was asked, what the scorecard said, what somebody let pass for a while."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import MoneyField
from core.history import AppendOnly, tracked
from customers.models import Customer

from .account import CreditAccount, LimitKind
from .decision import CreditDecision


class Assessment(AppendOnly):
    """What the scorecard said of a customer on a day. Scoring `inputs` again by `rule` gives the same answer.

    `parts` is the points of each figure with its sentence, as they were read then.
    """

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="assessments")
    inputs = models.JSONField()
    rule = models.CharField(max_length=20)
    points = models.PositiveSmallIntegerField(_("points"))
    rating = models.CharField(_("rating"), max_length=1, blank=True)
    limit_kind = models.CharField(_("proposed limit"), max_length=10, choices=LimitKind.choices)
    credit_limit = MoneyField(_("proposed amount"), null=True, blank=True)
    parts = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("assessed"))

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(limit_kind="amount", credit_limit__gt=0)
                | (~Q(limit_kind="amount") & Q(credit_limit__isnull=True)),
                name="proposal_has_an_amount_only_when_its_kind_says_so",
            ),
        ]
        indexes = [models.Index(fields=["account", "-at", "-id"], name="assessment_by_account")]

    def __str__(self) -> str:
        return f"{self.account}: {self.rating or '–'}, {self.points}"


class LimitRequestQuerySet(models.QuerySet["LimitRequest"]):
    def visible_to(self, user: Any) -> LimitRequestQuerySet:
        return self.filter(account__customer__in=Customer.objects.visible_to(user))

    def open(self) -> LimitRequestQuerySet:
        return self.filter(state=LimitRequest.State.OPEN)


@tracked()
class LimitRequest(models.Model):
    """Somebody asks for another limit; somebody else with the authority decides.

    `kind` and `amount` are what is wanted; with `until`, `amount` is a temporary limit that ends with that day. `had`
    is the limit that counted when it was asked (null: unlimited), `assessment` what the scorecard proposed then. Of
    one account at most one request is open: a newer one supersedes it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        SUPERSEDED = "superseded", _("Superseded")

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="limit_requests")
    kind = models.CharField(_("wanted limit"), max_length=10, choices=LimitKind.choices)
    amount = MoneyField(_("amount"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    about = models.CharField(max_length=80, blank=True)
    had = MoneyField(_("limit when asked"), null=True, blank=True)
    assessment = models.ForeignKey(
        Assessment, null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    granted_kind = models.CharField(_("granted limit"), max_length=10, choices=LimitKind.choices, blank=True)
    granted_amount = MoneyField(_("granted amount"), null=True, blank=True)
    granted_until = models.DateField(_("granted until"), null=True, blank=True)
    reference = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_why = models.CharField(_("said"), max_length=300, blank=True)

    objects = LimitRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("limit request")
        verbose_name_plural = _("limit requests")
        ordering = ["-at", "-pk"]
        permissions = [("approve_limitrequest", "Can approve or reject a limit request")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "rejected"])
                | Q(by__isnull=True, decided_by__isnull=False)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("by"))),
                name="limit_request_decided_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(kind="amount", amount__gt=0) | (~Q(kind="amount") & Q(amount__isnull=True)),
                name="request_has_an_amount_only_when_its_kind_says_so",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(kind="amount"), name="request_for_a_while_has_an_amount"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="limit_request_open_until_decided",
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="open"), name="one_open_limit_request_per_account"
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="limit_request_newest_first"),
            models.Index(fields=["at", "id"], condition=Q(state="open"), name="limit_request_open"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("credit:limit_request_detail", args=[self.pk])


class CreditApprovalQuerySet(models.QuerySet["CreditApproval"]):
    def visible_to(self, user: Any) -> CreditApprovalQuerySet:
        return self.filter(account__customer__in=Customer.objects.visible_to(user))

    def usable(self, *, on: dt.date) -> CreditApprovalQuerySet:
        """Not used, not taken back, not ended."""
        return self.filter(used_at__isnull=True, settled_at__isnull=True, until__gte=on)


@tracked()
class CreditApproval(models.Model):
    """Somebody lets one order pass although the rule refuses, until the end of a day.

    For one order (`order_reference`, "order:12") or for the next order of the customer up to `amount`. Used up once, by
    the decision it made. `settled_at`: it needs no look any more: taken back, or its end was seen to.
    """

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="approvals")
    amount = MoneyField(_("up to"))
    until = models.DateField(_("until"))
    reference = models.CharField(max_length=120, null=True, unique=True, editable=False)
    order_reference = models.CharField(max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("approved"))
    decision = models.OneToOneField(
        CreditDecision, null=True, blank=True, on_delete=models.PROTECT, related_name="approval"
    )
    used_for = models.CharField(max_length=80, blank=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_why = models.CharField(max_length=300, blank=True)

    objects = CreditApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit approval")
        verbose_name_plural = _("credit approvals")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_approval_above_zero"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, decision__isnull=True, used_for="")
                | (Q(used_at__isnull=False, decision__isnull=False) & ~Q(used_for="")),
                name="used_approval_names_its_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account"],
                condition=Q(used_at__isnull=True, settled_at__isnull=True),
                name="credit_approval_usable",
            ),
            models.Index(
                fields=["until"], condition=Q(settled_at__isnull=True), name="credit_approval_not_settled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.amount}"
