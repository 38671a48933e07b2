"""The phone's two pages: the list of phones, and one phone's conversations."""

import time
import urllib.parse
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from string import Template

from messaging.sandbox.errors import MESSAGES
from messaging.sandbox.phone.text import as_html, clock, national
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
STATUS_WORDS = {
    "accepted": "on its way",
    "queued": "on its way",
    "sending": "on its way",
    "sent": "✓ sent",
    "delivered": "✓✓ delivered",
    "read": "✓✓ read",
    "canceled": "cancelled before it left",
}


class Phone:
    def __init__(self, store: Store, now: Callable[[], float] = time.time):
        self.store, self.now = store, now
        self.frame = Template((FOLDER / "page.html").read_text(encoding="utf-8"))

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
        return self._page(
            "Nothing here",
            "<p class='empty'>There is nothing at this address. <a href='/sandbox/phone/'>All phones</a></p>",
            404,
        )

    def index(self) -> Reply:
        last: dict[str, Message] = {}
        for message in self.store.messages():
            last.pop(message.phone, None)
            last[message.phone] = message
        rows = "".join(
            self._row(message, self.path(number), national(number))
            for number, message in reversed(last.items())
        )
        body = (
            f"<ul class='chats'>{rows}</ul>" if rows else "<p class='empty'>No message has been sent yet.</p>"
        )
        return self._page(
            "Phones",
            f"<header class='bar'><h1>Phones</h1></header><div class='scroll' data-live>{body}</div>",
        )

    def conversation(self, number: str, asked: str) -> Reply:
        threads = self.store.threads(number)
        if not threads:
            return self._page(
                number,
                f"<p class='empty'>{escape(national(number))} has no messages yet. <a href='/sandbox/phone/'>All phones</a></p>",
                200,
            )
        channel, _, business = asked.partition(":")
        key = (channel, business) if (channel, business) in threads else next(iter(threads))
        tabs = (
            "".join(self._tab(number, each, threads, key) for each in sorted(threads, reverse=True))
            if len(threads) > 1
            else ""
        )
        bubbles = self._bubbles(threads[key])
        thread = escape(f"{key[0]}:{key[1]}")
        return self._page(
            f"{national(number)} · {APP_NAMES[key[0]]}",
            f"<header class='bar {key[0]}'><a class='back' href='/sandbox/phone/' aria-label='All phones'>‹</a>"
            f"<div class='who'><h1>{escape(national(key[1]))}</h1><p>{APP_NAMES[key[0]]} on the phone of {escape(national(number))}</p></div></header>"
            f"{f'<nav class=tabs aria-label=Conversations>{tabs}</nav>' if tabs else ''}"
            f"<main class='scroll talk {key[0]}' data-live data-end tabindex='0' aria-label='Conversation'>{bubbles}</main>"
            f"<form class='reply' method='post' action='/sandbox/phone/{number}/reply/'>"
            f"<input type='hidden' name='thread' value='{thread}'>"
            "<label class='hidden' for='body'>Reply</label>"
            "<input id='body' name='body' maxlength='1600' autocomplete='off' placeholder='Reply' required>"
            "<button type='submit' aria-label='Send'><svg viewBox='0 0 24 24' aria-hidden='true'><path d='M4 12 20 4l-5 16-3.5-6.5z'/></svg></button></form>",
        )

    def _page(self, title: str, body: str, status: int = 200) -> Reply:
        return Reply(status, self.frame.substitute(title=escape(title), body=body).encode(), HTML, HEADERS)

    def _row(self, message: Message, path: str, name: str) -> str:
        preview = escape(message.body.split("\n")[0][:80])
        return (
            f"<li><a href='{escape(path)}'><span class='face {message.channel}' aria-hidden='true'>{escape(name[-2:])}</span>"
            f"<span class='lines'><span class='top'><b>{escape(name)}</b><time>{clock(message.created_at, self.now())}</time></span>"
            f"<span class='preview'>{preview}</span></span></a></li>"
        )

    def _tab(
        self, number: str, key: tuple[str, str], threads: Iterable[tuple[str, str]], current: tuple[str, str]
    ) -> str:
        mark = " aria-current='page'" if key == current else ""
        several = sum(1 for channel, _business in threads if channel == key[0]) > 1
        name = f"{APP_NAMES[key[0]]} · {national(key[1])}" if several else APP_NAMES[key[0]]
        return f"<a href='{escape(self.path(number, ':'.join(key)))}'{mark}>{escape(name)}</a>"

    def _bubbles(self, messages: list[Message]) -> str:
        parts, day = [], ""
        for message in messages:
            today = time.strftime("%d %B %Y", time.localtime(message.created_at))
            if today != day:
                parts.append(f"<p class='day'><span>{today}</span></p>")
                day = today
            parts.append(self._bubble(message))
        return "".join(parts)

    def _bubble(self, message: Message) -> str:
        failed = message.status in ("failed", "undelivered")
        side = "mine" if message.inbound else "theirs"
        word = "" if message.inbound else STATUS_WORDS.get(message.status, message.status)
        if failed:
            reason = MESSAGES.get(message.error_code or 0, "")
            word = f"✕ not delivered · {message.error_code} {reason}"
        state = "lost" if failed else "waiting" if word == "on its way" else ""
        media = "".join(f"<p class='media'>{as_html(url, rich=False)}</p>" for url in message.media)
        return (
            f"<article class='bubble {side} {state}' data-sid='{escape(message.sid)}' data-status='{escape(message.status)}'>"
            f"<div class='text'>{as_html(message.body, rich=message.channel == 'whatsapp')}</div>{media}"
            f"<footer><time>{time.strftime('%H:%M', time.localtime(message.created_at))}</time> <span class='status'>{escape(word)}</span></footer></article>"
        )
