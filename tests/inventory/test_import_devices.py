"""Lists of phones: csv, json, packed; each phone once, however the lists call it."""

import io
import json
import lzma

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core.errors import Refusal
from inventory.device_lists import canonical, key_of
from inventory.models import DeviceImport, DeviceImportRow, DeviceModel, DeviceSpelling
from inventory.operations import accept_devices, import_devices, start_devices
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

CSV = """Brand,Market name,Model code,Alias
Samsung,Galaxy Q12,SM-Q125F,
三星,Galaxy Q12,SM-Q125M,
Redmi,Noteworthy 30,M9901K7AG,Noteworthy 30 4G
Xiaomi,Redmi Noteworthy 30,"M9901K7AI, M9901K7AY",
LGE,,LG-P999h,
LGE,Optimist 9,LG-P999h,
,MediaPad 77 Youth,hws77,
,,,
"""
PHONES = {
    ("Samsung", "Q12"): (["Q125F", "Q125M"], ["Galaxy Q12"]),
    ("Xiaomi", "Redmi Noteworthy 30"): (
        ["M9901K7AG", "M9901K7AI", "M9901K7AY"],
        ["Noteworthy 30 4G", "Noteworthy 30"],
    ),
    ("LG", "Optimist 9"): (["P999h"], ["P999h"]),
    ("Huawei", "MediaPad 77 Youth"): (["hws77"], []),
}


def load(text, name="phones.csv", **options):
    data = text if isinstance(text, bytes) else text.encode()
    return import_devices(io.BytesIO(data), by=None, at=timezone.now(), name=name, **options)


def phones():
    found = DeviceModel.objects.select_related("brand")
    return {(phone.brand.name, phone.name): (phone.codes, phone.aliases) for phone in found}


def counts(batch):
    return batch.created, batch.updated, batch.unchanged, batch.refused


def test_each_phone_is_made_once_and_learns():
    batch, refused = load(CSV)
    assert phones() == PHONES
    assert counts(batch) == (4, 3, 0, 0)  # the last row of the file is blank
    assert refused == []
    assert batch.outcomes.filter(outcome=DeviceImportRow.Outcome.CREATED).count() == 4


def test_the_same_list_twice_adds_nothing():
    load(CSV)
    batch, _refused = load(CSV)
    assert counts(batch) == (0, 0, 7, 0)
    assert phones() == PHONES


@pytest.mark.parametrize("packed", [False, True])
def test_json_with_lists_and_deeper_things(packed):
    entries = [
        {"Generation": "iPhone 77", "ANumber": ["A9241", "A9324"], "Models": [{"Color": "Black"}]},
        {"Generation": "iPhone 77", "ANumber": "A9325", "Bootrom": None},
        "no object",
        {"Generation": "", "ANumber": []},
    ]
    data = json.dumps(entries).encode()
    batch, refused = load(lzma.compress(data) if packed else data, "ios.json.xz" if packed else "ios.json")
    assert phones() == {("Apple", "iPhone 77"): (["A9241", "A9324", "A9325"], [])}
    assert counts(batch) == (1, 1, 0, 2)
    assert [(row.number, row.sentence) for row in refused] == [
        (3, "This entry is not an object."),
        (4, "Neither a name nor a model code."),
    ]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"[1, 2", "a.json"),
        (b"[]", "a.json"),
        (b"{}", "a.json"),
        (b"\xfd7zXZ\x00no", "a.xz"),
        (b"colour\nred\n", "a.csv"),
    ],
)
def test_what_is_no_list_of_phones_is_refused(data, name):
    with pytest.raises(Refusal):
        load(data, name)
    assert not DeviceModel.objects.exists()


def test_a_dry_run_keeps_nothing():
    batch, _refused = load(CSV, dry_run=True)
    assert batch.created == 4
    assert not DeviceModel.objects.exists()
    assert not DeviceImport.objects.exists()


def test_the_page_hands_the_list_to_a_job():
    user = UserFactory(is_superuser=True)
    batch = accept_devices(ContentFile(CSV.encode(), name="phones.csv"), by=user, at=timezone.now())
    assert batch.mapping == {
        "brand": "Brand",
        "name": "Market name",
        "codes": "Model code",
        "aliases": "Alias",
    }
    started = start_devices(batch, batch.mapping, by=user, at=timezone.now())
    assert started.job.kind == "inventory.import_devices"
    assert start_devices(batch, {}, by=user, at=timezone.now()).job == started.job


def test_the_command_says_what_became_of_the_rows(tmp_path):
    path = tmp_path / "phones.csv"
    path.write_text(CSV)
    out = io.StringIO()
    call_command("import_device_models", str(path), "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert (said["created"], said["updated"], said["refused"]) == (4, 3, 0)


@pytest.mark.parametrize(
    ("said", "device"),
    [
        (("samsung", "Galaxy S99+", ["SM-S999B"]), ("Samsung", "S99+", ("S999B",))),
        (("HONOR", "HONOR 90X", []), ("Huawei", "HONOR 90X", ())),
        (("荣耀", "荣耀 90X", []), ("Huawei", "Honor 90X", ())),
        (("Itel", "itel A99", ["itel W9999"]), ("Itel", "A99", ("W9999",))),
        (("Asus", "ZenFone 99", ["ASUS_Z99"]), ("Asus", "ZenFone 99", ("Z99",))),
        (("", "Nameless 5", []), ("Unbranded", "Nameless 5", ())),
        (("TCT (Alcatel)", "", ["6099K"]), ("Alcatel", "OT-6099K", ("OT-6099K",))),
    ],
)
def test_a_list_s_phone_is_brought_to_our_form(said, device):
    assert canonical(*said)[:3] == device


@pytest.mark.parametrize(
    "text",
    ["Redmi Note 10+", "SM-A125F", "GT_I9500", "А12 Core", 'Tab A 10.1" (2019)', "Mi 11X/Pro", "Ⅱ", "手机 N4", "ÄÖ ß"],
)  # fmt: skip
def test_database_and_code_bring_names_to_the_same_key(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT device_key(%s::text)", [text])
        assert cursor.fetchone() == (key_of(text),)


def test_spellings_follow_the_phone():
    load("brand,name,code\nSamsung,Galaxy Q12,SM-Q125F\n")
    phone = DeviceModel.objects.get()
    assert sorted(DeviceSpelling.objects.values_list("key", flat=True)) == [
        "galaxyq12", "q12", "q125f", "samsunggalaxyq12", "samsungq12", "samsungq125f"
    ]  # fmt: skip
    phone.name, phone.codes, phone.aliases = "Q13", [], []
    phone.save()
    assert sorted(DeviceSpelling.objects.values_list("key", flat=True)) == ["q13", "samsungq13"]
