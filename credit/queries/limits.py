"""Limits beside each other: what counts today for many accounts, how one came to its limit, what the scorecard said."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import (
    Case,
    CharField,
    DecimalField,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, NullIf

from core.money import ZERO
from credit.models import Assessment, CreditAccount, CreditGroup, LimitRequest
from credit.states import limit_in_words

MONEY = DecimalField(max_digits=14, decimal_places=2)


def with_limit(rows: QuerySet[CreditAccount], *, on: dt.date) -> QuerySet[Any]:
    """Accounts with `limit_now` (None: unlimited), `exposure_now`, `left_now` and `used_now` in percent.

    The same rule as `credit.rules.limit_in_force`, for a whole list at once; a test holds them together.
    """
    default = CreditGroup.objects.filter(is_default=True)
    kind = Case(
        When(
            limit_kind="inherited",
            then=Coalesce(
                "group__limit_kind", Subquery(default.values("limit_kind")[:1]), Value("cash_only")
            ),
        ),
        default=F("limit_kind"),
        output_field=CharField(),
    )
    amount = Case(
        When(limit_kind="inherited", group__isnull=False, then=F("group__credit_limit")),
        When(limit_kind="inherited", then=Subquery(default.values("credit_limit")[:1])),
        default=F("credit_limit"),
        output_field=MONEY,
    )
    rows = rows.alias(kind_now=kind, amount_now=amount)
    own = Case(When(kind_now="amount", then=F("amount_now")), default=Value(ZERO), output_field=MONEY)
    limit = Case(
        When(kind_now="unlimited", then=Value(None)),
        When(temporary_until__gte=on, then=Greatest(own, F("temporary_limit"))),
        default=own,
        output_field=MONEY,
    )
    rows = rows.annotate(
        limit_now=limit,
        exposure_now=ExpressionWrapper(F("balance") + F("open_orders") + F("uncleared"), output_field=MONEY),
    )
    used = F("exposure_now") * 100 / NullIf(F("limit_now"), Value(ZERO))
    return rows.annotate(
        left_now=ExpressionWrapper(F("limit_now") - F("exposure_now"), output_field=MONEY),
        used_now=ExpressionWrapper(used, output_field=MONEY),
    )


def with_assessment(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Accounts with their newest assessment: `assessed_at`, `rating`, `points`, `proposed_kind`, `proposed`."""
    newest = Assessment.objects.filter(account=OuterRef("pk")).order_by("-at", "-pk")
    names = {
        "assessed_at": "at",
        "rating": "rating",
        "points": "points",
        "proposed_kind": "limit_kind",
        "proposed": "credit_limit",
    }
    return rows.annotate(**{name: Subquery(newest.values(field)[:1]) for name, field in names.items()})


def newest_assessment(account: CreditAccount) -> Assessment | None:
    """What the scorecard said last; None when it was never asked."""
    found = account.assessments.select_related("by").first() if account.pk else None
    if found is not None:
        found.account = account
    return found


def open_request(account: CreditAccount) -> LimitRequest | None:
    """The request that waits for a decision."""
    found = LimitRequest.objects.open().filter(account=account).first() if account.pk else None
    if found is not None:
        found.account = account
    return found


class LimitStep(NamedTuple):
    """One change of a limit: from what to what, who asked, who approved, why. `request` when it was asked for."""

    at: dt.datetime
    was: str
    now: str
    asked_by: str
    approved_by: str
    why: str
    request: LimitRequest | None


def limit_history(account: CreditAccount) -> list[LimitStep]:
    """How the account came to its limit, the newest first: from what the triggers kept, and the requests."""
    events: Any = account.history.order_by("pgh_id")  # type: ignore[attr-defined]
    rows = list(events)
    requests = LimitRequest.objects.select_related("by").in_bulk(
        [row.limit_request_id for row in rows if row.limit_request_id]
    )
    people = get_user_model()._default_manager.in_bulk(
        {row.approved_by_id for row in rows if row.approved_by_id}
    )
    steps: list[LimitStep] = []
    before = ""
    for row in rows:
        now = limit_in_words(row)
        if row.pgh_label == "delete" or now == before:
            continue
        request = requests.get(row.limit_request_id) if _asked(row, steps) else None
        told = row.pgh_context or {}
        approved = str(people.get(row.approved_by_id) or told.get("name") or "")
        ended = bool(before) and told.get("via") == "task" and not request
        steps.append(
            LimitStep(
                row.pgh_created_at,
                before,
                now,
                str(request.by or "") if request else "",
                "" if ended else approved,
                row.limit_reason,
                request,
            )
        )
        before = now
    return steps[::-1]


def _asked(row: Any, steps: list[LimitStep]) -> bool:
    """Whether this row is the one its request made: later rows carry the request as long as the limit stands."""
    if not row.limit_request_id:
        return False
    return not any(step.request and step.request.pk == row.limit_request_id for step in steps)
