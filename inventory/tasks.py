"""Long work on goods. Every task may run twice, and beside itself."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from core.history import acting
from inventory import operations
from inventory.models import ImportBatch


@shared_task(name="inventory.run_import")
def run_import(batch_id: int) -> None:
    """Import an uploaded file of products."""
    batch = ImportBatch.objects.select_related("by").get(pk=batch_id)
    with acting(by=batch.by, via="task", where="inventory.run_import"):
        operations.run_import(batch)


@shared_task(name="inventory.resume_imports")
def resume_imports() -> None:
    """By beat: imports whose worker died go on."""
    operations.resume_imports(at=timezone.now())
