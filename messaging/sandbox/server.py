"""The sandbox itself: its parts put together behind one HTTP server."""

import base64
import hmac
import io
import re
import socket
import struct
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from messaging.sandbox import callbacks
from messaging.sandbox.api import ContentApi, MessagesApi, new_sid
from messaging.sandbox.callbacks import Callback
from messaging.sandbox.faults import Faults
from messaging.sandbox.lifecycle import Lifecycle
from messaging.sandbox.phone import Phone
from messaging.sandbox.routes import HangError, Reply, ResetError, respond
from messaging.sandbox.state import Message, Store

STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "UNSTOP"})
MAX_REQUEST_BYTES = 1_000_000


class Sandbox:
    """Twilio on one port of this machine.

    `webhook_base` is where inbound messages are posted; `pace` the seconds between two statuses. With `hold`
    the callbacks are not posted: `run_callbacks` hands them over, and a test decides when and in which order
    they arrive.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        webhook_base: str = "",
        host: str = "127.0.0.1",
        port: int = 0,
        state_file: Path | None = None,
        pace: float = 0.4,
        hold: bool = False,
        now: Callable[[], float] = time.time,
    ):
        self.account_sid, self.auth_token, self.webhook_base = (
            account_sid,
            auth_token,
            webhook_base.rstrip("/"),
        )
        self.now = now
        self.store = Store(state_file)
        self.faults = Faults()
        self.api = MessagesApi(self.store, account_sid, now)
        self.content = ContentApi(self.store, account_sid)
        self.lifecycle = Lifecycle(
            self.store, account_sid=account_sid, auth_token=auth_token, pace=pace, hold=hold, now=now
        )
        self.phone = Phone(self.store, now)
        self.closing = threading.Event()
        self.requests: list[
            tuple[str, str]
        ] = []  # (method, path) of every API call, for tests that count them
        self._http = _Server((host, port), self)
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def url(self) -> str:
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def messages(self) -> list[Message]:
        """What the business sent, oldest first."""
        return [message for message in self.store.messages() if not message.inbound]

    def start(self) -> Self:
        self.lifecycle.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self.lifecycle.stop()
        self.store.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def run_callbacks(self) -> list[Callback]:
        """Finish every accepted message; with `hold` only."""
        return self.lifecycle.run()

    def open_phone(self, number: str) -> None:
        """The person looks at the conversations: what was delivered over WhatsApp is now read."""
        for message in self.store.messages():
            if message.phone == number and message.channel == "whatsapp" and message.status == "delivered":
                self.lifecycle.read(message)

    def reply(self, *, phone: str, business: str, body: str, channel: str = "whatsapp") -> Callback:
        """The person writes to the business. The signed webhook is posted, or only returned with `hold`."""
        prefix = "whatsapp:" if channel == "whatsapp" else ""
        message = self.store.add(
            Message(
                sid=new_sid(),
                direction="inbound",
                sender=prefix + phone,
                recipient=prefix + business,
                body=body,
                created_at=self.now(),
                status="received",
            )
        )
        word = body.strip().upper()
        if channel == "sms" and word in STOP_WORDS | START_WORDS:
            self.store.opt(phone, business, out=word in STOP_WORDS)
        url = f"{self.webhook_base}/webhooks/twilio/inbound/"
        callback = callbacks.sign(url, callbacks.inbound_params(message, self.account_sid), self.auth_token)
        if not self.lifecycle.hold:
            self.lifecycle.post_soon(callback, message.sid, "received")
        return callback

    def authorized(self, header: str) -> bool:
        expected = "Basic " + base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        return hmac.compare_digest(header.encode(), expected.encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], sandbox: Sandbox):
        self.sandbox = sandbox
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is nothing to report; anything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def log_message(self, *_args: Any) -> None:
        """Silent: the numbers and bodies of messages belong in no log."""

    def _answer(self, method: str) -> None:
        length = self.headers.get("Content-Length", "0")
        if not re.fullmatch(r"\d{1,9}", length) or int(length) > MAX_REQUEST_BYTES:
            self.close_connection = True
            self._write(Reply(413, b"Request too large", "text/plain"))
            return
        parts = urllib.parse.urlsplit(self.path)
        try:
            reply = respond(
                self.server.sandbox,
                method,
                parts.path,
                parts.query,
                dict(self.headers.items()),
                self.rfile.read(int(length)),
            )
        except HangError as fault:
            self.server.sandbox.closing.wait(fault.seconds)
            self.close_connection = True
            return
        except ResetError:
            # Closed with no time to linger, the kernel answers RST; the files go first, they hold the socket.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.rfile.close()
            self.wfile.close()
            self.wfile = io.BytesIO()  # the base class flushes it once more
            self.connection.close()
            return
        self._write(reply)

    def _write(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
