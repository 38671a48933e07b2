"""Work that follows a commit.

`after_commit("orders.review_held_orders", customer_id=5)` names a task of any layer without importing it, so a low
app can cause something high. The name is `<app>.<task>`, every such task is safe to run twice, and a beat task sweeps
what was lost: a broker that is down never undoes what was committed.
"""

from __future__ import annotations

from typing import Any

import structlog
from celery import current_app
from django.db import transaction

log = structlog.get_logger(__name__)


def after_commit(task: str, **kwargs: Any) -> None:
    """Send a task by name once the surrounding transaction has committed. Never raises for a dead broker."""
    transaction.on_commit(lambda: send_now(task, **kwargs), robust=True)


def send_now(task: str, **kwargs: Any) -> bool:
    """Send a task by name; False, with a log line, when the broker can't be reached."""
    try:
        current_app.send_task(task, kwargs=kwargs)
    except Exception as error:  # whatever the broker's client raises, the sale stands
        log.warning("task_not_sent", task=task, error=str(error), **kwargs)
        return False
    return True
