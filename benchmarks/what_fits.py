"""How often "what fits" finds the right product first: names and codes of a list of phones, right and misspelt.

    python -m benchmarks.what_fits phones.json.xz models.csv --asked 1000

The database must have the phones of those files (`manage.py import_device_models`). Products for a part of them are
made in a transaction that is rolled back; then their names and codes are asked for. All is drawn by a seed, so two
runs ask the same.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def misspell(text: str, chance: random.Random) -> str:
    """One letter left out, swapped with the next, doubled or another: what fingers do. Digits stay."""
    places = [place for place, letter in enumerate(text) if letter.isascii() and letter.isalpha()]
    if not places:
        return text
    place = chance.choice(places)
    letter = text[place]
    kind = chance.choice(["drop", "swap", "double", "replace"])
    if kind == "drop":
        return text[:place] + text[place + 1 :]
    if kind == "double":
        return text[:place] + letter + text[place:]
    if kind == "swap" and place + 1 < len(text) and text[place + 1] not in {letter, " "}:
        return text[:place] + text[place + 1] + letter + text[place + 2 :]
    other = chance.choice([other for other in LETTERS if other != letter.lower()])
    return text[:place] + other + text[place + 1 :]


def measure(
    ask: Callable[[str], set[int]], asked: list[tuple[str, set[int]]]
) -> tuple[float, list[str], list[float]]:
    """(share found first, what was not, seconds each). `asked`: what is typed, and the phones that are right."""
    wrong: list[str] = []
    took: list[float] = []
    for text, right in asked:
        start = time.perf_counter()
        found = ask(text)
        took.append(time.perf_counter() - start)
        if not found & right:
            wrong.append(text)
    return 1 - len(wrong) / len(asked), wrong, took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lists", nargs="+", type=Path)
    parser.add_argument("--asked", type=int, default=1000)
    parser.add_argument("--sold", type=int, default=4000, help="phones that get a product; 0 for all")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--show", type=int, default=0, help="so many of what was not found")
    options = parser.parse_args()

    import django

    django.setup()
    from django.db import connection, transaction

    with transaction.atomic():
        rows, asked = _asked(options)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        _report(options, rows, asked)
        transaction.set_rollback(True)


def _asked(options: Any) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Names and codes of the lists, each with its phone, where that phone has a product: all, and those to ask."""
    from inventory.device_files import open_list
    from inventory.device_lists import check_mapping, guess_mapping, read_device
    from inventory.models import Compatibility, DeviceModel, Product
    from inventory.operations.devices import Brands, Devices

    chance = random.Random(options.seed)
    known, brands = Devices(Brands()), Brands()
    rows: list[tuple[str, int]] = []
    for path in options.lists:
        with path.open("rb") as file, open_list(file, path.name) as table:
            mapping = guess_mapping(table.headers)
            columns = check_mapping(mapping, table.headers)
            for row in table.rows:
                device = read_device(row.cells, columns)
                model, outcome = known.take(device, brands.get([device.brand])[device.brand])
                assert outcome != "created", f"{row.cells} was not imported"
                said = [row.cells[columns[field]] for field in ("name", "codes") if field in columns]
                rows += [(" ".join(text.split()), model.pk) for text in said if text.strip()]
    rows = sorted(set(rows))
    every = sorted({pk for _text, pk in rows})
    sold = set(chance.sample(every, options.sold) if options.sold else every)
    products = Product.objects.bulk_create(
        Product(sku=f"FITS-{_letters(pk)}", name="Combo", is_active=True) for pk in sorted(sold)
    )
    Compatibility.objects.bulk_create(
        Compatibility(product=product, device_model_id=pk)
        for product, pk in zip(products, sorted(sold), strict=True)
    )
    assert DeviceModel.objects.filter(pk__in=sold).count() == len(sold)
    rows = [row for row in rows if row[1] in sold]
    return rows, chance.sample(rows, options.asked)


def _letters(number: int) -> str:
    """A number without digits, so that no search finds it by accident."""
    return str(number).translate(str.maketrans("0123456789", "qwzxvbkjhg"))


def _report(options: Any, rows: list[tuple[str, int]], asked: list[tuple[str, int]]) -> None:
    from inventory.models import DeviceModel, Product
    from inventory.queries import search_products, what_fits

    fits = dict(
        Product.objects.filter(sku__startswith="FITS-").values_list("compatibilities__device_model", "pk")
    )
    print(f"{DeviceModel.objects.count():,} phones, {len(fits):,} with a product, {len(asked):,} asked")

    def page(text: str) -> set[int]:
        return set(next(([p.pk for p in fit.products] for fit in what_fits(text) if fit.products), []))

    def counter(text: str) -> set[int]:
        return {hit.product.pk for hit in search_products(text, 8)[:1]}

    chance = random.Random(options.seed + 1)
    # A list may give one code to several phones: a product for any of them is right.
    meant: dict[str, set[int]] = {}
    for text, pk in rows:
        meant.setdefault(text.casefold(), set()).add(fits[pk])
    right = [(text, meant[text.casefold()]) for text, _pk in asked]
    wrong = [(misspelt, answer) for text, answer in right if (misspelt := misspell(text, chance)) != text]
    for name, ask in (("what fits", page), ("counter", counter)):
        for kind, typed in (("as written", right), ("one letter wrong", wrong)):
            share, missed, took = measure(ask, typed)
            p95 = statistics.quantiles(took, n=20)[-1] * 1000
            median = statistics.median(took) * 1000
            print(
                f"{name}, {kind}: {share:.1%} of {len(typed)} first; median {median:.1f} ms, p95 {p95:.1f} ms"
            )
            for text in missed[: options.show]:
                print("    ", text)


if __name__ == "__main__":
    main()
