"""The requests Twilio makes to us: their fields, their signature, and how often they are tried again."""

import http.client
import secrets
import urllib.parse
from dataclasses import dataclass, field

from messaging.sandbox.signing import signature
from messaging.sandbox.state import Message, number_of

API_VERSION = "2010-04-01"
CONNECT_SECONDS, READ_SECONDS = 5, 15
EVENT_TYPES = {
    "delivered": "DELIVERED",
    "read": "READ",
    "undelivered": "UNDELIVERED",
    "failed": "UNDELIVERED",
}


@dataclass(frozen=True)
class Callback:
    """One signed POST, ready to go."""

    url: str
    params: dict[str, str]
    signature: str
    token: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def path(self) -> str:
        """Path and query, as a test client takes them."""
        parts = urllib.parse.urlsplit(self.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def body(self) -> bytes:
        return urllib.parse.urlencode(self.params).encode()

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": self.signature,
            "I-Twilio-Idempotency-Token": self.token,
        }


def sign(url: str, params: dict[str, str], token: str) -> Callback:
    """The fragment carries connection settings for Twilio and is neither signed nor sent."""
    return Callback(url, params, signature(urllib.parse.urldefrag(url).url, params, token))


def status_params(message: Message, account_sid: str, status: str, error_code: int | None) -> dict[str, str]:
    params = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "From": message.sender,
        "To": message.recipient,
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": status,
        "SmsStatus": status,
    }
    if message.messaging_service_sid:
        params["MessagingServiceSid"] = message.messaging_service_sid
    if error_code:
        params["ErrorCode"] = str(error_code)
    if message.channel == "whatsapp":
        params |= {
            "ChannelPrefix": "whatsapp",
            "ChannelToAddress": message.recipient,
            "ChannelInstallSid": "XE" + "0" * 32,
        }
        if status in EVENT_TYPES:
            params["EventType"] = EVENT_TYPES[status]
        if error_code and message.error_message:
            params["ChannelStatusMessage"] = message.error_message
    return params


def inbound_params(message: Message, account_sid: str) -> dict[str, str]:
    params = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsMessageSid": message.sid,
        "SmsStatus": "received",
        "From": message.sender,
        "To": message.recipient,
        "Body": message.body,
        "NumMedia": "0",
        "NumSegments": "1",
    }
    if message.channel == "whatsapp":
        digits = number_of(message.sender).lstrip("+")
        params |= {"WaId": digits, "ProfileName": f"Phone {digits[-4:]}", "MessageType": "text"}
    return params


def post(callback: Callback) -> str:
    """Deliver it under the retry rules in its fragment; by default once more, connection failures only."""
    rules = dict(urllib.parse.parse_qsl(urllib.parse.urldefrag(callback.url).fragment))
    retries = min(int(rules.get("rc", "1")), 5) if rules.get("rc", "1").isdigit() else 1
    retried = set(rules.get("rp", "ct").split(","))
    outcome = ""
    for _attempt in range(1 + retries):
        outcome = _post_once(callback)
        if outcome == "ok" or not ({outcome, "all"} & retried):
            break
    return outcome


def _post_once(callback: Callback) -> str:
    """ok, 4xx, 5xx, ct (connection failed) or rt (no answer in time), in Twilio's own abbreviations."""
    parts = urllib.parse.urlsplit(callback.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=CONNECT_SECONDS)
    try:
        try:
            connection.connect()
        except OSError:
            return "ct"
        connection.sock.settimeout(READ_SECONDS)
        try:
            connection.request("POST", callback.path, callback.body, callback.headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return "rt"
    finally:
        connection.close()
    return {4: "4xx", 5: "5xx"}.get(status // 100, "ok")
