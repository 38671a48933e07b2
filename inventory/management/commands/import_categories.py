"""`manage.py import_categories FILE`: the tree of categories and what they ask for, as its page exports it."""

from __future__ import annotations

from typing import Any

from core.management.tables import TableCommand
from core.tables import Change, TableKind
from inventory.category_files import CATEGORIES
from inventory.operations.category_imports import import_category


class Command(TableCommand):
    help = (
        "Import categories, their warranty and specifications: new ones are made, known ones changed, nothing is taken "
        "away, the same file twice changes nothing."
    )

    def table(self, options: dict[str, Any]) -> tuple[TableKind, Change]:
        return CATEGORIES, import_category
