"""Work in the background. Tasks take ids, call one operation and may run twice."""

from __future__ import annotations

import contextlib

from celery import shared_task
from django.utils import timezone

from core.history import acting

from . import operations
from .gateways import GatewayDown
from .models import Checkout, Invoice
from .operations.printing import make_invoice_pdf as make


@shared_task(name="credit.make_invoice_pdf", autoretry_for=(OSError,), retry_backoff=5, max_retries=6)
def make_invoice_pdf(invoice_id: int) -> None:
    """Print an invoice, so that it is there when somebody asks for it. An invoice that is gone needs no file."""
    invoice = Invoice.objects.filter(pk=invoice_id).first()
    if invoice is not None:
        make(invoice, at=timezone.now())


@shared_task(name="credit.settle_promises")
def settle_promises(customer_id: int | None = None) -> None:
    """Money of a customer came or went; without one: every night, the promises whose day has ended."""
    with acting(via="task", where="credit.settle_promises"):
        if customer_id is None:
            operations.settle_due(at=timezone.now())
        else:
            operations.settle_promises(customer_id, at=timezone.now())


@shared_task(
    name="credit.work_gateway_event",
    autoretry_for=(GatewayDown,),
    retry_backoff=5,
    retry_backoff_max=600,
    max_retries=8,
)
def work_gateway_event(event_id: int) -> None:
    """A gateway told us something; it is asked how that checkout stands, and what it has is booked."""
    with acting(via="task", where="credit.work_gateway_event"):
        operations.work_gateway_event(event_id, at=timezone.now())


@shared_task(name="credit.sweep_checkouts")
def sweep_checkouts() -> None:
    """Webhooks whose task was lost, checkouts and refunds nobody told us of."""
    with acting(via="task", where="credit.sweep_checkouts"):
        operations.sweep_checkouts(at=timezone.now())
        operations.sweep_refunds(at=timezone.now())


@shared_task(
    name="credit.send_refund",
    autoretry_for=(GatewayDown,),
    retry_backoff=5,
    retry_backoff_max=600,
    max_retries=8,
)
def send_refund(refund_id: int) -> None:
    """An approved refund goes back the way the money came."""
    with acting(via="task", where="credit.send_refund"):
        operations.send_refund(refund_id, at=timezone.now())


@shared_task(name="credit.look_at_checkout")
def look_at_checkout(checkout_id: int) -> None:
    """A retailer came back from the gateway and waits: ask it now. What it does not say yet comes later."""
    checkout = Checkout.objects.select_related("account").get(pk=checkout_id)
    with acting(via="task", where="credit.look_at_checkout"), contextlib.suppress(GatewayDown):
        operations.look_at(checkout, at=timezone.now())


@shared_task(name="credit.remind_of_cheques")
def remind_of_cheques() -> None:
    """In the morning: how many cheques may go to the bank today, and which are too old from tomorrow on."""
    with acting(via="task", where="credit.remind_of_cheques"):
        operations.remind_of_cheques(at=timezone.now())


@shared_task(name="credit.send_monthly_statements")
def send_monthly_statements(after: int = 0) -> None:
    """On the first of a month: last month's statement to everybody who owes or moved, 500 accounts at a time."""
    with acting(via="task", where="credit.send_monthly_statements"):
        operations.send_monthly_statements(at=timezone.now(), after=after)


@shared_task(name="credit.run_dunning")
def run_dunning() -> None:
    """Every few minutes: start today's reminders when their hour has come, go on with what a dead worker left, and
    charge the late fees that are charged by themselves."""
    with acting(via="task", where="credit.run_dunning"):
        operations.dunning_day(at=timezone.now())


@shared_task(name="credit.look_after_limits")
def look_after_limits() -> None:
    """Every night: temporary limits that end or will end soon, and scores for the accounts to review."""
    now = timezone.now()
    with acting(via="task", where="credit.look_after_limits"):
        operations.close_temporary_limits(at=now)
        operations.remind_of_temporary_limits(at=now)
        operations.assess_due(at=now)
