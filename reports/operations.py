"""Checking the books and remembering it."""

from __future__ import annotations

import structlog

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
    return BooksCheck.objects.create(
        at=verdict.at,
        seconds=verdict.seconds,
        counts=verdict.counts,
        found=len(wrong),
        discrepancies=[told(difference) for difference in wrong[:KEPT]],
    )
