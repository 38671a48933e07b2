"""Work of the stock in the background."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from core.history import acting

from .operations.demand import forget_demand as forget
from .operations.shortage_report import is_due
from .operations.shortage_report import send_shortage_report as send_report
from .operations.watching import watch_stock as watch


@shared_task(name="inventory.watch_stock")
def watch_stock() -> None:
    """Every minute: which products have reached their reorder points, which have left them."""
    with acting(via="task", where="inventory.watch_stock"):
        watch(at=timezone.now())


@shared_task(name="inventory.watch_products")
def watch_products(product_ids: list[int]) -> None:
    """Something happened with these products: have they reached their reorder points, or left them?"""
    with acting(via="task", where="inventory.watch_products"):
        watch(product_ids, at=timezone.now())


@shared_task(name="inventory.send_shortage_report")
def send_shortage_report() -> None:
    """Every few minutes: from the set hour on, today's report, once."""
    with acting(via="task", where="inventory.send_shortage_report"):
        now = timezone.now()
        if is_due(at=now):
            send_report(at=now)


@shared_task(name="inventory.forget_demand")
def forget_demand() -> None:
    """Every night: unmet demand that is older than it is of use."""
    with acting(via="task", where="inventory.forget_demand"):
        forget(at=timezone.now())
