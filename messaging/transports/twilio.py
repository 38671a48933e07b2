"""WhatsApp and SMS through Twilio's own SDK."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from messaging.transports.base import Accepted, Found, NotSent, Outgoing, Rejected, Unknown
from messaging.transports.rules import Act, rule_for

LISTED_AT_MOST = 200


class HttpClient(TwilioHttpClient):
    """The SDK's client, always with a timeout, and pointed at another server when settings name one.

    The SDK builds `https://api.twilio.com` from class constants, so the scheme and host are replaced here.
    """

    def __init__(self, *, base_url: str, timeout: float):
        super().__init__(timeout=timeout)
        self.base = urlsplit(base_url) if base_url else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self.base:
            url = urlunsplit((self.base.scheme, self.base.netloc, *urlsplit(url)[2:]))
        return super().request(method, url, *args, **kwargs)


def client() -> Client:
    """The SDK's client for the settings of now. Raises `NotSent` when there are no credentials."""
    if not (settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN):
        raise NotSent("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set.", code="config", pauses=True)
    return _client(
        settings.TWILIO_ACCOUNT_SID,
        settings.TWILIO_AUTH_TOKEN,
        settings.TWILIO_API_BASE_URL,
        settings.TWILIO_TIMEOUT_SECONDS,
    )


@functools.lru_cache(maxsize=4)
def _client(sid: str, token: str, base_url: str, timeout: float) -> Client:
    return Client(sid, token, http_client=HttpClient(base_url=base_url, timeout=timeout))


class TwilioTransport:
    """One of Twilio's channels."""

    def __init__(self, channel: str):
        self.channel = channel
        self.prefix = "whatsapp:" if channel == "whatsapp" else ""

    @property
    def sender(self) -> str:
        """Our number on this channel. Raises `NotSent` when none is set."""
        name = "TWILIO_WHATSAPP_FROM" if self.channel == "whatsapp" else "TWILIO_SMS_FROM"
        number = getattr(settings, name)
        if not number:
            raise NotSent(f"{name} is not set.", code="config", pauses=True)
        return self.prefix + number.removeprefix("whatsapp:")

    def send(self, message: Outgoing) -> Accepted:
        fields: dict[str, Any] = {
            "to": self.prefix + message.recipient,
            "from_": self.sender,
            "status_callback": message.status_callback,
        }
        if message.content_sid:
            fields["content_sid"] = message.content_sid
            fields["content_variables"] = json.dumps(message.content_variables)
        else:
            fields["body"] = message.body
        twilio = client()
        try:
            created = twilio.messages.create(**fields)
        except (TwilioRestException, TwilioServiceException) as error:
            raise outcome_of_refusal(error.status, str(error.code or "")) from error
        except requests.ConnectionError as error:
            raise outcome_of_broken_connection(error) from error
        except requests.Timeout as error:
            raise Unknown("Twilio gave no answer in time.") from error
        except (requests.RequestException, ValueError) as error:  # ValueError: an answer that is not JSON
            raise Unknown(f"Twilio gave no usable answer ({type(error).__name__}).") from error
        return Accepted(str(created.sid), str(created.status or "queued"))

    def find(self, message: Outgoing, *, since: datetime, until: datetime) -> Iterable[Found] | None:
        """Raises `NotSent` when Twilio can't be asked now."""
        sender, twilio = self.sender, client()
        try:
            listed = twilio.messages.list(
                to=self.prefix + message.recipient, from_=sender, date_sent_after=since, limit=LISTED_AT_MOST
            )
        except (TwilioRestException, TwilioServiceException, requests.RequestException, ValueError) as error:
            raise NotSent(f"Twilio's list of messages could not be read ({type(error).__name__}).") from error
        found = (
            Found(
                str(each.sid),
                str(each.status),
                str(each.body or ""),
                each.date_created,
                str(each.error_code or ""),
            )
            for each in listed
            if each.date_created is not None
        )
        return [each for each in found if since <= each.at <= until]


def outcome_of_refusal(status: int, code: str) -> NotSent | Rejected | Unknown:
    """Twilio answered, and not with 201. Only a 4xx says for certain that nothing was accepted."""
    if status >= 500:
        return Unknown(f"Twilio answered HTTP {status}.")
    if status == 429:
        code = "20429"
    if status == 401 or (status == 403 and not code):
        code = "20003"
    rule = rule_for(code)
    if rule.act in (Act.PAUSE, Act.RETRY):
        return NotSent(rule.meaning, code=code, retry_after=rule.after, pauses=rule.act is Act.PAUSE)
    return Rejected(rule.meaning, code=code or str(status), rule=rule)


def outcome_of_broken_connection(error: requests.ConnectionError) -> NotSent | Unknown:
    """A connection that was never made sent nothing; one that broke may have."""
    if isinstance(error, requests.ConnectTimeout) or _never_connected(error):
        return NotSent("Twilio can't be reached.", code="unreachable")
    return Unknown(f"The connection to Twilio broke ({type(error).__name__}).")


def _never_connected(error: requests.ConnectionError) -> bool:
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
