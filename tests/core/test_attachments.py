"""Files of a record: told by their content, kept private, seen by who sees the record."""

import io
import threading
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from PIL import Image

from core import attachments
from core.errors import Refusal
from core.models import Attachment
from core.safe_files import recognise
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill, pay
from tests.factories.customers import CustomerFactory
from tests.factories.messaging import OutboundMessageFactory
from tests.factories.orders import customer_with_credit, draft, sellable_product

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
HTMX = {"HX-Request": "true", "HX-Target": "attachments"}


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def rep(client):
    user = UserFactory(role="Sales representative", name="Rhea")
    client.force_login(user)
    return user


@pytest.fixture
def shop(rep):
    return CustomerFactory(representative=rep)


def photo(kind="JPEG", size=(640, 480), **how):
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **how)
    return file.getvalue()


def office(*names, content=b"<x/>"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as box:
        for name in names:
            box.writestr(name, content)
    return file.getvalue()


def upload(client, record, *files, headers=None, **told):
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(
        record.get_absolute_url(), {"attach": "1", "files": sent, **told}, headers=headers or {}
    )


def stored():
    return [name for folder in _walk("attachments") for name in folder]


def _walk(folder):
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    yield [f"{folder}/{name}" for name in files]
    for each in folders:
        yield from _walk(f"{folder}/{each}")


# --- what is taken -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (photo("JPEG"), "image/jpeg"),
        (photo("PNG"), "image/png"),
        (photo("WEBP"), "image/webp"),
        (PDF, "application/pdf"),
        (office("[Content_Types].xml", "xl/workbook.xml"), "spreadsheetml"),
        (office("[Content_Types].xml", "word/document.xml"), "wordprocessingml"),
    ],
)
def test_photos_and_documents_are_told_by_their_content(content, media_type):
    assert media_type in recognise(io.BytesIO(content)).media_type


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "wrong_kind"),
        (b"<!doctype html><script>alert(1)</script>", "wrong_kind"),
        (b"MZ\x90\x00\x03" + b"\x00" * 200, "wrong_kind"),
        (b"\x7fELF" + b"\x00" * 200, "wrong_kind"),
        (b"GIF89a" + b"\x01" * 100, "wrong_kind"),
        (b"hello", "wrong_kind"),
        (photo()[:2000], "damaged"),
        (PDF[:40], "damaged"),
        (PDF.replace(b"<<>>", b"<</S/JavaScript>>", 1), "active"),
        (PDF.replace(b"<<>>", b"<</S/Launch>>", 1), "active"),
        (office("evil.exe"), "wrong_kind"),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "active"),
        (office("[Content_Types].xml", "xl/workbook.xml", content=b"0" * 60_000_000), "too_large"),
        (b"PK\x03\x04" + b"\x00" * 100, "damaged"),
        (photo("PNG", size=(9000, 9000)), "too_large"),
    ],
)
def test_everything_else_is_refused_whatever_its_name(content, code):
    with pytest.raises(Refusal) as refused:
        recognise(io.BytesIO(content))
    assert refused.value.code in ({code, "damaged"} if code == "too_large" else {code})


def test_a_file_is_kept_private_under_a_name_nobody_guesses(client, rep, shop):
    answer = upload(client, shop, ("../../Shop  licence.html", PDF), kind="licence", note=" until 2027 ")
    assert answer.status_code == 302
    row = Attachment.objects.get()
    assert (row.name, row.kind, row.note, row.by, row.media_type) == (
        "Shop  licence.pdf",
        "licence",
        "until 2027",
        rep,
        "application/pdf",
    )
    assert stored() == [row.file.name]
    assert "licence" not in stored()[0]


def test_several_at_once_each_have_an_outcome(client, shop):
    answer = upload(client, shop, ("a.jpg", photo()), ("b.svg", b"<svg/>"), ("c.pdf", PDF), headers=HTMX)
    text = answer.content.decode()
    assert "<html" not in text
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["a.jpg", "c.pdf"]
    assert "b.svg" in text
    assert "Only photos" in text


def test_the_same_file_twice_is_refused_kindly(client, shop):
    upload(client, shop, ("a.pdf", PDF))
    answer = upload(client, shop, ("other name.pdf", PDF), headers=HTMX)
    assert "The same file is here already, as “a.pdf”." in answer.content.decode()
    assert Attachment.objects.count() == len(stored()) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_file_at_once_is_kept_once(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    shop, barrier, outcomes = CustomerFactory(), threading.Barrier(2), []

    def send():
        try:
            barrier.wait()
            attachments.attach(shop, SimpleUploadedFile("a.pdf", PDF), by=None, at=NOW)
            outcomes.append("kept")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept", "same_file"]
    assert len(stored()) == 1


def test_too_large_and_empty_are_refused(client, shop, settings):
    settings.ATTACHMENT_MAX_MB = 0
    text = upload(client, shop, ("a.pdf", PDF), headers=HTMX).content.decode()
    assert "at most" in text
    assert "This file is empty." in upload(client, shop, ("a.pdf", b""), headers=HTMX).content.decode()
    assert "Choose a file first." in upload(client, shop, headers=HTMX).content.decode()
    assert not Attachment.objects.exists()


def test_a_full_disk_keeps_nothing_and_says_so(client, shop, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    text = upload(client, shop, ("a.pdf", PDF), headers=HTMX).content.decode()
    assert "Nothing was kept." in text
    assert not Attachment.objects.exists()


def test_a_row_that_cannot_be_written_leaves_no_file(shop, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(Attachment, "save", broken)
    with pytest.raises(RuntimeError):
        attachments.attach(shop, SimpleUploadedFile("a.pdf", PDF), by=None, at=NOW)
    assert stored() == []


# --- who sees it ---------------------------------------------------------------------------------------------------


def test_a_download_is_a_download_whatever_it_is(client, shop):
    upload(client, shop, ("a.jpg", photo()))
    row = Attachment.objects.get()
    answer = client.get(shop.get_absolute_url(), {"file": row.pk})
    assert answer["Content-Disposition"] == 'attachment; filename="a.jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == photo()


def test_a_picture_is_shown_small_and_drawn_anew(client, shop):
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    upload(client, shop, ("a.jpg", photo(size=(1200, 800), exif=exif)), ("b.pdf", PDF))
    row = Attachment.objects.get(name="a.jpg")
    answer = client.get(shop.get_absolute_url(), {"small": row.pk})
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(answer.content)).size == (320, 213)
    assert b"Secret camera" not in answer.content
    other = Attachment.objects.get(name="b.pdf")
    assert client.get(shop.get_absolute_url(), {"small": other.pk}).status_code == 404


def test_who_sees_the_record_sees_the_file_and_nobody_else(client, shop):
    upload(client, shop, ("a.pdf", PDF))
    row = Attachment.objects.get()
    where = {"file": row.pk}
    client.force_login(UserFactory(role="Sales representative"))
    assert client.get(shop.get_absolute_url(), where).status_code == 404
    mine = CustomerFactory(representative=UserFactory(role="Sales representative"))
    client.force_login(mine.representative)
    assert client.get(mine.get_absolute_url(), where).status_code == 404  # not by way of another record
    client.logout()
    assert client.get(shop.get_absolute_url(), where).status_code == 302
    client.force_login(UserFactory(role="Storekeeper"))
    assert client.get(shop.get_absolute_url(), where).status_code == 200


@pytest.mark.parametrize("key", ["x", "-1", "9" * 30, "", "١"])
def test_a_file_that_is_not_there(client, shop, key):
    assert client.get(shop.get_absolute_url(), {"file": key}).status_code == 404
    assert client.get(shop.get_absolute_url(), {"small": key}).status_code == 404
    assert client.post(shop.get_absolute_url(), {"remove": key}).status_code == 404


def test_who_may_not_change_the_record_adds_and_removes_nothing(client, shop):
    upload(client, shop, ("a.pdf", PDF))
    row = Attachment.objects.get()
    client.force_login(UserFactory(role="Storekeeper"))
    assert "data-attach" not in client.get(shop.get_absolute_url(), {"tab": "attachments"}).content.decode()
    assert upload(client, shop, ("b.jpg", photo())).status_code == 403
    assert client.post(shop.get_absolute_url(), {"remove": row.pk}).status_code == 403
    assert client.post(shop.get_absolute_url(), {"restore": row.pk}).status_code == 403


# --- removing ------------------------------------------------------------------------------------------------------


def test_removing_leaves_a_trace_and_can_be_undone(client, rep, shop):
    upload(client, shop, ("a.pdf", PDF))
    row, url = Attachment.objects.get(), shop.get_absolute_url()
    answer = client.post(url, {"remove": row.pk}, headers=HTMX).content.decode()
    assert "“a.pdf” is removed." in answer
    assert "Undo" in answer
    row.refresh_from_db()
    assert row.removed_by == rep
    assert client.get(url, {"file": row.pk}).status_code == 404
    assert "Removed the file “a.pdf”." in client.get(url, {"tab": "history"}).content.decode()
    client.post(url, {"restore": row.pk}, headers=HTMX)
    assert client.get(url, {"file": row.pk}).status_code == 200


def test_putting_back_what_was_attached_again_is_refused(client, shop):
    upload(client, shop, ("a.pdf", PDF))
    row, url = Attachment.objects.get(), shop.get_absolute_url()
    client.post(url, {"remove": row.pk})
    upload(client, shop, ("a.pdf", PDF))
    answer = client.post(url, {"restore": row.pk}, headers=HTMX)
    assert "The same file is here already" in answer.content.decode()


# --- which records -------------------------------------------------------------------------------------------------


def test_every_document_carries_files_where_its_screen_says_so(client):
    client.force_login(UserFactory(is_superuser=True))
    customer = customer_with_credit()
    product = sellable_product("SCR", price="100")
    records: list[Any] = [
        customer,
        product,
        draft(customer, (product, 1)),
        bill(customer),
        pay(customer, "5.00"),
        OutboundMessageFactory(customer=customer),
    ]
    for record in records:
        upload(client, record, ("proof.pdf", PDF))
        page = client.get(record.get_absolute_url(), {"tab": "attachments"}).content.decode()
        assert "proof.pdf" in page, record
    assert Attachment.objects.count() == len(records)


def test_the_tab_costs_the_same_for_one_and_ten(client, rep, django_assert_num_queries):
    few, many = CustomerFactory(representative=rep), CustomerFactory(representative=rep)
    upload(client, few, ("a.pdf", PDF))
    upload(
        client,
        many,
        *((f"{n}.pdf", PDF + b"%%" + str(n).encode() + b"\nstartxref\n9\n%%EOF") for n in range(10)),
    )
    assert attachments.count_of(many) == 10
    headers = {"HX-Request": "true", "HX-Target": "record"}
    with django_assert_num_queries(asked(client, few, headers)):
        client.get(many.get_absolute_url(), {"tab": "attachments"}, headers=headers)


def asked(client, record, headers):
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.get(record.get_absolute_url(), {"tab": "attachments"}, headers=headers)
    return len(queries)


def test_a_broken_photo_is_refused_also_where_printing_lets_it_pass(monkeypatch):
    """WeasyPrint, once loaded, has Pillow fill up pictures that end too early, for its whole process."""
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(Refusal) as refused:
        recognise(io.BytesIO(photo()[:2000]))
    assert refused.value.code == "damaged"
