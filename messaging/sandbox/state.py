"""What the sandbox remembers: messages, templates, who opted out. Journaled, so that a restart keeps it."""

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

WINDOW_SECONDS = 24 * 3600
FINAL = frozenset({"delivered", "read", "failed", "undelivered", "canceled", "received"})


def number_of(address: str) -> str:
    """The bare number of ``whatsapp:+91…`` or ``+91…``."""
    return address.removeprefix("whatsapp:")


def channel_of(address: str) -> str:
    return "whatsapp" if address.startswith("whatsapp:") else "sms"


@dataclass
class Message:
    """One message on the wire, either way. Times are seconds since the epoch."""

    sid: str
    direction: str
    sender: str
    recipient: str
    body: str
    created_at: float
    status: str = "queued"
    updated_at: float = 0.0
    sent_at: float | None = None
    error_code: int | None = None
    error_message: str | None = None
    messaging_service_sid: str | None = None
    content_sid: str = ""
    status_callback: str = ""
    media: list[str] = field(default_factory=list)
    history: list[tuple[str, float]] = field(default_factory=list)

    @property
    def inbound(self) -> bool:
        return self.direction == "inbound"

    @property
    def channel(self) -> str:
        return channel_of(self.recipient)

    @property
    def phone(self) -> str:
        """The retailer's number, whichever way the message went."""
        return number_of(self.sender if self.inbound else self.recipient)

    @property
    def business(self) -> str:
        return number_of(self.recipient if self.inbound else self.sender)


class Store:
    """Every change goes through here, under one lock, and is appended to the journal before it is visible."""

    def __init__(self, journal: Path | None = None):
        self._lock = threading.RLock()
        self._messages: dict[str, Message] = {}
        self._templates: dict[str, dict[str, str]] = {}
        self._opted_out: set[tuple[str, str]] = set()
        self._journal = None
        if journal is not None:
            self._replay(journal)
            journal.parent.mkdir(parents=True, exist_ok=True)
            self._journal = journal.open("a", encoding="utf-8")

    def close(self) -> None:
        with self._lock:
            if self._journal is not None:
                self._journal.close()
                self._journal = None

    def add(self, message: Message) -> Message:
        with self._lock:
            message.updated_at = message.created_at
            message.history.append((message.status, message.created_at))
            self._write("message", asdict(message))
            self._messages[message.sid] = message
            return message

    def move(
        self,
        sid: str,
        status: str,
        *,
        at: float,
        error_code: int | None = None,
        error_message: str | None = None,
    ) -> Message:
        with self._lock:
            self._write(
                "status",
                {
                    "sid": sid,
                    "status": status,
                    "at": at,
                    "error_code": error_code,
                    "error_message": error_message,
                },
            )
            return self._apply_status(sid, status, at, error_code, error_message)

    def put_template(self, sid: str, *, name: str, language: str, body: str) -> None:
        with self._lock:
            template = {"sid": sid, "name": name, "language": language, "body": body}
            self._write("template", template)
            self._templates[sid] = template

    def opt(self, phone: str, business: str, *, out: bool) -> None:
        with self._lock:
            self._write("opt", {"phone": phone, "business": business, "out": out})
            self._apply_opt(phone, business, out)

    def opted_out(self, phone: str, business: str) -> bool:
        with self._lock:
            return (phone, business) in self._opted_out

    def get(self, sid: str) -> Message | None:
        with self._lock:
            return self._messages.get(sid)

    def template(self, sid: str) -> dict[str, str] | None:
        with self._lock:
            return self._templates.get(sid)

    def templates(self) -> list[dict[str, str]]:
        with self._lock:
            return list(self._templates.values())

    def messages(self) -> list[Message]:
        """Oldest first."""
        with self._lock:
            return list(self._messages.values())

    def threads(self, phone: str) -> dict[tuple[str, str], list[Message]]:
        """The conversations of one phone by (channel, business number), the latest used first."""
        threads: dict[tuple[str, str], list[Message]] = {}
        for message in self.messages():
            if message.phone == phone:
                threads.setdefault((message.channel, message.business), []).append(message)
        return dict(sorted(threads.items(), key=lambda item: -item[1][-1].created_at))

    def window_open(self, phone: str, business: str, *, at: float) -> bool:
        """WhatsApp lets a business write freely for 24 hours after the person's last message."""
        return any(
            message.inbound
            and message.channel == "whatsapp"
            and message.phone == phone
            and message.business == business
            and at - message.created_at < WINDOW_SECONDS
            for message in self.messages()
        )

    def unfinished(self) -> Iterator[Message]:
        return (message for message in self.messages() if message.status not in FINAL)

    def _write(self, kind: str, values: dict) -> None:
        if self._journal is not None:
            self._journal.write(json.dumps({"kind": kind, **values}) + "\n")
            self._journal.flush()

    def _replay(self, journal: Path) -> None:
        if not journal.exists():
            return
        for line in journal.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # the last line of a journal whose writer was killed may be half a line
            kind = entry.pop("kind")
            if kind == "message":
                entry["history"] = [tuple(step) for step in entry["history"]]
                self._messages[entry["sid"]] = Message(**entry)
            elif kind == "status":
                self._apply_status(
                    entry["sid"], entry["status"], entry["at"], entry["error_code"], entry["error_message"]
                )
            elif kind == "template":
                self._templates[entry["sid"]] = entry
            elif kind == "opt":
                self._apply_opt(entry["phone"], entry["business"], entry["out"])

    def _apply_status(
        self, sid: str, status: str, at: float, error_code: int | None, error_message: str | None
    ) -> Message:
        message = self._messages[sid]
        message.status, message.updated_at = status, at
        message.error_code, message.error_message = error_code, error_message
        message.history.append((status, at))
        if status in ("sent", "delivered") and message.sent_at is None:
            message.sent_at = at
        return message

    def _apply_opt(self, phone: str, business: str, out: bool) -> None:
        (self._opted_out.add if out else self._opted_out.discard)((phone, business))
