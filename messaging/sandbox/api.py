"""Twilio's REST resources: Messages (2010-04-01), and of Content (v1) what publishing a template takes."""

import hashlib
import json
import secrets
import time
import urllib.parse
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

from messaging.sandbox.checks import PLACEHOLDER, check_message
from messaging.sandbox.errors import ApiError
from messaging.sandbox.state import FINAL, Message, Store

API_VERSION = "2010-04-01"
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)


def new_sid(prefix: str = "SM") -> str:
    return prefix + secrets.token_hex(16)


class MessagesApi:
    def __init__(self, store: Store, account_sid: str, now: Callable[[], float] = time.time):
        self.store, self.account_sid, self.now = store, account_sid, now

    def create(self, form: dict[str, list[str]]) -> Message:
        body = check_message(form, self.store)
        service = form.get("MessagingServiceSid", [""])[-1]
        media = form.get("MediaUrl", [])
        return self.store.add(
            Message(
                sid=new_sid("MM" if media else "SM"),
                direction="outbound-api",
                sender=form.get("From", [""])[-1],
                recipient=form["To"][-1],
                body=body,
                created_at=self.now(),
                status="accepted" if service else "queued",
                messaging_service_sid=service or None,
                content_sid=form.get("ContentSid", [""])[-1],
                status_callback=form.get("StatusCallback", [""])[-1],
                media=media,
            )
        )

    def fetch(self, sid: str) -> Message:
        message = self.store.get(sid)
        if message is None:
            raise ApiError(20404)
        return message

    def update(self, sid: str, form: dict[str, list[str]]) -> Message:
        message = self.fetch(sid)
        if form.get("Status", [""])[-1] != "canceled":
            raise ApiError(20001, "Only Status=canceled can be asked for")
        if message.status in FINAL or message.status in ("sending", "sent"):
            raise ApiError(30409)
        return self.store.move(sid, "canceled", at=self.now())

    def list(self, query: dict[str, str]) -> dict[str, object]:
        """Newest first, as Twilio lists; filters To, From and DateSent, paged."""
        found = [message for message in reversed(self.store.messages()) if self._matches(message, query)]
        size, page = min(int(query.get("PageSize", 50)), 1000), int(query.get("Page", 0))
        path = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages.json"
        last = max((len(found) - 1) // size, 0) if found else 0

        def uri(number: int) -> str:
            return f"{path}?{urllib.parse.urlencode({**query, 'PageSize': size, 'Page': number})}"

        return {
            "messages": [self.as_json(message) for message in found[page * size : (page + 1) * size]],
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": min((page + 1) * size, len(found)) - 1,
            "uri": uri(page),
            "first_page_uri": uri(0),
            "previous_page_uri": uri(page - 1) if page else None,
            "next_page_uri": uri(page + 1) if page < last else None,
        }

    def as_json(self, message: Message) -> dict[str, object]:
        path = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{message.sid}"
        service = message.messaging_service_sid
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": message.body,
            "date_created": rfc2822(message.created_at),
            "date_sent": rfc2822(message.sent_at),
            "date_updated": rfc2822(message.updated_at),
            "direction": message.direction,
            "error_code": message.error_code,
            "error_message": message.error_message,
            "from": None if service and message.status == "accepted" else message.sender,
            "messaging_service_sid": service,
            "num_media": str(len(message.media)),
            "num_segments": str(segments(message.body)),
            "price": None,
            "price_unit": "USD",
            "sid": message.sid,
            "status": message.status,
            "subresource_uris": {"media": f"{path}/Media.json"},
            "to": message.recipient,
            "uri": f"{path}.json",
        }

    def _matches(self, message: Message, query: dict[str, str]) -> bool:
        if (
            query.get("To", message.recipient) != message.recipient
            or query.get("From", message.sender) != message.sender
        ):
            return False
        sent = message.sent_at or message.created_at
        return (
            (
                "DateSent" not in query
                or datetime.fromtimestamp(sent, UTC).date().isoformat() == query["DateSent"][:10]
            )
            and ("DateSent>" not in query or sent >= moment(query["DateSent>"]))
            and ("DateSent<" not in query or sent <= moment(query["DateSent<"]))
        )


class ContentApi:
    """Templates a business registers; here WhatsApp approves each at once."""

    def __init__(self, store: Store, account_sid: str):
        self.store, self.account_sid = store, account_sid

    def create(self, payload: dict) -> dict[str, object]:
        try:
            name, language = str(payload["friendly_name"]), str(payload["language"])
            body = payload["types"]["twilio/text"]["body"]
        except (KeyError, TypeError):
            raise ApiError(
                20001, "friendly_name, language and types['twilio/text']['body'] are needed"
            ) from None
        if not isinstance(body, str) or not body.strip():
            raise ApiError(20001, "the body of twilio/text must be text")
        sid = "HX" + hashlib.md5(f"{name}\0{language}\0{body}".encode(), usedforsecurity=False).hexdigest()
        self.store.put_template(sid, name=name, language=language, body=body)
        return self.as_json(self.fetch(sid))

    def fetch(self, sid: str) -> dict[str, str]:
        template = self.store.template(sid)
        if template is None:
            raise ApiError(20404)
        return template

    def approve(self, sid: str, payload: dict) -> dict[str, object]:
        self.fetch(sid)
        return {
            "name": payload.get("name", ""),
            "category": payload.get("category", "UTILITY"),
            "content_type": "twilio/text",
            "status": "approved",
            "rejection_reason": "",
            "allow_category_change": True,
        }

    def as_json(self, template: dict[str, str]) -> dict[str, object]:
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        url = f"https://content.twilio.com/v1/Content/{template['sid']}"
        return {
            "sid": template["sid"],
            "account_sid": self.account_sid,
            "friendly_name": template["name"],
            "language": template["language"],
            "variables": dict.fromkeys(PLACEHOLDER.findall(template["body"]), ""),
            "types": {"twilio/text": {"body": template["body"]}},
            "date_created": now,
            "date_updated": now,
            "url": url,
            "links": {"approval_fetch": f"{url}/ApprovalRequests"},
        }


def rfc2822(seconds: float | None) -> str | None:
    return None if seconds is None else format_datetime(datetime.fromtimestamp(seconds, UTC))


def moment(text: str) -> float:
    """Seconds of a date or an ISO time in UTC; 20001 when it is neither."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ApiError(20001, f"Invalid date: {text}") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def segments(body: str) -> int:
    """SMS parts: 160 or 153 characters in GSM-7, 70 or 67 in UCS-2."""
    single, several = (160, 153) if set(body) <= GSM_7 else (70, 67)
    return 1 if len(body) <= single else -(-len(body) // several)


def read_json(raw: bytes) -> dict:
    try:
        payload = json.loads(raw)
    except ValueError:
        raise ApiError(20001, "the body is not JSON") from None
    if not isinstance(payload, dict):
        raise ApiError(20001, "the body must be a JSON object")
    return payload
