"""What the scorecard is made from, read from documents (CRD-2)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from core.models import Attachment
from core.money import ZERO, round_money
from credit.models import CreditAccount, LimitRequest, PaymentTerms
from credit.scorecard import ScoreInputs

from .reliability import reliability
from .standing import standing

YEAR, QUARTER = dt.timedelta(days=365), dt.timedelta(days=90)

# One row. `late` weighs each payment by its money, as `reliability` does; missing money counts with its days so far.
FIGURES = """
WITH billed AS (
    SELECT id, total, issued_on, due_on, outstanding FROM credit_invoice
    WHERE account_id = %(account)s AND kind IN ('invoice', 'opening')
      AND (issued_on > %(year)s OR due_on > %(half)s)
),
money AS (
    SELECT b.due_on, sum(a.amount) AS amount, greatest(p.received_on - b.due_on, 0) AS late
    FROM billed b JOIN credit_allocation a ON a.invoice_id = b.id JOIN credit_payment p ON p.id = a.payment_id
    WHERE b.due_on > %(half)s AND b.due_on < %(on)s
    GROUP BY b.id, b.due_on, p.id, late HAVING sum(a.amount) > 0
    UNION ALL
    SELECT due_on, outstanding, %(on)s::date - due_on FROM billed
    WHERE outstanding > 0 AND due_on > %(half)s AND due_on < %(on)s
)
SELECT coalesce((SELECT sum(total) FROM billed WHERE issued_on > %(year)s AND issued_on <= %(on)s), 0),
       coalesce((SELECT sum(total) FROM billed WHERE issued_on > %(quarter)s AND issued_on <= %(on)s), 0),
       coalesce((SELECT sum(total) FROM billed WHERE issued_on > %(half)s AND issued_on <= %(quarter)s), 0),
       (SELECT coalesce(sum(total), 0) FROM credit_creditnote
        WHERE account_id = %(account)s AND issued_on > %(year)s AND issued_on <= %(on)s),
       (SELECT sum(amount * late) / sum(amount) FROM money WHERE due_on > %(quarter)s),
       (SELECT sum(amount * late) / sum(amount) FROM money WHERE due_on <= %(quarter)s),
       (SELECT count(*) FROM credit_promisetopay
        WHERE account_id = %(account)s AND state = 'kept' AND settled_on > %(year)s),
       (SELECT count(*) FROM credit_promisetopay
        WHERE account_id = %(account)s AND state = 'broken' AND settled_on > %(year)s),
       (SELECT coalesce(sum(times_bounced), 0) FROM credit_cheque
        WHERE account_id = %(account)s AND times_bounced > 0 AND changed_on > %(year)s)
"""


def score_inputs(account: CreditAccount, *, on: dt.date) -> ScoreInputs:
    """The figures of the scorecard on a day; a handful of queries. An account that is not stored has none."""
    paid = reliability(account, on=on)
    now = standing(account, on=on)
    days: dict[str, Any] = {
        "account": account.pk or 0,
        "on": on,
        "year": on - YEAR,
        "quarter": on - QUARTER,
        "half": on - 2 * QUARTER,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, days)
        billed, lately, before, returned, late_lately, late_before, kept, broken, bounced = cursor.fetchone()
    return ScoreInputs(
        on=on.isoformat(),
        currency=account.currency,
        invoices=paid.invoices,
        days_late=paid.days_late,
        on_time=paid.on_time,
        promises_kept=kept,
        promises_broken=broken,
        bounced=bounced,
        billed=billed,
        returned=returned,
        months=paid.months,
        sold_lately=lately,
        sold_before=before,
        late_lately=_rounded(late_lately),
        late_before=_rounded(late_before),
        limit=now.limit,
        exposure=account.exposure,
        term_days=_term_days(account),
        years_in_business=account.years_in_business,
        references=account.trade_references,
        kyc=_has_papers(account),
        starting_limit=Decimal(settings.STARTING_CREDIT_LIMIT).quantize(ZERO),
    )


def _rounded(days: Any) -> Decimal | None:
    return None if days is None else round_money(Decimal(days))


def _term_days(account: CreditAccount) -> int:
    """How long its invoices may take to be paid, in days; the end of a month counts as half a month."""
    group_terms = account.group.terms if account.group else None
    terms = account.terms or group_terms or PaymentTerms.objects.filter(is_default=True).first()
    if terms is None:
        return 0
    return terms.days + (0 if terms.kind == PaymentTerms.Kind.NET else 15)


def _has_papers(account: CreditAccount) -> bool:
    """Whether its papers are attached: to the customer, or to a request for a limit."""
    kinds = ContentType.objects.get_for_models(type(account.customer), LimitRequest)
    papers = Attachment.objects.filter(
        kind__in=[Attachment.Kind.KYC, Attachment.Kind.ID_CARD, Attachment.Kind.LICENCE], removed_at=None
    )
    of_customer = papers.filter(
        content_type=kinds[type(account.customer)], object_id=account.customer_id or 0
    )
    requests = LimitRequest.objects.filter(account=account.pk or 0).values("pk")
    of_request = papers.filter(content_type=kinds[LimitRequest], object_id__in=requests)
    return of_customer.exists() or of_request.exists()
