"""Work that follows a commit.

`after_commit("orders.review_held_orders", customer_id=5)` names a task of any layer without importing it, so a low
app can cause something high. The name is `<app>.<task>`, every such task is safe to run twice, and a beat task sweeps
what was lost: a broker that is down never undoes what was committed, and one that hangs keeps nobody waiting, because
a thread of its own does the sending.
"""

from __future__ import annotations

import atexit
import json
import os
import threading
import time
from typing import Any

import structlog
from celery import current_app
from django.db import transaction

log = structlog.get_logger(__name__)


def after_commit(task: str, **kwargs: Any) -> None:
    """Send a task by name once the surrounding transaction has committed, soon and by another thread."""
    transaction.on_commit(lambda: sender.put(task, kwargs), robust=True)


def send_now(task: str, **kwargs: Any) -> bool:
    """Send a task by name; False, with a log line, when the broker can't be reached."""
    try:
        current_app.send_task(task, kwargs=kwargs)
    except Exception as error:  # whatever the broker's client raises, the sale stands
        log.warning("task_not_sent", task=task, error=str(error), **kwargs)
        return False
    return True


class Sender:
    """Sends tasks from a thread, the first at once; the same task asked for again within a moment is sent once."""

    PAUSE = 0.05
    """Seconds between two rounds: at a busy counter many sales share one wake-up of the messages' worker."""

    def __init__(self) -> None:
        self.start_afresh()

    def start_afresh(self) -> None:
        """Forget thread and lock: a forked child has neither, whatever its memory says."""
        self.waiting: dict[str, tuple[str, dict[str, Any]]] = {}
        self.changed = threading.Condition()
        self.busy = self.closing = False
        self.thread: threading.Thread | None = None

    def put(self, task: str, kwargs: dict[str, Any]) -> None:
        with self.changed:
            self.waiting[json.dumps([task, kwargs], sort_keys=True, default=str)] = (task, kwargs)
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name="task sender", daemon=True)
                self.thread.start()
            self.changed.notify_all()

    def run(self) -> None:
        while True:
            with self.changed:
                while not self.waiting:
                    self.busy = False
                    self.changed.notify_all()
                    if self.closing:
                        return
                    self.changed.wait()
                self.busy, tasks, self.waiting = True, list(self.waiting.values()), {}
            self.send(tasks)
            time.sleep(self.PAUSE)

    def send(self, tasks: list[tuple[str, dict[str, Any]]]) -> None:
        """What is done with one round of them. Must not raise: the thread would end."""
        for task, kwargs in tasks:
            send_now(task, **kwargs)

    def flush(self, seconds: float = 3) -> bool:
        """Wait until everything has been tried; False when that took too long."""
        with self.changed:
            return self.changed.wait_for(lambda: not self.waiting and not self.busy, timeout=seconds)

    def close(self, seconds: float = 3) -> None:
        """Send what is left and end the thread, so that none runs while the interpreter is taken down."""
        with self.changed:
            self.closing = True
            self.changed.notify_all()
        if self.thread is not None:
            self.thread.join(timeout=seconds)


sender = Sender()
os.register_at_fork(after_in_child=sender.start_afresh)
atexit.register(sender.close)
