"""Run the scenarios of this package one after the other and print what they measured; `--json` as one object."""

from __future__ import annotations

import argparse
import json
import pkgutil
import sys
from importlib import import_module

import django

django.setup()

import benchmarks.stock as package  # noqa: E402
from benchmarks.stock._pairs import sentence  # noqa: E402


def main() -> int:
    """Seed, measure, print."""
    known = [module.name for module in pkgutil.iter_modules(package.__path__) if module.name[0] != "_"]
    parser = argparse.ArgumentParser(
        prog="bin/bench stock",
        description=package.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="*", choices=known, help="these scenarios alone")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    results = []
    for name in options.only or known:
        scenario = import_module(f"benchmarks.stock.{name}")
        for result in scenario.run(options.rounds, lambda text: print(text, file=sys.stderr, flush=True)):
            results.append(result)
            if not options.json:
                print(sentence(result), flush=True)
    if options.json:
        print(json.dumps({"benchmark": "stock", "results": results}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
