"""What `verify_books` would find, for tests that end with clean books."""

from credit.queries import check_books as credit_books
from inventory.queries import check_books as inventory_books
from messaging.queries import check_books as messaging_books
from orders.queries import check_books as order_books


def wrong_books() -> list[str]:
    """Every discrepancy as a sentence; empty when the books are clean."""
    checks = (credit_books, inventory_books, messaging_books, order_books)
    return [str(wrong) for check in checks for wrong in check()]
