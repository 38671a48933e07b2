"""Importing products: the same file twice changes nothing, every row has its outcome, nothing is half done."""

import csv
import io
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from core.errors import Refusal
from inventory.importing import guess_mapping
from inventory.models import Category, Compatibility, DeviceModel, ImportBatch, ImportRow, Product
from inventory.operations import import_products
from tests.factories.inventory import DeviceModelFactory, ProductFactory, now

pytestmark = pytest.mark.django_db
MAPPING = {"sku": "Article", "name": "Title", "category": "Group", "price": "Rate"}
ROWS = [
    ("LCD-A12-B", "Samsung A12 (A125F) combo incell black", "Displays > Samsung", "650"),
    ("LCD-N10-B", "Redmi Note 10/Note 10S combo AMOLED black with frame", "Displays > Xiaomi", "1 450,50"),
    ("GLS-A12", "Glass for Samsung A12", "Glass", ""),
]


def table(*rows, headings=("Article", "Title", "Group", "Rate")):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([headings, *rows])
    return io.BytesIO(text.getvalue().encode())


def run(*rows, mapping=MAPPING, **options):
    return import_products(table(*rows), mapping=mapping, by=None, at=now(), **options)


def counts(batch):
    return (batch.rows, batch.created, batch.updated, batch.unchanged, batch.refused)


def outcome(batch, number):
    row = batch.outcomes.get(number=number)
    return row.outcome, row.sentence


def test_products_are_made_with_what_their_names_say():
    batch = run(*ROWS)
    assert (counts(batch), batch.state) == ((3, 3, 0, 0, 0), "done")
    product = Product.objects.get(sku="LCD-N10-B")
    assert (product.list_price, product.category.path, product.brand.name) == (
        Decimal("1450.5"),
        "Displays > Xiaomi",
        "Xiaomi",
    )
    assert (product.grade, product.colour, product.with_frame) == ("amoled", "black", True)
    assert sorted(map(str, product.device_models.all())) == ["Xiaomi Redmi Note 10", "Xiaomi Redmi Note 10S"]
    device = DeviceModel.objects.get(name="A12")
    assert (device.codes, device.aliases, device.products.count()) == (["A125F"], ["Galaxy A12"], 2)
    assert 0 < Compatibility.objects.first().confidence < 1


def test_the_same_file_twice_changes_nothing():
    run(*ROWS)
    before = list(Product.objects.order_by("pk").values())
    history = Product.objects.first().history.model.objects.count()
    batch = run(*ROWS)
    assert counts(batch) == (3, 0, 0, 3, 0)
    assert list(Product.objects.order_by("pk").values()) == before
    assert Product.objects.first().history.model.objects.count() == history
    assert (DeviceModel.objects.count(), Category.objects.count()) == (3, 4)  # with the one above the others


def test_what_changed_is_updated_and_said():
    run(*ROWS)
    batch = run(("lcd-a12-b", ROWS[0][1], ROWS[0][2], "700"), *ROWS[1:])
    assert counts(batch) == (3, 0, 1, 2, 0)
    assert outcome(batch, 2) == ("updated", "List price: 650 → 700")
    assert Product.objects.get(sku="LCD-A12-B").list_price == 700


def test_fields_that_are_not_mapped_are_left_alone():
    ProductFactory(sku="X-1", name="Old", list_price=Decimal(5), supplier_ref="S-9", warranty_months=6)
    run(("X-1", "Old", "", "7"), mapping={"sku": "Article", "name": "Title", "price": "Rate"})
    product = Product.objects.get(sku="X-1")
    assert (product.list_price, product.supplier_ref, product.warranty_months) == (Decimal(7), "S-9", 6)


def test_what_a_person_entered_outlives_the_import():
    run(*ROWS)
    product = Product.objects.get(sku="LCD-A12-B")
    product.grade, product.colour = "original", "blue"
    product.save()
    mine = DeviceModelFactory(name="Made by hand")
    Compatibility.objects.create(product=product, device_model=mine, confidence=1)
    run(("LCD-A12-B", "Samsung A12/A13 combo TFT black", "Displays > Samsung", "650"))
    product.refresh_from_db()
    assert (product.grade, product.colour) == ("original", "blue")
    assert sorted(d.name for d in product.device_models.all()) == ["A12", "A13", "Made by hand"]


def test_a_new_name_takes_old_phones_away():
    run(("S-1", "Samsung A12/A13 combo black", "", "1"))
    run(("S-1", "Samsung A14 combo white", "", "1"))
    product = Product.objects.get()
    assert [d.name for d in product.device_models.all()] == ["A14"]
    assert product.colour == "white"


def test_rows_that_are_wrong_are_refused_in_words_and_the_others_go_in():
    batch = run(
        ("", "No SKU", "", "1"),
        ("B", "", "", "1"),
        ("C", "Bad price", "", "cheap"),
        ("D", "Negative", "", "-5"),
        ("E", "Fine", "", "5"),
        ("F" * 65, "Long", "", "5"),
        ("G", "Too many", "", "5", "surplus"),
        ("H", "Absurd", "", "999999999999"),
    )
    assert counts(batch) == (8, 1, 0, 0, 7)
    assert [row.sentence for row in batch.outcomes.filter(outcome="refused")] == [
        "The SKU is missing.",
        "The Name is missing.",
        "“cheap” is not an amount.",
        "The price is negative: -5.",
        f"“{'F' * 30}…” has 65 characters, at most 64 fit.",
        "The row has 5 values but the heading has 4 columns.",
        "The price is more than we can keep: 999999999999.",
    ]
    assert batch.outcomes.get(number=4).values == [
        ["Article", "C"],
        ["Title", "Bad price"],
        ["Group", ""],
        ["Rate", "cheap"],
    ]


def test_a_sku_that_stands_twice_counts_once():
    batch = run(("A", "One", "", "1"), ("a", "One", "", "1"), ("A", "Other", "", "1"))
    assert counts(batch) == (3, 1, 0, 1, 1)
    assert outcome(batch, 3) == ("unchanged", "Says the same as row 2.")
    assert outcome(batch, 4) == ("refused", "A stands in row 2 already, with other values.")


def test_a_barcode_belongs_to_one_product():
    ProductFactory(sku="OLD", barcode="890100")
    mapping = {"sku": "Article", "name": "Title", "barcode": "Group"}
    batch = run(("A", "A", "890100", ""), ("B", "B", "890200", ""), ("C", "C", "890200", ""), mapping=mapping)
    assert counts(batch) == (3, 1, 0, 0, 2)
    assert [row.sentence for row in batch.outcomes.filter(outcome="refused")] == [
        "Barcode 890100 belongs to OLD.",
        "Barcode 890200 belongs to B.",
    ]


def test_a_wrong_mapping_is_refused_naming_what_there_is():
    with pytest.raises(Refusal, match=r"no column “Price”\. It has: Article, Title, Group, Rate"):
        run(*ROWS, mapping={**MAPPING, "price": "Price"})
    assert ImportBatch.objects.get().state == "refused"
    with pytest.raises(Refusal, match="“weight” is not a field"):
        run(*ROWS, mapping={**MAPPING, "weight": "Group"})
    with pytest.raises(Refusal, match="which column holds the SKU"):
        run(*ROWS, mapping={"name": "Title"})
    assert not Product.objects.exists()


def test_a_dry_run_keeps_nothing():
    batch = run(*ROWS, ("", "No SKU", "", ""), dry_run=True)
    assert counts(batch) == (4, 3, 0, 0, 1)
    assert [row.sentence for row in batch.failures] == ["The SKU is missing."]
    assert (Product.objects.count(), ImportBatch.objects.count(), DeviceModel.objects.count()) == (0, 0, 0)


def test_an_import_that_died_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr("inventory.operations.imports.ROWS_AT_ONCE", 2)
    rows = [(f"SKU-{n}", f"Samsung A{n} combo", "", str(n)) for n in range(1, 8)]
    reads = iter(range(3))

    def dies(*args, **kwargs):
        if next(reads, None) is None:
            raise RuntimeError("the worker was killed")
        return original(*args, **kwargs)

    from inventory.operations import imports

    original = imports.Run._write
    monkeypatch.setattr(imports.Run, "_write", dies)
    with pytest.raises(RuntimeError):
        run(*rows)
    monkeypatch.undo()
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.done) == ("running", 6)
    import_products(table(*rows), mapping=MAPPING, by=None, at=now(), batch=batch)
    batch.refresh_from_db()
    assert (counts(batch), batch.outcomes.count()) == ((7, 7, 0, 0, 0), 7)


def test_many_rows_cost_few_queries(django_assert_max_num_queries):
    rows = [(f"SKU-{n}", f"Samsung A{n} combo", f"Group {n % 7}", str(n)) for n in range(1, 451)]
    with django_assert_max_num_queries(40):
        run(*rows)


def test_columns_are_guessed_by_their_names():
    headers = ["Item Code", "Product_Name", "MRP", "Colour", "Weight", "EAN", "spec: Size"]
    assert guess_mapping(headers) == {
        "sku": "Item Code",
        "name": "Product_Name",
        "price": "MRP",
        "barcode": "EAN",
        "colour": "Colour",
        "spec:Size": "spec: Size",
    }


def test_bare_codes_and_market_names_meet_in_one_phone():
    run(("1", "Display for Samsung G360H", "", ""), ("2", "Display for Samsung G360H (Core Prime)", "", ""))
    run(("3", "Glass for Samsung G360H", "", ""), ("4", "Glass for Samsung Core Prime", "", ""))
    device = DeviceModel.objects.get()
    assert (device.name, device.codes, device.products.count()) == ("Core Prime", ["G360H"], 4)


def test_a_code_learns_its_name_later():
    run(("1", "Display for Samsung G360H", "", ""))
    run(("2", "Display for Samsung G360H (Core Prime)", "", ""))
    device = DeviceModel.objects.get()
    assert (device.name, device.products.count()) == ("Core Prime", 2)


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "list.csv"
    made.write_bytes(table(*ROWS, ("", "No SKU", "", "")).getvalue())
    return str(made)


def command(*args):
    out = io.StringIO()
    call_command("import_products", *args, stdout=out)
    return out.getvalue()


def test_the_command_says_what_became_of_the_rows(path):
    said = command(path, "--map", "sku=Article,name=Title", "--map", "price=Rate")
    assert said.splitlines() == [
        "list.csv: 4 rows, 3 new, 0 changed, 0 unchanged, 1 refused.",
        "  row 5: The SKU is missing.",
    ]


def test_the_command_speaks_json(path):
    said = json.loads(command(path, "--map", "sku=Article,name=Title", "--json", "--dry-run"))
    assert (said["created"], said["refused"], said["dry_run"], said["failures"][0]["row"]) == (3, 1, True, 5)
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--map", "sku"], "is not FIELD=COLUMN"),
        (["--map", "sku=Article,name=Name"], r"no column “Name”\. It has: Article, Title, Group, Rate"),
        (["--map", "sku=Article,weight=Rate"], "“weight” is not a field"),
    ],
)
def test_the_command_refuses_a_wrong_mapping(path, args, words):
    with pytest.raises(CommandError, match=words):
        command(path, *args)


def test_the_command_refuses_files_that_are_missing_or_no_table(tmp_path):
    with pytest.raises(CommandError, match="no file"):
        command(str(tmp_path / "none.csv"))
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(CommandError, match="PDF"):
        command(str(tmp_path / "a.pdf"))


def test_outcomes_are_kept_per_row():
    batch = run(*ROWS)
    assert list(batch.outcomes.values_list("number", "sku", "outcome")) == [
        (2, "LCD-A12-B", ImportRow.Outcome.CREATED),
        (3, "LCD-N10-B", ImportRow.Outcome.CREATED),
        (4, "GLS-A12", ImportRow.Outcome.CREATED),
    ]
