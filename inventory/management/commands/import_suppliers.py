"""`manage.py import_suppliers FILE [--products]`: suppliers, or what they sell us, as the lists export them."""

from __future__ import annotations

from argparse import ArgumentParser
from functools import partial
from typing import Any

from core.management.tables import TableCommand
from core.tables import Change, TableKind
from inventory.forms.tables import keep_supplier
from inventory.operations.suppliers import import_offer, import_supplier
from inventory.supplier_files import OFFERS, SUPPLIERS


class Command(TableCommand):
    help = (
        "Import suppliers, or with --products what they sell us: new ones are made, known ones changed, the same file "
        "twice changes nothing. Columns are known by the headings of the export."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--products", action="store_true", help="what suppliers sell us, not who they are"
        )

    def table(self, options: dict[str, Any]) -> tuple[TableKind, Change]:
        if options["products"]:
            return OFFERS, import_offer
        return SUPPLIERS, partial(import_supplier, keep=keep_supplier)
