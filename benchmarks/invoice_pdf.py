"""Printing an invoice, beside stock WeasyPrint on the same page in the same run: `bin/bench invoice_pdf [--json]`.

Stock is `HTML(string=…).write_pdf(stylesheets=[CSS(string=…)])` with fonts cut by fontTools, as where
libharfbuzz-subset is missing; "stock with harfbuzz" has the library. Ours prepares fonts and style sheet once
per process and lays out without collecting garbage. Runs take turns; figures are milliseconds of processor time.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import django

django.setup()

import weasyprint  # noqa: E402
import weasyprint.pdf.fonts  # noqa: E402
from django.template.loader import get_template, render_to_string  # noqa: E402
from weasyprint.text.ffi import harfbuzz_subset  # noqa: E402

from core.money import taxed  # noqa: E402
from credit.documents import of_invoice, preload, to_pdf  # noqa: E402
from credit.documents.paper import STYLES, TEMPLATE  # noqa: E402


def an_invoice(count: int) -> Any:
    """An invoice of so many lines, as the documents read it."""
    lines = []
    for position in range(1, count + 1):
        price = Decimal("1150.5000") * (position % 7 + 1)
        parts = taxed(price * 2, Decimal(18), inclusive=False)
        lines.append(
            SimpleNamespace(
                position=position,
                sku=f"RN10-INC-{position:03}",
                description="Redmi Note 10 combo display, incell, black, with frame",
                quantity=2,
                unit_price=price,
                price_includes_tax=False,
                discount=Decimal(0),
                tax_rate=Decimal("18.000"),
                **parts._asdict(),
            )
        )
    net, tax = (sum(getattr(line, name) for line in lines) for name in ("net", "tax"))
    party = {
        "name": "Shree Mobile Point",
        "street": "12 Station Road",
        "city": "Pune",
        "tax_id": "27ABCDE1234F1Z5",
    }
    return SimpleNamespace(
        number="INV-2026-00447",
        language="en",
        currency="INR",
        seller={
            **party,
            "name": "Om Display Traders",
            "upi_id": "om@okbank",
            "bank_details": "HDFC Bank, A/c 5020",
        },
        bill_to=party,
        issued_on=dt.date(2026, 11, 21),
        due_on=dt.date(2026, 12, 6),
        terms="Net 15",
        order_number="SO-00447",
        rounding=Decimal(0),
        total=net + tax,
        outstanding=net + tax,
        lines=SimpleNamespace(all=lambda: lines),
    )


def stock(document: Any, *, harfbuzz: bool) -> bytes:
    """The same page as anybody would print it."""
    weasyprint.pdf.fonts.harfbuzz_subset = harfbuzz_subset if harfbuzz else None
    try:
        html = render_to_string(TEMPLATE, {"document": document, "rtl": False})
        css = weasyprint.CSS(string=get_template(STYLES).template.source)  # type: ignore[attr-defined]
        return bytes(weasyprint.HTML(string=html).write_pdf(stylesheets=[css]))
    finally:
        weasyprint.pdf.fonts.harfbuzz_subset = harfbuzz_subset


def measure(lines: int, rounds: int) -> dict[str, Any]:
    document = of_invoice(an_invoice(lines), on=dt.date(2026, 11, 21))
    ways: dict[str, Callable[[], bytes]] = {
        "ours": lambda: to_pdf(document),
        "stock": lambda: stock(document, harfbuzz=False),
        "stock_with_harfbuzz": lambda: stock(document, harfbuzz=True),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for name, way in ways.items():
        way()
        times[name].clear()
    for _round in range(rounds):
        for name, way in ways.items():
            start = time.process_time()
            way()
            times[name].append((time.process_time() - start) * 1000)
    medians = {f"{name}_ms": round(statistics.median(values), 1) for name, values in times.items()}
    return {
        "lines": lines,
        **medians,
        "ratio_to_stock": round(medians["ours_ms"] / medians["stock_ms"], 2),
        "ratio_to_stock_with_harfbuzz": round(medians["ours_ms"] / medians["stock_with_harfbuzz_ms"], 2),
        "bytes": len(to_pdf(document)),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--rounds", type=int, default=10)
    options = asked.parse_args()
    start = time.process_time()
    preload()
    loading = round((time.process_time() - start) * 1000)
    found = {"preload_ms": loading, "harfbuzz_subset": harfbuzz_subset is not None}
    results = [measure(lines, options.rounds) for lines in (3, 40)]
    if options.json:
        print(json.dumps({**found, "invoices": results}))
        return
    for result in results:
        print(", ".join(f"{name} {value}" for name, value in result.items()))


if __name__ == "__main__":
    main()
