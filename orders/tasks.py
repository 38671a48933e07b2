"""What follows a payment or an arrival. Safe to run twice and out of order."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from core.history import acting

from . import operations


@shared_task(name="orders.review_after_payment")
def review_after_payment(customer_id: int) -> None:
    """Money came in or went back: close what is settled, look at held orders again."""
    with acting(via="task", where="orders.review_after_payment"):
        operations.review_closing(customer_id)
        operations.review_held_orders(customer_id, at=timezone.now())


@shared_task(name="orders.review_ended_approvals")
def review_ended_approvals() -> None:
    """Every night: orders whose approval has ended before they were delivered."""
    with acting(via="task", where="orders.review_ended_approvals"):
        operations.review_ended_approvals(at=timezone.now())


@shared_task(name="orders.fill_backorders")
def fill_backorders(product_ids: list[int]) -> None:
    """Goods arrived: fill the orders that wait for them."""
    with acting(via="task", where="orders.fill_backorders"):
        operations.fill_backorders(product_ids, at=timezone.now())


@shared_task(name="orders.review_backorders")
def review_backorders(product_ids: list[int] | None = None) -> None:
    """What is on order has changed, or who waits: when will it be here? By beat for everything."""
    with acting(via="task", where="orders.review_backorders"):
        operations.review_backorders(product_ids, at=timezone.now())


@shared_task(name="orders.sweep")
def sweep() -> None:
    """Every few minutes: whatever a lost task left undone."""
    with acting(via="task", where="orders.sweep"):
        operations.sweep(at=timezone.now())
