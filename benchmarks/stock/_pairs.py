"""The two sides of a pair, in turn (A B A B …), one warm-up each, and what came of it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any


def beside(
    name: str,
    product: Callable[[], Any],
    sql: Callable[[], Any],
    rounds: int,
    *,
    between: Callable[[], None] = lambda: None,
    tell: Callable[[], Any] | None = None,
    **about: Any,
) -> dict[str, Any]:
    """Milliseconds of both sides and their ratio. What they return must be equal, each time.

    Not measured: `between` before each act puts back what a side has written, and what `tell` says after it is compared
    instead of what the act returned.
    """
    sides = {"product": product, "sql": sql}
    times: dict[str, list[float]] = {side: [] for side in sides}
    for turn in range(rounds + 1):
        answers = []
        for side, act in sides.items():
            between()
            begun = time.perf_counter()
            answer = act()
            if turn:
                times[side].append((time.perf_counter() - begun) * 1000)
            answers.append(tell() if tell else answer)
        if answers[0] != answers[1]:
            raise SystemExit(f"{name}: the sides differ.\n{str(answers[0])[:400]}\n{str(answers[1])[:400]}")
    mine, theirs = times["product"], times["sql"]
    return {
        "scenario": name,
        **about,
        "milliseconds": {side: round(statistics.median(taken), 2) for side, taken in times.items()},
        "p95_milliseconds": round(sorted(mine)[int(len(mine) * 0.95)], 2),
        "ratio": round(statistics.median(a / b for a, b in zip(mine, theirs, strict=True)), 3),
        "rounds": rounds,
    }


def sentence(result: dict[str, Any]) -> str:
    took = result["milliseconds"]
    return (
        f"{result['scenario']}: {took['product']:.1f} ms, SQL {took['sql']:.1f} ms, ratio {result['ratio']}"
    )
