"""E-mail over whichever backend Django is set up with: SMTP, or a provider through anymail."""

from __future__ import annotations

import smtplib
from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailConfigurationError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from messaging.transports.base import Accepted, Found, NotSent, Outgoing, Rejected, Unknown
from messaging.transports.rules import Act, Rule

NO_SUCH_ADDRESS = Rule(Act.FALL_BACK, "the address does not exist", suppress="invalid")
REFUSED = Rule(Act.FALL_BACK, "the mail server refuses the message")


def message_id(uid: str) -> str:
    """Made from our own id, so that a copy found anywhere leads back to its message."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{uid}@{domain}>"


class EmailTransport:
    def send(self, message: Outgoing) -> Accepted:
        mail = EmailMultiAlternatives(
            subject=" ".join(message.subject.split()),
            body=message.body,
            to=[message.recipient],
            headers={"Message-ID": message_id(message.uid), "Auto-Submitted": "auto-generated"},
        )
        if message.html:
            mail.attach_alternative(message.html, "text/html")
        for name, content, media_type in message.files:
            mail.attach(name, content, media_type)
        mail.connection = get_connection()
        try:
            mail.connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise _not_opened(error) from error
        try:
            mail.send()
        except (smtplib.SMTPException, AnymailAPIError, AnymailRecipientsRefused, OSError) as error:
            raise _not_taken(error) from error
        except AnymailConfigurationError as error:
            raise NotSent(str(error), code="config", pauses=True) from error
        finally:
            _close(mail.connection)
        status = getattr(mail, "anymail_status", None)
        return Accepted(getattr(status, "message_id", None) or message_id(message.uid), "sent")

    def find(self, message: Outgoing, *, since: datetime, until: datetime) -> Iterable[Found] | None:
        """Mail servers keep no list that could be asked."""
        return None


def _not_opened(error: Exception) -> NotSent:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return NotSent("The mail server refuses our credentials.", code=str(error.smtp_code), pauses=True)
    return NotSent(f"The mail server can't be reached ({type(error).__name__}).", code="unreachable")


def _not_taken(error: Exception) -> NotSent | Rejected | Unknown:
    if isinstance(error, AnymailRecipientsRefused):
        return Rejected(NO_SUCH_ADDRESS.meaning, code="refused", rule=NO_SUCH_ADDRESS)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return _by_smtp_code(code, NO_SUCH_ADDRESS)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return NotSent("The mail server refuses our sender address.", code=str(error.smtp_code), pauses=True)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return _by_smtp_code(error.smtp_code, REFUSED)
    status = getattr(error, "status_code", None)
    if status == 429:
        return NotSent("The mail provider asks for patience.", code="429")
    if status in (401, 403):
        return NotSent("The mail provider refuses our credentials.", code=str(status), pauses=True)
    if status and 400 <= status < 500:
        return Rejected(REFUSED.meaning, code=str(status), rule=REFUSED)
    return Unknown(f"The mail server gave no clear answer ({type(error).__name__}).")


def _by_smtp_code(code: int, rule: Rule) -> NotSent | Rejected:
    """RFC 5321: 4yz is for now, 5yz is for good."""
    if code < 500:
        return NotSent("The mail server asks to try again later.", code=str(code))
    return Rejected(rule.meaning, code=str(code), rule=rule)


def _close(connection: Any) -> None:
    """The message is handed over or not by now; a connection that ends badly changes nothing about it."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        return
