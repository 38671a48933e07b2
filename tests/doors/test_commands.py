"""Commands with wrong input: a sentence, an exit code that says so, no traceback."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from inventory.models import ImportBatch, Product
from tests.doors.nasty import NASTY
from tests.doors.world import fingerprint

pytestmark = pytest.mark.django_db
BATCHES = "inventory_importbatch"
TABLE = "Article,Title,Rate\nA-1,Samsung A12 combo,650\n"


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(TABLE)
    return file


def refused(*command, **options):
    """The sentence a command ends with. It leaves nothing but the record of an import that was refused."""
    before = fingerprint()
    with pytest.raises(CommandError) as refusal:
        call_command(*command, stdout=io.StringIO(), **options)
    assert refusal.value.returncode != 0
    assert fingerprint() | {BATCHES: ""} == before | {BATCHES: ""}
    return str(refusal.value)


def test_import_products_says_what_is_wrong_with_the_file(tmp_path):
    missing, empty, nul, noise = (
        tmp_path / name for name in ("no.csv", "empty.csv", "nul.csv", "noise.xlsx")
    )
    empty.write_bytes(b"")
    nul.write_bytes(b"\x00")
    noise.write_bytes(b"PK\x03\x04" + b"\x00" * 50)
    assert "There is no file" in refused("import_products", str(missing))
    assert "There is no file" in refused("import_products", str(tmp_path))
    for file in (empty, nul, noise):
        assert refused("import_products", str(file))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("sku", "is not FIELD=COLUMN"),
        ("=Article", "is not FIELD=COLUMN"),
        ("sku=", "is not FIELD=COLUMN"),
        ("sku=Article", "Name"),
        ("sku=Article,name=Nowhere", "Nowhere"),
        ("sku=Article,name=Title,colours=Rate", "colours"),
    ],
)
def test_import_products_says_what_is_wrong_with_the_map(table, told, words):
    assert words in refused("import_products", str(table), map=[told])
    assert not Product.objects.exists()


def test_import_products_takes_any_map_without_a_traceback(table):
    for nonsense in NASTY:
        assert refused("import_products", str(table), map=[nonsense])
        assert refused("import_products", str(table), map=[f"sku={nonsense},name=Title"])
    assert not ImportBatch.objects.exclude(state="refused").exists()


def test_the_demo_is_seeded_only_where_it_is_a_demo(settings):
    settings.DEMO = False
    assert "DEMO=on" in refused("seed_demo")
    assert "DEMO=on" in refused("demo_main_job")


def test_fields_are_not_rotated_with_a_key_that_cannot_read_them(settings):
    from tests.factories.customers import CustomerFactory

    CustomerFactory(tax_id="27AAPFU0939F1ZV")
    settings.FIELD_ENCRYPTION_KEYS = ["another"]
    assert refused("rotate_field_keys")
