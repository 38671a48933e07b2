"""What every transport says: sent, not sent, refused, or not known.

A transport takes an `Outgoing` and either returns `Accepted` or raises one of three things. The difference between
them is the difference between losing, doubling and delivering a message, so there is no fourth.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from messaging.transports.rules import Rule


@dataclass(frozen=True)
class Outgoing:
    """One message as a transport needs it. `recipient` is a bare E.164 number or an e-mail address."""

    uid: str
    channel: str
    recipient: str
    body: str
    subject: str = ""
    html: str = ""
    content_sid: str = ""
    content_variables: dict[str, str] = field(default_factory=dict)
    status_callback: str = ""
    files: tuple[tuple[str, bytes, str], ...] = ()
    """What goes along by e-mail: name, content, type."""


@dataclass(frozen=True)
class Accepted:
    """The provider has it. `status` is the provider's word for how far it came."""

    provider_id: str
    status: str = "queued"


class NotSent(Exception):
    """The provider certainly does not have it: safe to send again, after `retry_after` where it said how long.

    `pauses` means that every other message on this channel would meet the same trouble (a wrong credential).
    """

    def __init__(
        self, text: str, *, code: str = "", retry_after: timedelta | None = None, pauses: bool = False
    ):
        super().__init__(text)
        self.text, self.code, self.retry_after, self.pauses = text, code, retry_after, pauses


class Rejected(Exception):
    """The provider refused it for good; `rule` says what follows for the address, the template or the channel."""

    def __init__(self, text: str, *, code: str, rule: Rule):
        super().__init__(text)
        self.text, self.code, self.rule = text, code, rule


class Unknown(Exception):
    """It may have been sent. Never send it again without asking the provider or a person."""

    def __init__(self, text: str):
        super().__init__(text)
        self.text = text


@dataclass(frozen=True)
class Found:
    """A message in the provider's own records."""

    provider_id: str
    status: str
    body: str
    at: datetime
    error_code: str = ""


class Transport(Protocol):
    def send(self, message: Outgoing) -> Accepted:
        """Hand the message over. Raises `NotSent`, `Rejected` or `Unknown`."""

    def find(self, message: Outgoing, *, since: datetime, until: datetime) -> Iterable[Found] | None:
        """The provider's record of what was sent to this recipient then; None when it keeps none."""
