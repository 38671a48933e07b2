"""E-mail through a real SMTP conversation: what each answer of the mail server means."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from messaging.models import ChannelState, Suppression
from messaging.operations import deliver_due
from messaging.transports import NotSent, Outgoing, Rejected, Unknown, for_channel
from tests.factories.messaging import OutboundMessageFactory

LETTER = Outgoing(
    uid="6f1c",
    channel="email",
    recipient="shop@example.com",
    subject="Invoice\n1",
    body="Hello",
    html="<p>Hello</p>",
)


class MailServer:
    """Answers as it is told at each step of the conversation; keeps what it accepted."""

    def __init__(self) -> None:
        self.rcpt = self.data = self.mail = "250 OK"
        self.hang = self.hang_up = False
        self.letters: list[str] = []

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.mail

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.hang:
            await asyncio.sleep(2)
        if self.hang_up:
            server.transport.abort()
        if self.data.startswith("250"):
            self.letters.append(envelope.content.decode())
        return self.data


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def smtp(settings: Any) -> Iterator[MailServer]:
    handler = MailServer()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield handler
    controller.stop()


def send() -> Any:
    return for_channel("email").send(LETTER)


def test_letter_is_accepted_under_its_own_message_id(smtp):
    accepted = send()
    assert accepted.status == "sent"
    assert accepted.provider_id == "<6f1c@localhost>"
    letter = smtp.letters[0]
    assert "Message-ID: <6f1c@localhost>" in letter
    assert "Subject: Invoice 1" in letter
    assert "text/html" in letter
    assert "Auto-Submitted: auto-generated" in letter


def set_answer(step: str, answer: str) -> Callable[[MailServer], None]:
    return lambda server: setattr(server, step, answer)


@pytest.mark.parametrize(
    ("trouble", "error", "code"),
    [
        (set_answer("rcpt", "550 5.1.1 No such user"), Rejected, "550"),
        (set_answer("rcpt", "452 4.2.2 Mailbox full"), NotSent, "452"),
        (set_answer("data", "554 5.7.1 Refused"), Rejected, "554"),
        (set_answer("data", "451 4.3.0 Try later"), NotSent, "451"),
        (set_answer("mail", "553 5.7.1 Not your address"), NotSent, "553"),
    ],
)
def test_answers_of_the_server(smtp, trouble, error, code):
    trouble(smtp)
    with pytest.raises(error) as outcome:
        send()
    assert outcome.value.code == code
    assert getattr(outcome.value, "pauses", False) == (code == "553")
    assert smtp.letters == []


@pytest.mark.parametrize("trouble", ["hang", "hang_up"])
def test_connection_that_breaks_after_the_letter_is_unknown(smtp, trouble, settings):
    settings.EMAIL_TIMEOUT = 0.5
    setattr(smtp, trouble, True)
    with pytest.raises(Unknown):
        send()


def test_server_that_is_not_there_got_nothing(smtp, settings):
    settings.EMAIL_PORT = 9
    with pytest.raises(NotSent) as outcome:
        send()
    assert (outcome.value.code, outcome.value.pauses) == ("unreachable", False)


@pytest.mark.django_db
def test_wrong_password_pauses_the_channel(smtp, settings):
    controller = Controller(
        MailServer(),
        hostname="127.0.0.1",
        port=free_port(),
        auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
    )
    controller.start()
    settings.EMAIL_PORT = controller.port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "shop", "wrong"
    message = OutboundMessageFactory(channel="email")
    deliver_due()
    controller.stop()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
    assert ChannelState.objects.get(channel="email").reason == "The mail server refuses our credentials."


@pytest.mark.django_db
def test_address_that_does_not_exist_is_not_used_again(smtp):
    smtp.rcpt = "550 5.1.1 No such user"
    message = OutboundMessageFactory(channel="email")
    deliver_due()
    message.refresh_from_db()
    assert message.state == "failed"
    assert Suppression.objects.get().address == message.recipient
