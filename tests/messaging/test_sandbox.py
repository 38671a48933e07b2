"""The local Twilio, seen through Twilio's own SDK and signature check."""

import json
import threading
import urllib.parse
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList

from messaging.sandbox import Sandbox
from messaging.sandbox.faults import Faults
from messaging.transports.twilio import HttpClient

SID, TOKEN = "AC" + "1" * 32, "a-token"
PHONE, SMS_FROM, WHATSAPP_FROM = "+919820012345", "+15005550006", "+14155238886"
CALLBACK = "https://shop.example/webhooks/twilio/status/?o=abc"


def twilio(sandbox: Sandbox, token: str = TOKEN) -> Client:
    return Client(SID, token, http_client=HttpClient(base_url=sandbox.url, timeout=0.4))


@pytest.fixture
def sandbox():
    with Sandbox(
        account_sid=SID, auth_token=TOKEN, webhook_base="https://shop.example", hold=True
    ) as running:
        yield running


def test_message_is_taken_with_all_the_keys_twilio_gives(sandbox):
    created = twilio(sandbox).messages.create(
        to=PHONE, from_=SMS_FROM, body="Hello", status_callback=CALLBACK
    )
    assert created.sid.startswith("SM")
    assert len(created.sid) == 34
    assert (created.status, created.direction, created.num_segments, created.price) == (
        "queued",
        "outbound-api",
        "1",
        None,
    )
    assert abs(created.date_created - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": ""}, 21604),
        ({"to": "9820012345"}, 21211),
        ({"from_": None}, 21603),
        ({"from_": "+1"}, 21212),
        ({"from_": f"whatsapp:{WHATSAPP_FROM}"}, 21910),
        ({"body": None}, 21619),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"body": None, "media_url": ["https://shop.example/1.png"] * 11}, 21623),
        ({"content_variables": "{}"}, 21654),
        ({"content_sid": "HX" + "0" * 32}, 21655),
    ],
)
def test_fields_are_refused_with_twilios_codes(sandbox, fields, code):
    given = {"to": PHONE, "from_": SMS_FROM, "body": "Hello"} | fields
    with pytest.raises(TwilioRestException) as refused:
        twilio(sandbox).messages.create(**{name: value for name, value in given.items() if value is not None})
    assert (refused.value.code, refused.value.status, sandbox.messages) == (code, 400, [])


def test_wrong_token_is_20003(sandbox):
    with pytest.raises(TwilioRestException) as refused:
        twilio(sandbox, "wrong").messages.create(to=PHONE, from_=SMS_FROM, body="Hello")
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_callbacks_carry_a_signature_that_twilios_validator_accepts(sandbox):
    twilio(sandbox).messages.create(
        to=PHONE, from_=SMS_FROM, body="Hello", status_callback=CALLBACK + "#rc=3"
    )
    callbacks = sandbox.run_callbacks()
    assert [each.params["MessageStatus"] for each in callbacks] == ["sending", "sent", "delivered"]
    validator = RequestValidator(TOKEN)
    assert all(validator.validate(CALLBACK, each.params, each.signature) for each in callbacks)
    assert not validator.validate(CALLBACK, callbacks[0].params | {"To": "+1"}, callbacks[0].signature)


def whatsapp(sandbox: Sandbox, **fields: Any) -> Any:
    return twilio(sandbox).messages.create(
        to=f"whatsapp:{PHONE}", from_=f"whatsapp:{WHATSAPP_FROM}", status_callback=CALLBACK, **fields
    )


def test_free_text_outside_the_window_is_taken_and_then_fails_with_63016(sandbox):
    assert whatsapp(sandbox, body="Hello").status == "queued"
    assert [(c.params["MessageStatus"], c.params["ErrorCode"]) for c in sandbox.run_callbacks()] == [
        ("failed", "63016")
    ]


def test_free_text_within_24_hours_of_a_reply_is_delivered():
    now = 1_800_000_000.0
    with Sandbox(
        account_sid=SID, auth_token=TOKEN, webhook_base="https://shop.example", hold=True, now=lambda: now
    ) as sandbox:
        sandbox.reply(phone=PHONE, business=WHATSAPP_FROM, body="Hi")
        now += 24 * 3600 - 1
        whatsapp(sandbox, body="Hello")
        assert sandbox.run_callbacks()[-1].params["MessageStatus"] == "delivered"
        now += 1
        whatsapp(sandbox, body="Hello")
        assert sandbox.run_callbacks()[-1].params["ErrorCode"] == "63016"


def test_published_template_is_shown_as_the_person_reads_it(sandbox):
    content = twilio(sandbox).content.v1.contents.create(
        ContentList.ContentCreateRequest(
            {
                "friendly_name": "hello",
                "language": "en",
                "variables": {"1": "name"},
                "types": {"twilio/text": {"body": "Hello {{1}}!"}},
            }
        )
    )
    created = whatsapp(sandbox, content_sid=content.sid, content_variables=json.dumps({"1": "Asha"}))
    assert created.body == "Hello Asha!"
    assert sandbox.run_callbacks()[-1].params["MessageStatus"] == "delivered"
    with pytest.raises(TwilioRestException) as refused:
        whatsapp(sandbox, content_sid=content.sid, content_variables="not json")
    assert refused.value.code == 21656


def test_stop_by_sms_closes_the_number_until_start(sandbox):
    sandbox.reply(phone=PHONE, business=SMS_FROM, body="Stop", channel="sms")
    with pytest.raises(TwilioRestException) as refused:
        twilio(sandbox).messages.create(to=PHONE, from_=SMS_FROM, body="Hello")
    assert refused.value.code == 21610
    sandbox.reply(phone=PHONE, business=SMS_FROM, body="START", channel="sms")
    assert twilio(sandbox).messages.create(to=PHONE, from_=SMS_FROM, body="Hello").status == "queued"


def test_list_filters_by_recipient_and_time_and_pages(sandbox):
    client = twilio(sandbox)
    for number in range(5):
        client.messages.create(to=PHONE, from_=SMS_FROM, body=f"Message {number}")
    client.messages.create(to="+919999900000", from_=SMS_FROM, body="Somebody else's")
    since = datetime.now(UTC) - timedelta(minutes=1)
    found = client.messages.list(to=PHONE, date_sent_after=since, page_size=2)
    assert [each.body for each in found] == [f"Message {number}" for number in (4, 3, 2, 1, 0)]
    assert client.messages.list(to=PHONE, date_sent_after=since + timedelta(hours=1)) == []


def test_message_can_be_cancelled_only_before_it_leaves(sandbox):
    client = twilio(sandbox)
    created = client.messages.create(to=PHONE, from_=SMS_FROM, body="Hello")
    assert client.messages(created.sid).update(status="canceled").status == "canceled"
    later = client.messages.create(to=PHONE, from_=SMS_FROM, body="Hello")
    sandbox.run_callbacks()
    with pytest.raises(TwilioRestException) as refused:
        client.messages(later.sid).update(status="canceled")
    assert refused.value.code == 30409


@pytest.mark.parametrize(
    ("kind", "error", "taken"),
    [
        ("rate_limited", TwilioRestException, 0),
        ("server_error", TwilioRestException, 0),
        ("server_error_accepted", TwilioRestException, 1),
        ("hang", requests.ReadTimeout, 0),
        ("hang_accepted", requests.ReadTimeout, 1),
        ("reset", requests.ConnectionError, 0),
        ("reset_accepted", requests.ConnectionError, 1),
        ("garbled_accepted", ValueError, 1),
        ("problem", TwilioServiceException, 0),
    ],
)
def test_request_faults(sandbox, kind, error, taken):
    sandbox.faults.add(kind, seconds=5, **({"code": 20001} if kind == "problem" else {}))
    with pytest.raises(error):
        twilio(sandbox).messages.create(to=PHONE, from_=SMS_FROM, body="Hello")
    assert len(sandbox.messages) == taken
    assert twilio(sandbox).messages.create(to=PHONE, from_=SMS_FROM, body="Hello").status == "queued"


def test_delivery_faults(sandbox):
    def statuses(*kinds, **values):
        for kind in kinds:
            sandbox.faults.add(kind, **values)
        twilio(sandbox).messages.create(to=PHONE, from_=SMS_FROM, body="Hello", status_callback=CALLBACK)
        return [each.params["MessageStatus"] for each in sandbox.run_callbacks()]

    assert statuses("fail_later", code=30008) == ["sending", "sent", "undelivered"]
    assert statuses("duplicate_callbacks") == ["sending", "sending", "sent", "sent", "delivered", "delivered"]
    assert statuses("out_of_order_callbacks") == ["delivered", "sent", "sending"]
    assert statuses("no_callbacks") == []
    assert sandbox.messages[-1].status == "delivered"


def test_faults_are_used_up_and_only_by_the_number_they_name():
    faults = Faults()
    faults.add("rate_limited", times=2, to=PHONE)
    assert faults.for_request("+1") is None
    assert [bool(faults.for_request(PHONE)) for _ in range(3)] == [True, True, False]
    with pytest.raises(ValueError, match="unknown fault"):
        faults.add("nonsense")


def test_faults_are_set_over_http_only_with_the_token(sandbox):
    stranger = requests.post(f"{sandbox.url}/sandbox/faults", json={"kind": "rate_limited"}, timeout=5)
    assert stranger.status_code == 401
    answer = requests.post(
        f"{sandbox.url}/sandbox/faults", json={"kind": "rate_limited"}, auth=(SID, TOKEN), timeout=5
    )
    assert answer.json()["pending"][0]["kind"] == "rate_limited"
    assert (
        requests.post(
            f"{sandbox.url}/sandbox/faults", json={"kind": "?"}, auth=(SID, TOKEN), timeout=5
        ).status_code
        == 400
    )


def test_phone_page_shows_the_message_escaped_with_its_link_and_takes_a_reply(sandbox):
    twilio(sandbox).messages.create(
        to=PHONE, from_=SMS_FROM, body="<b>Pay</b> here: https://shop.example/r/1/."
    )
    sandbox.run_callbacks()
    page = requests.get(f"{sandbox.url}/sandbox/phone/{PHONE}/", timeout=5)
    assert "&lt;b&gt;Pay&lt;/b&gt;" in page.text
    assert "<b>Pay" not in page.text
    assert '<a href="https://shop.example/r/1/"' in page.text
    assert "delivered" in page.text
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    reply = {"thread": f"sms:{SMS_FROM}", "body": "Thanks <3"}
    requests.post(f"{sandbox.url}/sandbox/phone/{PHONE}/reply/", data=reply, timeout=5)
    assert "Thanks &lt;3" in requests.get(f"{sandbox.url}/sandbox/phone/{PHONE}/", timeout=5).text
    foreign = requests.post(
        f"{sandbox.url}/sandbox/phone/{PHONE}/reply/",
        data=reply,
        headers={"Origin": "https://evil.example"},
        timeout=5,
    )
    assert foreign.status_code == 403


def test_restart_keeps_the_conversation_and_survives_half_a_line(tmp_path: Path):
    journal = tmp_path / "state.jsonl"
    with Sandbox(account_sid=SID, auth_token=TOKEN, state_file=journal, hold=True) as first:
        twilio(first).messages.create(to=PHONE, from_=SMS_FROM, body="Hello")
        first.run_callbacks()
        first.reply(phone=PHONE, business=SMS_FROM, body="STOP", channel="sms")
    with journal.open("a") as file:
        file.write('{"kind": "mess')
    with Sandbox(account_sid=SID, auth_token=TOKEN, state_file=journal, hold=True) as second:
        assert [(m.body, m.status) for m in second.store.messages()] == [
            ("Hello", "delivered"),
            ("STOP", "received"),
        ]
        assert second.store.opted_out(PHONE, SMS_FROM)


class Shop(ThreadingHTTPServer):
    """Where Twilio calls back to: keeps what came, and answers as told."""

    def __init__(self) -> None:
        self.came: list[tuple[str, bool]] = []
        self.answers: list[int] = []
        self.arrived = threading.Condition()
        super().__init__(("127.0.0.1", 0), ShopHandler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def wait_for(self, number: int) -> list[tuple[str, bool]]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.came) >= number, timeout=5), self.came
            return list(self.came)


class ShopHandler(BaseHTTPRequestHandler):
    server: Shop

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        params = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        genuine = RequestValidator(TOKEN).validate(
            self.server.url + self.path, params, self.headers["X-Twilio-Signature"]
        )
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.end_headers()
        with self.server.arrived:
            self.server.came.append((params.get("MessageStatus") or params["SmsStatus"], genuine))
            self.server.arrived.notify_all()

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def shop():
    server = Shop()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_callbacks_and_replies_are_posted_by_themselves_and_reading_is_told(shop):
    with Sandbox(account_sid=SID, auth_token=TOKEN, webhook_base=shop.url, pace=0.02) as sandbox:
        sandbox.reply(phone=PHONE, business=WHATSAPP_FROM, body="Hi")
        shop.wait_for(1)
        twilio(sandbox).messages.create(
            to=f"whatsapp:{PHONE}",
            from_=f"whatsapp:{WHATSAPP_FROM}",
            body="Hello",
            status_callback=f"{shop.url}/cb/?o=1",
        )
        shop.wait_for(4)
        requests.get(f"{sandbox.url}/sandbox/phone/{PHONE}/", timeout=5)
        came = shop.wait_for(5)
    assert came == [(word, True) for word in ("received", "sending", "sent", "delivered", "read")]


def test_callback_is_tried_again_as_its_fragment_says(shop):
    shop.answers = [500, 500]
    with Sandbox(account_sid=SID, auth_token=TOKEN, pace=0.02) as sandbox:
        client = twilio(sandbox)
        client.messages.create(
            to=PHONE, from_=SMS_FROM, body="1", status_callback=f"{shop.url}/cb/#rc=5&rp=all"
        )
        assert [word for word, _genuine in shop.wait_for(5)] == ["sending"] * 3 + ["sent", "delivered"]
        shop.answers = [500]
        client.messages.create(to=PHONE, from_=SMS_FROM, body="2", status_callback=f"{shop.url}/cb/")
        assert [word for word, _genuine in shop.wait_for(8)][5:] == ["sending", "sent", "delivered"]


def test_it_never_imports_django():
    folder = Path(__file__).parents[2] / "messaging" / "sandbox"
    assert [
        file.name
        for file in folder.rglob("*.py")
        if "django" in file.read_text().replace("import Django", "").lower().split()
    ] == []
