"""The phone's two pages: the list of phones, and one phone's conversations."""

import time
import urllib.parse
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from string import Template

from messaging.markup import as_html
from messaging.sandbox.errors import MESSAGES
from messaging.sandbox.phone.text import clock, national
from messaging.sandbox.routes import Reply
from messaging.sandbox.state import Message, Store

FOLDER = Path(__file__).parent
HTML = "text/html; charset=utf-8"
STATIC_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
APP_NAMES = {"whatsapp": "WhatsApp", "sms": "Messages"}
ON_ITS_WAY = "on its way"
STATUS_WORDS = {
    "accepted": ON_ITS_WAY,
    "queued": ON_ITS_WAY,
    "sending": ON_ITS_WAY,
    "sent": "✓ sent",
    "delivered": "✓✓ delivered",
    "read": "✓✓ read",
    "canceled": "cancelled before it left",
}
Thread = tuple[str, str]  # channel, the business's number


class Phone:
    def __init__(self, store: Store, now: Callable[[], float] = time.time):
        self.store, self.now = store, now
        self.parts = {file.stem: Template(file.read_text("utf-8")) for file in (FOLDER / "html").iterdir()}

    def path(self, number: str, thread: str = "") -> str:
        return f"/sandbox/phone/{number}/" + (
            f"?{urllib.parse.urlencode({'thread': thread})}" if thread else ""
        )

    def static(self, name: str) -> Reply:
        file = FOLDER / name
        if not file.is_file():
            return self.not_found()
        return Reply(200, file.read_bytes(), STATIC_TYPES[file.suffix], {"Cache-Control": "no-cache"})

    def not_found(self) -> Reply:
        return self._page("Nothing here", self._empty("There is nothing at this address."), 404)

    def index(self) -> Reply:
        last: dict[str, Message] = {}
        for message in self.store.messages():
            last.pop(message.phone, None)
            last[message.phone] = message
        rows = "".join(self._row(message) for message in reversed(last.values()))
        rows = f'<ul class="chats">{rows}</ul>' if rows else self._empty("No message has been sent yet.")
        return self._page("Phones", self.parts["list"].substitute(rows=rows))

    def conversation(self, number: str, asked: str) -> Reply:
        threads = self.store.threads(number)
        if not threads:
            return self._page(number, self._empty(f"{national(number)} has no messages yet."))
        channel, _, business = asked.partition(":")
        current = (channel, business) if (channel, business) in threads else next(iter(threads))
        body = self._fill(
            "conversation",
            {"tabs": self._tabs(number, threads, current), "bubbles": self._bubbles(threads[current])},
            channel=current[0],
            app=APP_NAMES[current[0]],
            business=national(current[1]),
            phone=national(number),
            number=number,
            thread=":".join(current),
        )
        return self._page(f"{national(number)} · {APP_NAMES[current[0]]}", body)

    def _fill(self, part: str, html: dict[str, str], **text: str) -> str:
        """A part with its values: `html` is markup made here, everything else is escaped."""
        return self.parts[part].substitute({**{name: escape(value) for name, value in text.items()}, **html})

    def _page(self, title: str, body: str, status: int = 200) -> Reply:
        return Reply(status, self._fill("page", {"body": body}, title=title).encode(), HTML, HEADERS)

    def _empty(self, text: str) -> str:
        return self._fill("empty", {}, text=text)

    def _row(self, message: Message) -> str:
        name = national(message.phone)
        return self._fill(
            "row",
            {},
            path=self.path(message.phone),
            channel=message.channel,
            ending=name[-2:],
            name=name,
            clock=clock(message.created_at, self.now()),
            preview=message.body.split("\n")[0][:80],
        )

    def _tabs(self, number: str, threads: Iterable[Thread], current: Thread) -> str:
        """WhatsApp and Messages; with their numbers when the business writes from several."""
        keys = sorted(threads, reverse=True)
        if len(keys) < 2:
            return ""
        tabs = []
        for key in keys:
            several = sum(1 for channel, _business in keys if channel == key[0]) > 1
            name = f"{APP_NAMES[key[0]]} · {national(key[1])}" if several else APP_NAMES[key[0]]
            mark = ' aria-current="page"' if key == current else ""
            tabs.append(f'<a href="{escape(self.path(number, ":".join(key)))}"{mark}>{escape(name)}</a>')
        return f'<nav class="tabs" aria-label="Conversations">{"".join(tabs)}</nav>'

    def _bubbles(self, messages: list[Message]) -> str:
        parts, day = [], ""
        for message in messages:
            today = time.strftime("%d %B %Y", time.localtime(message.created_at))
            if today != day:
                parts.append(f'<p class="day"><span>{today}</span></p>')
                day = today
            parts.append(self._bubble(message))
        return "".join(parts)

    def _bubble(self, message: Message) -> str:
        word = "" if message.inbound else STATUS_WORDS.get(message.status, message.status)
        state = "waiting" if word == ON_ITS_WAY else ""
        if message.status in ("failed", "undelivered"):
            word = f"✕ not delivered · {message.error_code} {MESSAGES.get(message.error_code or 0, '')}"
            state = "lost"
        media = "".join(f'<p class="media">{as_html(url, rich=False)}</p>' for url in message.media)
        return self._fill(
            "bubble",
            {"text": as_html(message.body, rich=message.channel == "whatsapp"), "media": media},
            side="mine" if message.inbound else "theirs",
            state=state,
            sid=message.sid,
            status=message.status,
            clock=time.strftime("%H:%M", time.localtime(message.created_at)),
            word=word,
        )
