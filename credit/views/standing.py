"""How a customer stands, in the head of its page: the figures of credit, and why it has its grade."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.changes import Tracked, also
from core.money import format_money
from core.screens import Figure, PanelScreen
from credit.models import CreditAccount
from credit.queries.reliability import reliability
from credit.queries.standing import Standing, account_of, standing
from credit.rating import TABLE, Rating, rate
from customers.models import Customer


class OfStanding(PanelScreen):
    """A panel about a customer's credit."""

    model = Customer
    permission_required = "credit.view_creditaccount"

    @cached_property
    def customer(self) -> Customer:
        found: Customer = self.get_object()
        return found

    @cached_property
    def account(self) -> CreditAccount:
        return account_of(self.customer)

    @cached_property
    def rating(self) -> Rating:
        return rate(reliability(self.account, on=timezone.localdate()))


class CustomerFigures(OfStanding):
    """Available, exposure, overdue and the grade, each with what it is measured by."""

    template_name = "credit/customer_figures.html"
    title = gettext_lazy("Credit at a glance")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = standing(self.account, on=timezone.localdate())
        figures = [*_room(now), _exposure(now), _overdue(now), self._grade()]
        return super().get_context_data(figures=figures, **kwargs)

    def _grade(self) -> Figure:
        rating = self.rating
        return Figure(
            _("Payment rating"),
            rating.grade or _("none yet"),
            note=_("Why?"),
            tone="info",
            url=reverse("credit:rating", args=[self.customer.pk]),
            ask=True,
        )


def _room(now: Standing) -> list[Figure]:
    """The limit, and what of it is left; one figure where there is no amount."""
    currency = now.account.currency
    if now.limit is None:
        return [Figure(_("Credit limit"), _("unlimited"), note=now.limit_source)]
    if not now.limit and not now.account.exposure:
        return [Figure(_("Credit limit"), _("cash only"), note=now.limit_source)]
    left = now.available or now.limit - now.limit
    return [
        Figure(
            _("Available credit"),
            left,
            kind="money",
            currency=currency,
            note=_("of %(limit)s") % {"limit": format_money(now.limit, currency)},
            tone="bad" if left < 0 else "",
        )
    ]


def _exposure(now: Standing) -> Figure:
    account = now.account
    parts = []
    if account.open_orders:
        parts.append(
            _("%(amount)s of it open orders")
            % {"amount": format_money(account.open_orders, account.currency)}
        )
    if account.uncleared:
        amount = format_money(account.uncleared, account.currency)
        parts.append(_("%(amount)s of it uncleared cheques") % {"amount": amount})
    return Figure(
        _("Exposure"),
        account.exposure,
        kind="money",
        currency=account.currency,
        note=", ".join(parts) or _("all of it billed"),
    )


def _overdue(now: Standing) -> Figure:
    days = ngettext("the oldest %(n)d day late", "the oldest %(n)d days late", now.overdue_days)
    return Figure(
        _("Overdue"),
        now.overdue,
        kind="money",
        currency=now.account.currency,
        note=days % {"n": now.overdue_days} if now.overdue else _("nothing is late"),
        tone="bad" if now.overdue else "good",
    )


class RatingWhy(OfStanding):
    """The reasons of a customer's grade, and the rule."""

    template_name = "credit/rating.html"
    title = gettext_lazy("Why this rating")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rule = [(grade, least, most) for grade, (least, most) in TABLE.items()]
        return super().get_context_data(
            customer=self.customer,
            rating=self.rating,
            rule=rule,
            in_dialog=self.htmx_target == "dialog-body",
            **kwargs,
        )


@also(Customer, "credit.view_creditaccount")
def account_in_history(customer: Customer) -> Tracked:
    """Limit, terms and conditions, on the history of the customer."""
    return Tracked(CreditAccount, {"customer_id": customer.pk}, tells=("limit_kind", "credit_limit", "terms"))
