"""Work of reports in the background."""

from __future__ import annotations

from celery import shared_task

from . import operations


@shared_task(name="reports.verify_books")
def verify_books() -> None:
    """Every night, and when somebody asks: do the books add up?"""
    operations.verify_books()
