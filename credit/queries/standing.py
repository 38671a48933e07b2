"""How a customer stands: limit, exposure, what is available, what is late."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.money import ZERO
from credit.models import CreditAccount, CreditGroup, OpenPart
from credit.rules import limit_in_force
from customers.models import Customer

SOURCES: dict[str, str | Promise] = {
    "account": _("the customer's own limit"),
    "group": _("the group's limit"),
    "temporary": _("a temporary limit"),
}


class Standing(NamedTuple):
    """An account with the figures that decide. `limit` None is unlimited; `available` may be negative."""

    account: CreditAccount
    limit: Decimal | None
    limit_source: str | Promise
    overdue: Decimal
    overdue_days: int
    open_invoices: int

    @property
    def available(self) -> Decimal | None:
        return None if self.limit is None else self.limit - self.account.exposure


def account_of(customer: Customer) -> CreditAccount:
    """The customer's account; one that is not stored yet when nothing was ever lent."""
    found = CreditAccount.objects.select_related("group", "terms").filter(customer=customer).first()
    if found is None:
        return CreditAccount(
            customer=customer, currency=customer.currency, balance=ZERO, open_orders=ZERO, uncleared=ZERO
        )
    found.customer = customer
    return found


def standing(account: CreditAccount, *, on: dt.date) -> Standing:
    """Where the account stands on a day. Two queries at most."""
    group = account.group or CreditGroup.objects.filter(is_default=True).first()
    limit, source = limit_in_force(
        account.limit_kind,
        account.credit_limit,
        group.limit_kind if group else None,
        group.credit_limit if group else None,
        account.temporary_limit,
        account.temporary_until,
        on=on,
    )
    late = Q(due_on__lt=on)
    figures: dict[str, Any] = {"count": 0, "late": None, "first": None}
    if account.pk:
        figures = OpenPart.objects.filter(account=account).aggregate(
            count=Count("invoice", distinct=True),
            late=Sum("outstanding", filter=late),
            first=Min("due_on", filter=late),
        )
    return Standing(
        account,
        limit,
        SOURCES[source],
        figures["late"] or ZERO,
        (on - figures["first"]).days if figures["first"] else 0,
        figures["count"],
    )
