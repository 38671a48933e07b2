"""Which screens are complete in every language: what a retailer sees, and what the counter says.

The texts of these files must be translated (tests/core/test_languages.py). Everything else may still be English.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .extract import ROOT

COMPLETE = [
    "templates/credit/retailer/*.html",
    "credit/views/retailer.py",
    "credit/states.py",
    "core/templatetags/figures.py",
    "core/money.py",
    "templates/account/login.html",
    "templates/core/_language.html",
    "templates/core/_user_menu.html",
    "templates/core/_theme.html",
    "templates/core/_rail.html",
    "templates/core/_tabbar.html",
    "templates/core/_topbar.html",
    "templates/base.html",
    "templates/orders/counter.html",
    "templates/orders/_counter*.html",
    "orders/views/counter*.py",
]


def files(root: Path = ROOT) -> Iterator[Path]:
    """The files of the complete screens."""
    for pattern in COMPLETE:
        yield from sorted(root.glob(pattern))
