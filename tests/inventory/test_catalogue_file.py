"""All fields of products as a file, and back: what was not touched does not change."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory import operations
from inventory.importing import guess_mapping
from inventory.models import Brand, Compatibility, Product
from inventory.operations.categories import SpecificationLine as Line
from tests.factories.accounts import UserFactory
from tests.factories.inventory import DeviceModelFactory, ProductFactory

pytestmark = pytest.mark.django_db
State = Compatibility.State


def take_in(content, name="list.csv"):
    """Import a file with the columns that are guessed."""
    content = content.encode() if isinstance(content, str) else content
    if name.endswith(".csv"):
        headers = content.decode("utf-8-sig").splitlines()[0].split(",")
    else:
        import openpyxl

        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        headers = [cell.value for cell in sheet[1]]
    return operations.import_products(
        io.BytesIO(content), mapping=guess_mapping(headers), by=None, at=timezone.now(), name=name
    )


def outcomes(batch):
    return [(row.outcome, row.sentence) for row in batch.outcomes.order_by("number")]


@pytest.fixture
def catalogue():
    """Products with every field there is."""
    shelf = operations.add_category("Displays")
    operations.set_specifications(
        shelf,
        [
            Line(None, "Size", "number", "in"),
            Line(None, "Touch", "yes_no"),
            Line(None, "Plug", "choice", choices=("USB-C", "Micro")),
            Line(None, "Since", "date"),
        ],
    )
    device = DeviceModelFactory(name="Redmi Note 10", codes=["M2101K7AG"])
    full = ProductFactory(
        sku="LCD-1",
        name="Redmi Note 10 combo",
        brand=Brand.objects.get(name="Xiaomi"),
        category=shelf,
        grade="oled_hard",
        with_frame=True,
        colour="black",
        barcode="4006381333931",
        supplier_ref="S-1",
        woocommerce_id=77,
        warranty_months=0,
        warranty_terms="No water.\nNo  cracks.",
        tax_category="reduced",
        list_price=Decimal("1450.5"),
        reorder_point=3,
        reorder_quantity=10,
        specifications={
            "Size": 6.43,
            "Touch": True,
            "Plug": "USB-C",
            "Since": "2021-03-04",
            "maker": "Tianma",
        },
        fits=[device],
    )
    ProductFactory(sku="BAT-2", name="Battery  BN59", is_active=False, list_price=None)
    return full


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_exported_changes_nothing_when_it_is_imported(client, catalogue, kind):
    Compatibility.objects.create(
        product=catalogue, device_model=DeviceModelFactory(), state=State.LEARNT, confidence=Decimal("0.5")
    )
    client.force_login(UserFactory(role="Storekeeper"))
    page = client.get(reverse("inventory:product_list"))
    address = next(a.href for a in page.context["list_actions"] if "export=xlsx" in a.href)
    answer = client.get(address.replace("export=xlsx", f"export={kind}"))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    before = list(Product.objects.order_by("pk").values())
    batch = take_in(content, f"catalogue.{kind}")
    assert outcomes(batch) == [("unchanged", ""), ("unchanged", "")]
    assert len(batch.mapping) == 22
    assert list(Product.objects.order_by("pk").values()) == before
    assert sorted(fit.state for fit in catalogue.compatibilities.all()) == [State.CONFIRMED, State.LEARNT]


def test_every_field_is_read_from_a_file(catalogue):
    DeviceModelFactory(name="Redmi Note 10S", codes=["M2101K7BG"])
    batch = take_in(
        "SKU,Name,Brand,Category,Grade,Colour,Frame,Taxed as,Sold,WooCommerce ID,Warranty,Fits,spec: size,"
        "spec: Touch,spec: Weight\n"
        "NEW-1,Redmi combo,realme,Displays > Realme,Incell,red,without frame,Standard,no,78,6,"
        'M2101K7AG; Xiaomi Redmi Note 10S,"6,67",no,180 g\n'
    )
    assert [outcome for outcome, _why in outcomes(batch)] == ["created"]
    product = Product.objects.get(sku="NEW-1")
    assert (product.brand.name, product.category.path, product.grade, product.colour) == (
        "realme", "Displays > Realme", "incell", "red"
    )  # fmt: skip
    assert (product.with_frame, product.is_active, product.woocommerce_id, product.warranty_months) == (
        False, False, 78, 6
    )  # fmt: skip
    assert product.specifications == {"Size": 6.67, "Touch": False, "Weight": "180 g"}
    fits = product.compatibilities.order_by("device_model__name")
    assert [(f.device_model.name, f.state) for f in fits] == [
        ("Redmi Note 10", State.CONFIRMED),
        ("Redmi Note 10S", State.CONFIRMED),
    ]


def test_phones_that_the_file_leaves_out_are_rejected_and_an_empty_cell_says_nothing(catalogue):
    DeviceModelFactory(name="Redmi Note 10S")
    head = "SKU,Name,Fits\nLCD-1,Redmi Note 10 combo,"
    batch = take_in(f"{head}\n")
    assert outcomes(batch) == [("unchanged", "")]
    batch = take_in(f"{head}Xiaomi Redmi Note 10S\n")
    assert outcomes(batch) == [("updated", "Fits: Xiaomi Redmi Note 10 → Xiaomi Redmi Note 10S")]
    assert {f.device_model.name: f.state for f in catalogue.compatibilities.all()} == {
        "Redmi Note 10": State.REJECTED,
        "Redmi Note 10S": State.CONFIRMED,
    }


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("spec: Size", "large", "Size: “large” is not a number"),
        ("spec: Plug", "Lightning", "none of USB-C, Micro"),
        ("Grade", "excellent", "“excellent” is none of"),
        ("Sold", "perhaps", "is none of"),
        ("WooCommerce ID", "x", "not a whole number"),
        ("Fits", "Nokia 3310", "There is no phone “Nokia 3310”"),
    ],
)
def test_a_row_that_says_what_cannot_be_is_refused_alone(catalogue, column, value, why):
    batch = take_in(f"SKU,Name,{column}\nLCD-1,Redmi Note 10 combo,{value}\nNEW-1,Other,\n")
    (refused, sentence), (created, _none) = outcomes(batch)
    assert (refused, created) == ("refused", "created")
    assert why in sentence


def test_another_products_number_is_refused(catalogue):
    batch = take_in("SKU,Name,WooCommerce ID\nBAT-2,Battery BN59,77\nNEW-1,One,5\nNEW-2,Two,5\n")
    assert [(o, s) for o, s in outcomes(batch) if o == "refused"] == [
        ("refused", "WooCommerce ID 77 belongs to LCD-1."),
        ("refused", "WooCommerce ID 5 belongs to NEW-1."),
    ]
