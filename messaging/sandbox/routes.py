"""Which request goes where, and what each fault does to the one that creates a message."""

from __future__ import annotations

import dataclasses
import json
import re
import urllib.parse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from messaging.sandbox.api import read_json
from messaging.sandbox.errors import ApiError
from messaging.sandbox.faults import DELIVERY_FAULTS, REQUEST_FAULTS, Fault
from messaging.sandbox.state import number_of

if TYPE_CHECKING:
    from messaging.sandbox.server import Sandbox

MESSAGES = re.compile(r"/2010-04-01/Accounts/(?P<account>\w+)/Messages(?:/(?P<sid>\w+))?\.json")
CONTENT = re.compile(r"/v1/Content(?:/(?P<sid>HX\w+)(?P<approval>/ApprovalRequests/whatsapp)?)?")
PHONE = re.compile(r"/sandbox/phone/(?:(?P<number>\+?\d{5,15})/(?P<reply>reply/)?)?")
STATIC = re.compile(r"/sandbox/static/(?P<name>[a-z]+\.(?:css|js))")


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class HangError(Exception):
    def __init__(self, seconds: float):
        self.seconds = seconds


class ResetError(Exception):
    """The connection is to be reset instead of answered."""


def respond(
    sandbox: Sandbox, method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> Reply:
    try:
        if path.startswith(("/2010-04-01/", "/v1/")) or path in ("/sandbox/faults", "/sandbox/callbacks"):
            sandbox.requests.append((method, path))
            if not sandbox.authorized(headers.get("Authorization", "")):
                raise ApiError(20003)
            return _api(sandbox, method, path, query, body)
        if path == "/sandbox/health":
            return as_json(200, {"ok": True})
        return _phone(sandbox, method, path, query, headers, body)
    except ApiError as error:
        return as_json(error.status, error.body())


def as_json(status: int, payload: object) -> Reply:
    return Reply(status, json.dumps(payload).encode())


def _api(sandbox: Sandbox, method: str, path: str, query: str, body: bytes) -> Reply:
    if found := MESSAGES.fullmatch(path):
        if found["account"] != sandbox.account_sid:
            raise ApiError(20404)
        return _messages(sandbox, method, found["sid"], query, body)
    if found := CONTENT.fullmatch(path):
        return _content(sandbox, method, found["sid"], found["approval"], body)
    if path == "/sandbox/faults":
        return _faults(sandbox, method, body)
    if path == "/sandbox/callbacks":
        return as_json(200, {"callbacks": sandbox.lifecycle.outcomes[-200:]})
    raise ApiError(20404)


def _messages(sandbox: Sandbox, method: str, sid: str | None, query: str, body: bytes) -> Reply:
    form = urllib.parse.parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    if method == "POST":
        return (
            as_json(200, sandbox.api.as_json(sandbox.api.update(sid, form)))
            if sid
            else _create(sandbox, form)
        )
    if sid:
        return as_json(200, sandbox.api.as_json(sandbox.api.fetch(sid)))
    return as_json(200, sandbox.api.list(dict(urllib.parse.parse_qsl(query))))


def _content(sandbox: Sandbox, method: str, sid: str | None, approval: str | None, body: bytes) -> Reply:
    if method == "POST" and sid and approval:
        return as_json(201, sandbox.content.approve(sid, read_json(body)))
    if method == "POST" and not sid:
        return as_json(201, sandbox.content.create(read_json(body)))
    if method == "GET" and sid:
        return as_json(200, sandbox.content.as_json(sandbox.content.fetch(sid)))
    raise ApiError(20404)


def _create(sandbox: Sandbox, form: dict[str, list[str]]) -> Reply:
    to = number_of(form.get("To", [""])[-1])
    fault = sandbox.faults.for_request(to)
    if fault and not fault.kind.endswith("_accepted"):
        return _fail(fault)
    message = sandbox.api.create(form)
    answer = as_json(201, sandbox.api.as_json(message))
    sandbox.lifecycle.accept(message, sandbox.faults.for_delivery(to))
    if not fault:
        return answer
    if fault.kind == "garbled_accepted":
        return Reply(201, answer.body[: len(answer.body) // 2])
    return _fail(fault)


def _fail(fault: Fault) -> Reply:
    if fault.kind.startswith("hang"):
        raise HangError(fault.seconds)
    if fault.kind.startswith("reset"):
        raise ResetError
    if fault.kind.startswith("server_error"):
        return Reply(fault.status or 500, b"<html><body>Internal Server Error</body></html>", "text/html")
    if fault.kind == "rate_limited":
        raise ApiError(20429)
    error = ApiError(fault.code, status=fault.status)
    if fault.kind == "problem":
        problem = {
            "type": f"https://www.twilio.com/docs/errors/{fault.code}",
            "title": error.message,
            "status": error.status,
            "code": fault.code,
        }
        return Reply(error.status, json.dumps(problem).encode(), "application/problem+json")
    raise error


def _faults(sandbox: Sandbox, method: str, body: bytes) -> Reply:
    if method == "POST":
        try:
            sandbox.faults.add(**read_json(body))
        except (TypeError, ValueError) as error:
            return as_json(400, {"error": str(error), "kinds": REQUEST_FAULTS | DELIVERY_FAULTS})
    elif method == "DELETE":
        sandbox.faults.clear()
    return as_json(200, {"pending": [dataclasses.asdict(fault) for fault in sandbox.faults.pending()]})


def _phone(
    sandbox: Sandbox, method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> Reply:
    page = sandbox.phone
    if found := STATIC.fullmatch(path):
        return page.static(found["name"])
    found = PHONE.fullmatch(urllib.parse.unquote(path))
    if not found:
        return page.not_found()
    if not found["number"]:
        return page.index()
    number = "+" + found["number"].lstrip("+")
    if found["reply"]:
        return _reply(sandbox, method, number, headers, body)
    asked = dict(urllib.parse.parse_qsl(query))
    sandbox.open_phone(number)
    return page.conversation(number, asked.get("thread", ""))


def _reply(sandbox: Sandbox, method: str, number: str, headers: dict[str, str], body: bytes) -> Reply:
    form = dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace")))
    origin = urllib.parse.urlsplit(headers.get("Origin", "")).netloc
    if method != "POST" or origin not in ("", headers.get("Host", "")):
        return Reply(403, b"Only this page may write as the phone.", "text/plain; charset=utf-8")
    channel, _, business = form.get("thread", "").partition(":")
    text = form.get("body", "").strip()[:1600]
    if channel in ("whatsapp", "sms") and business and text:
        sandbox.reply(phone=number, business=business, body=text, channel=channel)
    return Reply(303, b"", "text/plain", {"Location": sandbox.phone.path(number, f"{channel}:{business}")})
