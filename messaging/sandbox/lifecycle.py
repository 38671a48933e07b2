"""What becomes of an accepted message: the statuses it passes, and the callbacks that tell of them."""

import functools
import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from messaging.sandbox import callbacks
from messaging.sandbox.callbacks import Callback
from messaging.sandbox.errors import MESSAGES
from messaging.sandbox.faults import Fault
from messaging.sandbox.state import FINAL, Message, Store

logger = logging.getLogger(__name__)
ROAD = ("accepted", "queued", "sending", "sent", "delivered")
WINDOW_CLOSED = 63016


@dataclass(frozen=True)
class Step:
    status: str
    error_code: int | None = None


def road_of(message: Message, *, window_open: bool, fault: Fault | None) -> list[Step]:
    """The steps after the initial status, which is never called back."""
    if fault is None and message.channel == "whatsapp" and not message.content_sid and not window_open:
        return [Step("failed", WINDOW_CLOSED)]
    if fault is not None and fault.code >= 63000:
        return [Step("sending"), Step("failed", fault.code)]
    passed = ROAD.index(message.status) + 1 if message.status in ROAD else 0
    steps = [Step(status) for status in ROAD[passed:]]
    if fault is not None:
        return [*steps[:-1], Step("undelivered", fault.code)]
    return steps


class Lifecycle:
    """Walks messages down their road, one step every `pace` seconds.

    With `hold` nothing happens by itself: a test calls `run` and gets the callbacks in hand.
    """

    def __init__(
        self,
        store: Store,
        *,
        account_sid: str,
        auth_token: str,
        pace: float,
        hold: bool,
        now: Callable[[], float],
    ):
        self.store, self.pace, self.hold, self.now = store, pace, hold, now
        self.account_sid, self.auth_token = account_sid, auth_token
        self.outcomes: list[tuple[str, str, str]] = []  # (sid, status, what came of its callback)
        self._roads: dict[str, tuple[list[Step], dict[str, Fault]]] = {}
        self._order = itertools.count()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._wake = threading.Condition()
        self._closed = False
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="sandbox-callback")
        self._thread = threading.Thread(target=self._loop, name="sandbox-lifecycle", daemon=True)

    def start(self) -> None:
        self._thread.start()
        for message in self.store.unfinished():
            self.accept(message, {})

    def stop(self) -> None:
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        self._thread.join(timeout=5)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def accept(self, message: Message, faults: dict[str, Fault]) -> None:
        open_now = self.store.window_open(message.phone, message.business, at=self.now())
        steps = road_of(message, window_open=open_now, fault=faults.get("fail_later"))
        self._roads[message.sid] = (steps, faults)
        if not self.hold:
            self._later(self.pace, lambda: self._walk(message.sid))

    def read(self, message: Message) -> None:
        """The person opened the conversation; WhatsApp tells the sender."""
        told = self._step(message.sid, Step("read"), {})
        if told is not None and not self.hold:
            self.post_soon(told, message.sid, "read")

    def run(self) -> list[Callback]:
        """Walk every waiting message to its end; the callbacks, in the order they would arrive."""
        told: list[Callback] = []
        for sid in list(self._roads):
            steps, faults = self._roads.pop(sid)
            told += self._arrange(
                [self._step(sid, step, faults) for step in steps if self._may_move(sid)], faults
            )
        return told

    def post_soon(self, callback: Callback, sid: str, status: str) -> None:
        self._later(0, lambda: self._send(callback, sid, status))

    def _send(self, callback: Callback, sid: str, status: str) -> None:
        self.outcomes.append((sid, status, callbacks.post(callback)))

    def _walk(self, sid: str) -> None:
        steps, faults = self._roads.get(sid, ([], {}))
        if not steps or not self._may_move(sid):
            self._roads.pop(sid, None)
            return
        if "out_of_order_callbacks" in faults:
            told = [self._step(sid, step, faults) for step in steps]
            self._roads.pop(sid, None)
        else:
            told = [self._step(sid, steps.pop(0), faults)]
        self._tell(told, faults)
        self._later(self.pace, lambda: self._walk(sid))

    def _may_move(self, sid: str) -> bool:
        message = self.store.get(sid)
        return message is not None and message.status not in FINAL

    def _step(self, sid: str, step: Step, faults: dict[str, Fault]) -> Callback | None:
        message = self.store.move(
            sid,
            step.status,
            at=self.now(),
            error_code=step.error_code,
            error_message=MESSAGES.get(step.error_code or 0),
        )
        if not message.status_callback:
            return None
        params = callbacks.status_params(message, self.account_sid, step.status, step.error_code)
        token = "not-the-token" if "forged_signature" in faults else self.auth_token
        return callbacks.sign(message.status_callback, params, token)

    def _arrange(self, told: list[Callback | None], faults: dict[str, Fault]) -> list[Callback]:
        if "no_callbacks" in faults:
            return []
        sent = [callback for callback in told if callback is not None]
        if "out_of_order_callbacks" in faults:
            sent.reverse()
        if "duplicate_callbacks" in faults:
            sent = [callback for callback in sent for _ in range(2)]
        return sent

    def _tell(self, told: list[Callback | None], faults: dict[str, Fault]) -> None:
        for callback in self._arrange(told, faults):
            sid, status = callback.params["MessageSid"], callback.params["MessageStatus"]
            if "late_callbacks" in faults:
                self._later(
                    faults["late_callbacks"].seconds, functools.partial(self._send, callback, sid, status)
                )
            else:
                self._send(callback, sid, status)

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        with self._wake:
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), action))
            self._wake.notify()

    def _loop(self) -> None:
        while True:
            with self._wake:
                while not self._closed and (not self._due or self._due[0][0] > time.monotonic()):
                    self._wake.wait(self._due[0][0] - time.monotonic() if self._due else None)
                if self._closed:
                    return
                _at, _order, action = heapq.heappop(self._due)
            self._pool.submit(_reported, action)


def _reported(action: Callable[[], None]) -> None:
    """A pool swallows what its work raises; a sandbox that fell silent would look like Twilio being slow."""
    try:
        action()
    except Exception:
        logger.exception("a step of the sandbox failed")
