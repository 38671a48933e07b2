"""Both gateways on one port, with the page on which a person pays."""

from __future__ import annotations

import base64
import html
import json
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

from . import razorpay_api, stripe_api
from .razorpay_api import RazorpayError
from .state import GivenBack, Page, Store
from .stripe_api import StripeError

SESSION = re.compile(r"/v1/checkout/sessions(?:/(?P<id>cs_\w+))?")
LINK = re.compile(r"/v1/payment_links(?:/(?P<id>plink_\w+))?/?")
REFUNDS = re.compile(r"/v1/refunds/?")
REFUND = re.compile(r"/v1/payments/(?P<id>pay_\w+)/(?P<what>refunds?)/?")
DISPUTE = re.compile(r"/v1/disputes/(?P<id>\w+)/?")
STRIPES = ("/v1/checkout/", "/v1/refunds", "/v1/disputes/dp_")
PAY = re.compile(r"/pay/(?P<id>\w+)/?")
PAID = {"stripe": "checkout.session.completed", "razorpay": "payment_link.paid"}
EXPIRED = {"stripe": "checkout.session.expired", "razorpay": "payment_link.expired"}


class Webhook(NamedTuple):
    """A signed webhook as it goes over the wire. `status` is what the application answered; 0 for not sent."""

    provider: str
    body: bytes
    headers: dict[str, str]
    status: int = 0


class PaymentSandbox:
    """Stripe and Razorpay for one merchant.

    `webhook_base` is the application. With `hold` webhooks are only kept in `webhooks`, and a test posts them as it
    likes: late, twice, in another order. `fail` names what the next API requests meet: "down" (an HTML error page,
    nothing done), "lost" (done, but the answer never arrives), "hang".
    """

    def __init__(
        self,
        *,
        stripe_key: str,
        stripe_secret: str,
        razorpay_auth: tuple[str, str],
        razorpay_secret: str,
        webhook_base: str = "",
        host: str = "127.0.0.1",
        port: int = 0,
        hold: bool = False,
    ) -> None:
        self.store = Store()
        self.stripe_key, self.stripe_secret = stripe_key, stripe_secret
        self.razorpay_auth, self.razorpay_secret = razorpay_auth, razorpay_secret
        self.webhook_base, self.hold = webhook_base.rstrip("/"), hold
        self.fail: list[str] = []
        self.requests: list[tuple[str, str]] = []
        self.webhooks: list[Webhook] = []
        self.closing = threading.Event()
        self._http = _Server((host, port), self)
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def url(self) -> str:
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    @property
    def pages(self) -> list[Page]:
        return list(self.store.pages.values())

    def pay(self, page: Page, amount: int | None = None, currency: str = "") -> Webhook:
        """The retailer pays (in the smallest unit; None is what was asked). The webhook is posted, or kept."""
        self.store.pay(page, amount, currency)
        kind = PAID[page.provider]
        if page.provider == "razorpay" and page.status == "partially_paid":
            kind = "payment_link.partially_paid"
        return self.tell(page, kind)

    def expire(self, page: Page) -> Webhook:
        page.status = "expired"
        return self.tell(page, EXPIRED[page.provider])

    def tell(self, page: Page, kind: str) -> Webhook:
        """Make a signed webhook about a page, and send it unless they are held."""
        api: Any = stripe_api if page.provider == "stripe" else razorpay_api
        return self._send(page.provider, api.event(page, kind, self.url))

    def refund_becomes(self, made: GivenBack, state: str, kind: str = "") -> Webhook:
        """A refund turns (done, failed, pending), and the gateway says so."""
        made.state = state
        if made.id.startswith("re_"):
            named = {"done": "refund.updated", "failed": "refund.failed"}.get(state, "refund.created")
            return self._send("stripe", stripe_api.about(kind or named, stripe_api.refund(made)))
        named = {"done": "refund.processed", "failed": "refund.failed"}.get(state, "refund.created")
        return self._send("razorpay", razorpay_api.about(kind or named, "refund", razorpay_api.refund(made)))

    def dispute(self, payment: str, amount: int, state: str = "open") -> Webhook:
        """A customer's bank disputes a payment; told again with another state, it turns."""
        prefix = "dp_" if payment.startswith("pi_") else "disp_"
        key = prefix + payment.partition("_")[2]
        paid = self.store.payment(payment)
        currency = paid["currency"] if paid else "INR"
        self.store.disputes[key] = told = {
            "id": key,
            "payment": payment,
            "amount": amount,
            "currency": currency,
            "state": state,
            "until": int(time.time()) + 7 * 86400,
        }
        if prefix == "dp_":
            kind = "charge.dispute.created" if state == "open" else "charge.dispute.closed"
            return self._send("stripe", stripe_api.about(kind, stripe_api.dispute(told)))
        kind = f"payment.dispute.{'created' if state == 'open' else state}"
        return self._send("razorpay", razorpay_api.about(kind, "dispute", razorpay_api.dispute(told)))

    def _send(self, provider: str, body: bytes) -> Webhook:
        if provider == "stripe":
            hook = Webhook("stripe", body, stripe_api.signed(body, self.stripe_secret))
        else:
            hook = Webhook("razorpay", body, razorpay_api.signed(body, self.razorpay_secret))
        if self.hold or not self.webhook_base:
            self.webhooks.append(hook)
            return hook
        return self.post(hook)

    def post(self, hook: Webhook) -> Webhook:
        """Send a webhook, as often as wanted; like the real ones, three times while it is not taken."""
        url = f"{self.webhook_base}/webhooks/{hook.provider}/"
        for pause in (0.2, 1.0, 3.0):
            status = _post(url, hook)
            if 200 <= status < 300 or self.closing.wait(pause):
                break
        sent = hook._replace(status=status)
        self.webhooks.append(sent)
        return sent

    def authorized(self, path: str, header: str) -> bool:
        if path.startswith(STRIPES):
            return header == f"Bearer {self.stripe_key}"
        return header == "Basic " + base64.b64encode(":".join(self.razorpay_auth).encode()).decode()


def _post(url: str, hook: Webhook) -> int:
    asked = urllib.request.Request(url, data=hook.body, headers=hook.headers, method="POST")  # noqa: S310 (our own address)
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], sandbox: PaymentSandbox) -> None:
        self.sandbox = sandbox
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_args: Any) -> None:
        """Silent: names and amounts belong in no log."""

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def _answer(self, method: str) -> None:
        sandbox = self.server.sandbox
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1_000_000))
        parts = urllib.parse.urlsplit(self.path)
        if parts.path.startswith("/v1/"):
            sandbox.requests.append((method, parts.path))
            fault = sandbox.fail.pop(0) if sandbox.fail else ""
            if fault == "hang":
                sandbox.closing.wait(30)
                self.close_connection = True
                return
            if fault == "down":
                self._write(502, b"<html><body>Bad gateway</body></html>", "text/html")
                return
            status, answer = _api(sandbox, method, parts, body, self.headers)
            if fault == "lost":
                self._write(502, b"", "text/html")
                return
            self._write(status, json.dumps(answer).encode(), "application/json")
            return
        found = PAY.fullmatch(parts.path)
        page = sandbox.store.pages.get(found["id"]) if found else None
        if parts.path == "/sandbox/health":
            self._write(200, b"ok", "text/plain")
        elif page is None:
            self._write(404, b"Nothing is here.", "text/plain")
        elif method == "POST":
            self._pay(sandbox, page, body)
        else:
            self._write(200, _page(page), "text/html; charset=utf-8")

    def _pay(self, sandbox: PaymentSandbox, page: Page, body: bytes) -> None:
        form = dict(urllib.parse.parse_qsl(body.decode()))
        if form.get("do") == "pay" and page.status in {"open", "partially_paid"}:
            sandbox.store.pay(page)
            threading.Thread(target=sandbox.tell, args=(page, PAID[page.provider]), daemon=True).start()
        self.send_response(303)
        self.send_header("Location", page.back)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _write(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _api(
    sandbox: PaymentSandbox, method: str, parts: urllib.parse.SplitResult, body: bytes, headers: Any
) -> tuple[int, Any]:
    if not sandbox.authorized(parts.path, headers.get("Authorization", "")):
        return 401, {
            "error": {"type": "invalid_request_error", "code": "BAD_REQUEST_ERROR", "message": "Invalid key"}
        }
    try:
        if found := SESSION.fullmatch(parts.path):
            return 200, _sessions(sandbox, method, found["id"], body, headers)
        if found := LINK.fullmatch(parts.path):
            return 200, _links(sandbox, method, found["id"], parts.query, body)
        if REFUNDS.fullmatch(parts.path):
            if method == "POST":
                return 200, stripe_api.give_back(sandbox.store, body, headers.get("Idempotency-Key", ""))
            key = dict(urllib.parse.parse_qsl(parts.query)).get("payment_intent", "")
            found_ones = [stripe_api.refund(made) for made in sandbox.store.of(key)]
            return 200, {"object": "list", "url": "/v1/refunds", "has_more": False, "data": found_ones}
        if found := REFUND.fullmatch(parts.path):
            if method == "POST":
                key = headers.get("X-Refund-Idempotency", "")
                return 200, razorpay_api.give_back(sandbox.store, found["id"], body, key)
            return 200, {"items": [razorpay_api.refund(made) for made in sandbox.store.of(found["id"])]}
        told = sandbox.store.disputes.get(found["id"]) if (found := DISPUTE.fullmatch(parts.path)) else None
        if told:
            is_stripe = told["id"].startswith("dp_")
            return 200, stripe_api.dispute(told) if is_stripe else razorpay_api.dispute(told)
    except (StripeError, RazorpayError) as error:
        return error.status, error.body
    return 404, {
        "error": {"type": "invalid_request_error", "code": "BAD_REQUEST_ERROR", "message": "Unknown"}
    }


def _sessions(sandbox: PaymentSandbox, method: str, key: str | None, body: bytes, headers: Any) -> Any:
    if method == "POST" and not key:
        return stripe_api.create(sandbox.store, body, headers.get("Idempotency-Key", ""), sandbox.url)
    page = sandbox.store.pages.get(key or "")
    if page is None:
        raise StripeError(404, "invalid_request_error", f"No such checkout.session: {key}")
    return stripe_api.session(page, sandbox.url)


def _links(sandbox: PaymentSandbox, method: str, key: str | None, query: str, body: bytes) -> Any:
    if method == "POST" and not key:
        return razorpay_api.create(sandbox.store, body, sandbox.url)
    if key:
        page = sandbox.store.pages.get(key)
        if page is None:
            raise RazorpayError(400, "The id provided does not exist")
        return razorpay_api.link(page, sandbox.url)
    asked = dict(urllib.parse.parse_qsl(query)).get("reference_id", "")
    page = sandbox.store.by_reference("razorpay", asked)
    return {"payment_links": [razorpay_api.link(page, sandbox.url)] if page else []}


def _page(page: Page) -> bytes:
    """Where the retailer pays in the demo. Plain on purpose: the real one is the gateway's."""
    open_still = page.status in {"open", "partially_paid"} and page.expires_at > time.time()
    amount = f"{page.currency} {page.amount / 100:,.2f}"
    button = (
        '<form method="post"><button name="do" value="pay">Pay '
        + html.escape(amount)
        + '</button> <button name="do" value="back">Back</button></form>'
        if open_still
        else "<p>Nothing is to pay here any more.</p>"
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{page.provider.title()} (demo)</title><body><main><h1>{page.provider.title()} (demo)</h1>"
        f"<p>{html.escape(page.about)}</p><p><b>{html.escape(amount)}</b></p>{button}"
        "<p>This page stands in for the gateway's own. No money moves.</p></main></body></html>"
    ).encode()
