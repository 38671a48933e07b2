"""Small writes that nobody waits for: done when the answer has been sent.

For what may be lost with the process (a count of searches), never for what a person was told. Anything that must not
be lost belongs into the transaction, or to `core.tasks.after_commit`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.http.response import HttpResponseBase

log = structlog.get_logger(__name__)


def afterwards(response: HttpResponseBase, work: Callable[[], Any]) -> None:
    """Do `work` once `response` is closed. An error is logged: the person has their answer."""

    def run() -> None:
        try:
            work()
        except Exception as error:  # whatever it is, the answer stands
            log.warning("afterwards_failed", error=str(error))

    response._resource_closers.append(run)  # type: ignore[attr-defined]
