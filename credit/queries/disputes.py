"""What is disputed, for pages and for whoever asks for money."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Sum

from credit.models import Dispute


def disputed(invoice_ids: Iterable[int]) -> dict[int, Decimal]:
    """`{invoice_id: amount}` under open disputes, at most what is outstanding on each. One query."""
    rows = Dispute.objects.open().filter(invoice_id__in=list(invoice_ids)).order_by()
    found = rows.values_list("invoice_id", "invoice__outstanding").annotate(sum=Sum("amount"))
    return {pk: min(amount, outstanding) for pk, outstanding, amount in found if outstanding}
