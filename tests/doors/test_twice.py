"""The same form sent twice, a page out of date, a callback with nonsense in it, a file that is something else."""

from __future__ import annotations

import inspect
import io
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from messaging.models import InboundMessage, WebhookEvent
from messaging.operations import work_webhook
from messaging.sandbox.callbacks import sign
from tests.books import wrong_books
from tests.cleaning import Contents
from tests.doors.nasty import NASTY
from tests.doors.test_bad_input import APPS, DONE, forms_of, start_of, typed
from tests.doors.world import doors, fingerprint, make_world
from tests.factories.accounts import UserFactory
from tests.factories.orders import now
from tests.racing import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client, caplog):
    """Everything, and somebody who may do all of it."""
    caplog.set_level("CRITICAL")
    client.force_login(UserFactory(is_superuser=True))
    return make_world()


def changed(before, after):
    return sorted(name for name in after if before[name] != after[name])


@pytest.mark.parametrize("app", APPS)
def test_a_form_sent_twice_does_its_work_once(app, client, world):
    wrong: list[Any] = []
    for name, path, content in forms_of(app, world):
        page = client.get(path, {"customer": content["customer"]} if "customer" in content else {}).context
        sent = start_of(page["form"]) | {"idempotency_key": page["key"], "version": page["version"]} | content
        if name == "orders:order_add":
            sent["do"] = "confirm"
        with transaction.atomic():
            assert client.post(path, sent).status_code in {204, 302}, name
            once = fingerprint()
            assert client.post(path, sent).status_code < 500, name
            wrong += [(name, table) for table in changed(once, fingerprint())]
            wrong += wrong_books()
            transaction.set_rollback(True)
    assert wrong == []


def takes_a_key(door):
    """Whether a form hands its own key to the operation, as the name of the fact."""
    return any("self.idempotency_key" in inspect.getsource(kind) for kind in ours(door.screen))


def ours(screen):
    return [
        kind for kind in screen.__mro__ if kind.__module__.split(".")[0] not in {"builtins", "core", "django"}
    ]


def grown(before, after):
    """By how many rows each table grew."""
    rows = {name: int(after[name].split(":")[0]) - int(before[name].split(":")[0]) for name in after}
    return {name: more for name, more in rows.items() if more}


def status_of(client, path, sent):
    return client.post(path, sent).status_code


@pytest.mark.slow
@pytest.mark.parametrize("app", APPS)
@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_does_its_work_once_and_both_are_told_so(app, caplog):
    """Every form with a key of its own: a double click that two processes work on in the same moment."""
    caplog.set_level("CRITICAL")
    boss, world = UserFactory(is_superuser=True), make_world()
    keyed = {door.name for door in doors() if door.screen and takes_a_key(door)}
    first, second = Client(), Client()
    for client in (first, second):
        client.force_login(boss)
    wrong: list[Any] = []
    whole = Contents("whole_world")
    for name, path, content in forms_of(app, world):
        if name not in keyed:
            continue
        whole.put_back()
        page = first.get(path, {"customer": content["customer"]} if "customer" in content else {}).context
        sent = start_of(page["form"]) | {"idempotency_key": page["key"], "version": page["version"]} | content
        before = fingerprint()
        with transaction.atomic():
            alone = first.post(path, sent).status_code
            once = grown(before, fingerprint())
            transaction.set_rollback(True)
        if alone not in DONE:
            continue  # the test above says so
        if all(table.endswith("event") for table in once):
            continue  # it changes a record as it was shown; the second is told that it is another by now
        statuses = race([partial(status_of, client, path, sent) for client in (first, second)])
        more = grown(before, fingerprint())
        if not set(statuses) <= DONE or more != once:
            wrong.append((name, statuses, {"alone": once, "both": more}))
        wrong += wrong_books()
    assert wrong == []


def test_an_order_confirmed_twice_is_invoiced_once(client, world):
    path = reverse("orders:order_confirm", args=[world.mine.pks["orders:order_detail"]])
    assert client.post(path).status_code == 302
    once = fingerprint()
    assert client.post(path).status_code == 302
    assert changed(once, fingerprint()) == []
    assert wrong_books() == []


VERSIONED = [
    "customers:customer_change", "customers:customer_set_status", "inventory:product_change", "orders:order_change",
    "orders:order_cancel", "accounts:task_change",
]  # fmt: skip


def test_a_stale_page_changes_nothing(client, world):
    contents = typed(world)
    for door in [d for d in doors() if d.name in VERSIONED]:
        path = door.path(world, world.mine)
        page = client.get(path)
        sent = start_of(page.context["form"]) | {"version": page.context["version"]} | contents[door.name]
        assert sent["version"], f"{door.name} doesn't know what it showed"
        with transaction.atomic():
            assert client.post(path, sent).status_code == 302, door.name
            once = fingerprint()
            later = {"name": "Later", "note": "Later", "reason": "Later"}
            assert client.post(path, sent | later).status_code == 422, door.name
            assert changed(once, fingerprint()) == [], door.name
            transaction.set_rollback(True)


def test_a_signed_callback_full_of_nonsense_is_kept_or_refused(client, settings):
    """Twilio passes on what strangers write, and its key may be stolen."""
    for number, nonsense in enumerate(text.encode(errors="replace").decode() for text in NASTY):
        fields = dict.fromkeys(
            ["Body", "From", "To", "WaId", "ProfileName", "NumMedia", "ErrorCode"], nonsense
        )
        for path, told in (
            ("inbound", fields | {"MessageSid": f"SM{number}"}),
            ("inbound", fields | {"MessageSid": nonsense}),
            ("status", fields | {"MessageSid": f"SM{number}", "MessageStatus": "delivered"}),
            ("status", fields | {"MessageSid": nonsense, "MessageStatus": nonsense}),
        ):
            signed = sign(
                f"{settings.PUBLIC_BASE_URL}/webhooks/twilio/{path}/", told, settings.TWILIO_AUTH_TOKEN
            )
            answer = client.post(
                f"/webhooks/twilio/{path}/",
                signed.body,
                content_type="application/x-www-form-urlencoded",
                headers={"X-Twilio-Signature": signed.signature},
            )
            assert answer.status_code in {200, 204, 400}, nonsense[:30]
    for event in WebhookEvent.objects.all():
        work_webhook(event.pk, at=now())
    assert not WebhookEvent.objects.filter(worked_at=None).exists()
    assert InboundMessage.objects.count() >= len(NASTY)


# --- files -----------------------------------------------------------------------------------------------------------
def picture(kind: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (2, 2)).save(made, kind)
    return made.getvalue()


NO_TABLES = {
    "empty.csv": b"",
    "heading.csv": b"SKU,Name\n",
    "program.csv": b"MZ\x90\x00\x03" + bytes(range(256)) * 20,
    "page.csv": b"<html><body>No</body></html>",
    "picture.xlsx": picture("PNG"),
    "cut.xlsx": b"PK\x03\x04" + b"\x00" * 40,
    "nul.csv": b"SKU,Name\n\x00,\x00\n",
    "one-line.csv": b"SKU,Name\n" + b"x" * 200_000 + b",y\n",
    "same.csv": b"SKU,SKU,SKU\n1,2,3\n",
    "no-names.csv": b",,,\n1,2,3,4\n",
    "surrogate.csv": b"SKU,Name\n\xed\xa0\x80,\xff\xfe\n",
    "../../etc/passwd.csv": b"SKU,Name\n1,2\n",
    "a\u202evsc.exe": b"SKU,Name\n1,2\n",
    "x" * 300 + ".csv": b"SKU,Name\n1,2\n",
}


def test_a_file_that_is_no_table_of_products_is_refused_or_shown_as_it_is(client, world):
    upload = reverse("inventory:import_upload")
    assert client.post(upload).status_code == 422
    assert client.post(upload, {"file": "no file"}).status_code == 422
    for name, content in NO_TABLES.items():
        before = fingerprint()
        answer = client.post(upload, {"file": SimpleUploadedFile(name, content)})
        if answer.status_code == 422:
            assert changed(before, fingerprint()) == [], name
            continue
        assert answer.status_code == 302, name
        columns = client.get(answer["Location"], follow=True)
        assert columns.status_code == 200, name
        for sku, title in (("", ""), ("SKU", "Name"), ("SKU", "SKU"), ("no", "\x00")):
            mapping = {"sku": sku, "name": title}
            assert client.post(columns.request["PATH_INFO"], mapping).status_code in {302, 422}, (
                name,
                mapping,
            )
        assert client.get(columns.request["PATH_INFO"]).status_code in {200, 302}


NO_PHOTOS = {
    "empty.png": b"",
    "text.png": b"no picture",
    "page.jpg": b"<script>alert(1)</script>",
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "cut.png": picture("PNG")[:30],
    "program.exe": picture("PNG"),
    "huge.png": picture("PNG").replace((2).to_bytes(4, "big") * 2, (60_000).to_bytes(4, "big") * 2),
}


def test_a_file_that_is_no_photo_is_refused(client, world):
    path = reverse("customers:customer_change", args=[world.mine.customer.pk])
    good = start_of(client.get(path).context["form"])
    for name, content in NO_PHOTOS.items():
        before = fingerprint()
        answer = client.post(path, good | {"photo": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422, name
        assert changed(before, fingerprint()) == []
