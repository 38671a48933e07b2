"""`manage.py recompute_costs`: work layers and averages out anew from the stock ledger, or only say what differs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from core.history import acting
from inventory.models import Product
from inventory.operations import recompute_costs

CHUNK = 500


class Command(BaseCommand):
    help = (
        "Work out layers, average costs and what left from the first stock move on. Differences of what had left are "
        "told as cost variances. With --check nothing is kept, and it fails when something differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--product", metavar="SKU", help="only this product")
        parser.add_argument("--check", action="store_true", help="only say what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        products = Product.objects.order_by("pk")
        if options["product"]:
            products = products.filter(sku__iexact=options["product"])
            if not products.exists():
                raise CommandError(f"There is no product {options['product']}.")
        keys, changed = list(products.values_list("pk", flat=True)), 0
        for start in range(0, len(keys), CHUNK):
            with transaction.atomic(), acting(via="command", where="recompute_costs"):
                found = recompute_costs(keys[start : start + CHUNK], at=timezone.now())
                if options["check"]:
                    transaction.set_rollback(True)
            names = dict(
                Product.objects.filter(pk__in=[each.product_id for each in found]).values_list("pk", "sku")
            )
            for each in found:
                average = ", the average" if each.cost else ""
                self.stdout.write(
                    f"{names[each.product_id]}: {each.layers} layers, {each.issues} issues{average}"
                )
            changed += len(found)
        differ = f"{changed:,} of {len(keys):,} products differ"
        if options["check"] and changed:
            raise CommandError(f"{differ} from their moves. Without --check they are put right.")
        self.stdout.write(
            f"{changed:,} of {len(keys):,} products put right."
            if changed
            else f"{len(keys):,} products are right."
        )
