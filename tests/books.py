"""What `verify_books` would find, for tests that end with clean books."""

from reports.queries import CHECKS


def wrong_books() -> list[str]:
    """Every discrepancy as a sentence; empty when the books are clean."""
    return [str(wrong) for check in CHECKS.values() for wrong in check()]
