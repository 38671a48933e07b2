"""Work in the background. Tasks take ids, call one operation and may run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from core.history import acting

from . import operations
from .models import Invoice
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
