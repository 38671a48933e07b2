"""Races on real connections: every contender has its own, all start at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from core.errors import Refusal


def race(contenders: Sequence[Callable[[], Any]], *, seconds: float = 60) -> list[Any]:
    """Run all at once; each outcome in its place: what was returned, or the `Refusal`. Anything else is raised."""
    start = threading.Barrier(len(contenders))
    outcomes: list[Any] = [None] * len(contenders)

    def run(place: int, contender: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=seconds)
            outcomes[place] = contender()
        except BaseException as error:  # handed to the test's own thread
            outcomes[place] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(place, contender), daemon=True)
        for place, contender in enumerate(contenders)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=seconds)
    assert not any(thread.is_alive() for thread in threads), "a contender never came back"
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, Refusal):
            raise outcome
    return outcomes


def refused(outcomes: Sequence[Any], code: str = "") -> list[Refusal]:
    """The refusals among the outcomes, of one code when it is given."""
    return [o for o in outcomes if isinstance(o, Refusal) and (not code or o.code == code)]
