"""Checking the books and remembering it."""

from __future__ import annotations

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils.translation import ngettext_lazy

from core.notify import admins, holders, notify

from .models import BooksCheck
from .queries import verify_books as verify
from .queries.books import told

log = structlog.get_logger(__name__)
KEPT = 200
"""Books that differ in more places than this have one cause; the command prints them all."""


def verify_books() -> BooksCheck:
    """Check all books and keep the outcome. Differences are logged as errors, for whoever watches the logs."""
    verdict = verify()
    wrong = verdict.discrepancies
    if wrong:
        log.error("books_differ", found=len(wrong), first=str(wrong[0]))
    with transaction.atomic():
        check = BooksCheck.objects.create(
            at=verdict.at,
            seconds=verdict.seconds,
            counts=verdict.counts,
            found=len(wrong),
            discrepancies=[told(difference) for difference in wrong[:KEPT]],
        )
        if wrong:
            _tell(check)
    return check


def _tell(check: BooksCheck) -> None:
    """Wrong books concern those who may look at them, and every super admin."""
    text = ngettext_lazy("The books differ in %d place.", "The books differ in %d places.", check.found)
    notify(
        [*holders("reports.view_bookscheck"), *admins()],
        "books.differ",
        text % check.found,
        key=f"books:{check.pk}",
        url=reverse("reports:books"),
        tone="bad",
        at=check.at,
    )
