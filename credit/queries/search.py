"""Finding documents by their number or by whose they are."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from credit.models import CreditAccount
from customers.models import Customer
from customers.queries.search import narrow

MOST_CUSTOMERS = 500


def search_documents(rows: QuerySet[Any], text: str, *, user: Any) -> QuerySet[Any]:
    """Invoices or payments whose number begins so, or whose customer, in sight of `user`, fits.

    The customers are found first: a condition over two tables could use no index, and a million invoices would be
    read for every letter typed. More than `MOST_CUSTOMERS` customers fit only a search that says too little.
    """
    fitting = (
        narrow(Customer.objects.visible_to(user), text)
        .order_by()
        .values_list("pk", flat=True)[:MOST_CUSTOMERS]
    )
    accounts = list(CreditAccount.objects.filter(customer__in=list(fitting)).values_list("pk", flat=True))
    return rows.filter(Q(number__startswith=text.upper()) | Q(account__in=accounts))
