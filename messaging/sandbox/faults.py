"""Trouble on demand: what the next requests or callbacks do instead of going well."""

import threading
from dataclasses import dataclass
from typing import Any

# What happens to the POST that creates a message.
REQUEST_FAULTS = {
    "rate_limited": "HTTP 429 with 20429; nothing was accepted",
    "server_error": "HTTP 500; nothing was accepted",
    "server_error_accepted": "HTTP 500, yet the message was accepted",
    "hang": "no answer; nothing was accepted",
    "hang_accepted": "no answer, yet the message was accepted",
    "reset": "the connection is reset; nothing was accepted",
    "reset_accepted": "the connection is reset, yet the message was accepted",
    "garbled_accepted": "HTTP 201 with half a JSON body; the message was accepted",
    "error": "Twilio's error `code`; nothing was accepted",
    "problem": "error `code` as application/problem+json (RFC 9457); nothing was accepted",
}
# What happens to a message that was accepted, and to its callbacks.
DELIVERY_FAULTS = {
    "fail_later": "the message fails with `code` by callback",
    "duplicate_callbacks": "every callback is sent twice",
    "out_of_order_callbacks": "the callbacks come in reverse order",
    "late_callbacks": "the callbacks come `seconds` late",
    "no_callbacks": "the message is delivered, but no callback ever comes",
    "forged_signature": "the callbacks are signed with a wrong token",
}


@dataclass
class Fault:
    kind: str
    times: int = 1
    to: str = ""  # only messages to this number; empty: any
    code: int = 0
    status: int = 0
    seconds: float = 30.0

    def __post_init__(self) -> None:
        if self.kind not in REQUEST_FAULTS and self.kind not in DELIVERY_FAULTS:
            raise ValueError(f"unknown fault {self.kind!r}")
        if self.kind in ("error", "problem", "fail_later") and not self.code:
            raise ValueError(f"{self.kind} needs a code")
        if not isinstance(self.times, int) or self.times < 1:
            raise ValueError("times must be a whole number above 0")


class Faults:
    """A list of pending faults; each is used up by the messages it meets."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: list[Fault] = []

    def add(self, kind: str, **values: Any) -> Fault:
        fault = Fault(kind, **values)
        with self._lock:
            self._pending.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._pending.clear()

    def pending(self) -> list[Fault]:
        with self._lock:
            return list(self._pending)

    def for_request(self, to: str) -> Fault | None:
        """The first fault waiting for a request to this number."""
        with self._lock:
            for fault in self._pending:
                if fault.kind in REQUEST_FAULTS and fault.to in ("", to):
                    self._use(fault)
                    return fault
        return None

    def for_delivery(self, to: str) -> dict[str, Fault]:
        """All faults waiting for this message's later life, one of each kind."""
        found: dict[str, Fault] = {}
        with self._lock:
            for fault in list(self._pending):
                if fault.kind in DELIVERY_FAULTS and fault.to in ("", to) and fault.kind not in found:
                    self._use(fault)
                    found[fault.kind] = fault
        return found

    def _use(self, fault: Fault) -> None:
        fault.times -= 1
        if fault.times == 0:
            self._pending.remove(fault)
