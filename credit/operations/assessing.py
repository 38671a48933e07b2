"""Assessing a customer: the scorecard's answer, kept with everything it was made from."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.dates import local_date
from credit.models import Assessment, CreditAccount
from credit.queries.scorecard import score_inputs
from credit.scorecard import RULE, score
from credit.states import proposal_in_words
from customers.operations import record

from .accounts import open_account

FRESH = dt.timedelta(days=7)
"""How long an assessment made by itself is good for."""


@transaction.atomic
def assess(customer_id: int, *, by: Any, at: dt.datetime, tell: bool = True) -> Assessment:
    """Score the customer as of today and keep it. With `tell`, the timeline says what it proposes."""
    account = _account(customer_id)
    inputs = score_inputs(account, on=local_date(at))
    found = score(inputs)
    assessment = Assessment.objects.create(
        account=account,
        inputs=inputs.as_json(),
        rule=RULE,
        points=found.points,
        rating=found.rating,
        limit_kind=found.kind,
        credit_limit=found.amount,
        parts=[part._asdict() for part in found.parts],
        reasons=found.reasons,
        by=by,
        at=at,
    )
    if tell:
        record(
            customer_id,
            "credit.assessed",
            text=_("Assessed: %(rating)s, %(points)d points; proposes %(limit)s")
            % {
                "rating": found.rating or _("new"),
                "points": found.points,
                "limit": proposal_in_words(assessment),
            },
            about=f"credit.creditaccount:{account.pk}",
            by=by,
            at=at,
        )
    return assessment


def assess_due(*, at: dt.datetime, most: int = 500) -> int:
    """Assess the accounts whose review comes up within a week and that have no fresh assessment; how many."""
    today = local_date(at)
    due = (
        CreditAccount.objects.filter(review_on__lte=today + FRESH)
        .exclude(assessments__at__gt=at - FRESH)
        .order_by("review_on", "pk")
    )
    customers = list(due.values_list("customer_id", flat=True)[:most])
    for customer_id in customers:
        assess(customer_id, by=None, at=at, tell=False)
    return len(customers)


def _account(customer_id: int) -> CreditAccount:
    rows = CreditAccount.objects.select_related("customer", "group__terms", "terms")
    found = rows.filter(customer_id=customer_id).first()
    if found is None:
        open_account(customer_id)
        found = rows.get(customer_id=customer_id)
    return found
