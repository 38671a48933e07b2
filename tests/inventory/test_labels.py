"""Labels: the code that fits, its place on the paper, and that a scanner reads the printed sheet."""

import datetime as dt
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp
from django.urls import reverse
from django.utils import timezone

from core.errors import Refusal
from core.jobs import run_job
from core.models import Job
from inventory import operations
from inventory.documents.codes import check_digit, draw_code, is_ean13
from inventory.documents.labels import FORMATS, label_of, pages_of, print_labels
from inventory.models import GoodsReceipt, Product
from tests.factories.accounts import UserFactory
from tests.factories.inventory import ProductFactory, stocked

EAN = "4006381333931"
SKU = "CP-REDMI-NOTE-10-PRO-BLACK-ORIGINAL"


@pytest.mark.parametrize(
    ("value", "width", "kind"),
    [
        (EAN, 46, "ean13"),
        ("4006381333930", 46, "code128"),  # its check digit is wrong
        ("LCD-0001", 46, "code128"),
        ("LCD-0001", 20, "qr"),
        (SKU, 46, "qr"),
        ("Дисплей", 60, "qr"),
    ],
)
def test_the_value_and_the_room_decide_which_code_is_drawn(value, width, kind):
    assert draw_code(value, width).kind == kind


def test_check_digits():
    assert check_digit(EAN[:12]) == "1"
    assert is_ean13(EAN)
    assert not is_ean13("123")


@pytest.mark.parametrize("paper", FORMATS.values(), ids=FORMATS)
def test_labels_lie_on_their_paper_and_never_on_each_other(paper):
    label = label_of(Product(sku="A", name="A"), paper, with_price=False)
    (first, second) = pages_of([label] * (paper.per_page + 1), paper)
    assert (len(first), len(second)) == (paper.per_page, 1)
    for placed in first:
        assert placed.left + paper.size[0] <= paper.page[0] + 0.01
        assert placed.top + paper.size[1] <= paper.page[1] + 0.01
    corners = {(placed.left, placed.top) for placed in first}
    assert len(corners) == paper.per_page
    for left, top in corners:
        others = [c for c in corners if c != (left, top)]
        assert not any(
            abs(left - x) < paper.size[0] - 0.01 and abs(top - y) < paper.size[1] - 0.01 for x, y in others
        )


def test_a_sheet_that_was_begun_goes_on_where_it_stopped():
    paper = FORMATS["a4-24"]
    label = label_of(Product(sku="A", name="A"), paper, with_price=False)
    pages = pages_of([label] * 3, paper, start=23)
    assert [[(p.left, p.top) for p in page] for page in pages] == [
        [(70.0, 259.5), (140.0, 259.5)],
        [(0, 0.5)],
    ]


def scanned(pdf):
    """What a scanner reads on each page, at 300 dots an inch."""
    with pypdfium2.PdfDocument(pdf) as book:
        pages = [page.render(scale=300 / 72).to_pil() for page in book]
    return [sorted((r.text, r.format.name) for r in zxingcpp.read_barcodes(page)) for page in pages]


def test_a_printed_sheet_is_read_by_a_scanner():
    products = [
        (Product(sku="LCD-0001", name="Redmi Note 10 combo", grade="incell", list_price=Decimal(1450)), 2),
        (Product(sku="B", name="Battery", barcode=EAN), 1),
        (Product(sku=SKU, name="डिस्प्ले <b>& Co"), 1),
    ]
    (page,) = scanned(print_labels(products, FORMATS["a4-24"], with_price=True, start=5))
    assert page == [(EAN, "EAN13"), (SKU, "QRCode"), ("LCD-0001", "Code128"), ("LCD-0001", "Code128")]


@pytest.mark.parametrize("name", ["roll-50x30", "roll-40x20", "a4-65"])
def test_small_labels_are_read_too(name):
    products = [(Product(sku="LCD-00412", name="A name that is much too long for it " * 3, barcode=EAN), 1)]
    pdf = print_labels(products, FORMATS[name], with_price=True)
    assert scanned(pdf) == [[(EAN, "EAN13")]]


@pytest.mark.django_db
def test_products_without_a_barcode_get_one_of_our_own_each_another():
    at = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
    ProductFactory(barcode="2026000000022")  # the number 2 is taken
    first, second = (operations.give_barcode(ProductFactory(), at=at).barcode for _ in range(2))
    assert (first, second) == ("2026000000015", "2026000000039")
    assert is_ean13(str(first))
    with pytest.raises(Refusal, match="already"):
        operations.give_barcode(Product.objects.get(barcode=first), at=at)


@pytest.fixture
def keeper(client, db):
    user = UserFactory(role="Storekeeper")
    client.force_login(user)
    return client


def test_a_receipt_offers_a_label_for_each_piece_that_came(keeper):
    stocked(3, sku="LCD-0001")
    receipt = GoodsReceipt.objects.get()
    url = f"{reverse('inventory:labels')}?receipt={receipt.pk}"
    page = keeper.get(url)
    ((product, field),) = page.context["form"].lines
    assert (product.sku, field.value()) == ("LCD-0001", 3)
    data = {"paper": "roll-50x30", "start": "", field.name: "2"}
    pdf = keeper.post(url, data)
    assert scanned(pdf.content) == [[("LCD-0001", "Code128")]] * 2
    assert (
        keeper.post(
            f"{reverse('inventory:labels')}?receipt={receipt.pk}", {**data, field.name: ""}
        ).status_code
        == 422
    )


def test_the_selection_of_a_list_is_printed_by_a_job(keeper):
    ProductFactory(sku="LCD-0001")
    ProductFactory(sku="LCD-0002", grade="incell")
    data = {"do": "bulk", "bulk": "labels", "whole": "1", "confirmed": "1", "state": ""}
    data |= {"bulk-paper": "a4-24", "bulk-copies": "2", "bulk-start": "1"}
    keeper.post(reverse("inventory:product_list"), data)
    job = Job.objects.get()
    assert job.params["said"]["paper"] == "a4-24"
    assert timezone.now() >= job.asked_at


def test_many_products_are_changed_at_once_each_with_its_outcome(keeper):
    shelf = operations.add_category("Displays")
    one, same = (
        ProductFactory(warranty_months=3, reorder_point=5),
        ProductFactory(category=shelf, grade="tft"),
    )
    same.reorder_point = None
    same.save()
    data = {"do": "bulk", "bulk": "change", "whole": "1", "confirmed": "1", "state": ""}
    data |= {
        "bulk-category": str(shelf.pk),
        "bulk-grade": "tft",
        "bulk-reorder_point": "–",
        "bulk-brand": "leave",
    }
    data |= {"bulk-tax_category": "leave", "bulk-is_active": "leave"}
    page = keeper.post(reverse("inventory:product_list"), data, follow=True).content.decode()
    one.refresh_from_db()
    assert (one.category, one.grade, one.reorder_point, one.warranty_months) == (shelf, "tft", None, 3)
    assert "Grade: – → TFT" in page
    assert "It is so already." in page
    nothing = {name: "leave" for name in data if name.startswith("bulk-")} | {"bulk-reorder_point": ""}
    assert keeper.post(reverse("inventory:product_list"), data | nothing).status_code == 422


def test_more_labels_than_a_page_waits_for_are_printed_by_a_worker(keeper):
    product = ProductFactory(sku="LCD-0001")
    data = {"paper": "a4-65", "start": "1", f"copies-{product.pk}": "130"}
    answer = keeper.post(f"{reverse('inventory:labels')}?product={product.pk}", data)
    job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, job.get_absolute_url())
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.DONE, 130)
    with job.result.open("rb") as file, pypdfium2.PdfDocument(file.read()) as book:
        assert len(book) == 2
