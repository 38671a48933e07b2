"""What becomes of the rows of a supplier's price list: accepted, rejected, taken back."""

from decimal import Decimal

import pytest
from django.utils import timezone

from core.errors import Refusal
from inventory.models import (
    Category,
    Product,
    StockLevel,
    SupplierCategory,
    SupplierPriceListRow,
    SupplierProduct,
)
from inventory.operations import (
    accept_entries,
    accept_entry,
    map_category,
    reject_entries,
    reopen_entry,
    undo_entries,
)
from inventory.queries import prices_over_time
from tests.factories.accounts import UserFactory
from tests.factories.inventory import CategoryFactory, LocationFactory, ProductFactory
from tests.factories.supplier_lists import compared, offered, supplier

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return UserFactory(is_superuser=True)


def entry(price_list, key):
    return price_list.entries.get(key=key)


def accept(row, me, **said):
    return accept_entry(row, by=me, at=timezone.now(), **said)


def state():
    """All that a list may change."""
    links = SupplierProduct.objects.order_by("sku").values_list(
        "sku", "name", "price", "currency", "is_gone", "product"
    )
    return list(links), list(
        Product.objects.order_by("sku").values_list("sku", "name", "is_active", "list_price")
    )


def test_a_new_row_makes_a_product_with_its_phones_and_its_category(me):
    made = compared(
        "LCD-9;Дисплей для Xiaomi Redmi Note 10 в сборе с тачскрином Черный;700;Displays > Xiaomi;77",
        heading="SKU;Name;Price;Category;Supplier code",
    )
    row = accept(entry(made, "LCD-9"), me)
    product = Product.objects.get(sku="LCD-9")
    assert (product.category.path, product.supplier_ref, product.list_price) == (
        "Displays > Xiaomi",
        "77",
        None,
    )
    assert [str(device) for device in product.device_models.all()] == ["Xiaomi Redmi Note 10"]
    link = product.suppliers.get()
    assert (link.supplier, link.sku, link.price) == (supplier(), "LCD-9", Decimal(700))
    assert (row.state, row.product, row.known, row.decided_by) == ("accepted", product, link, me)


def test_new_products_go_where_their_category_was_mapped_to(me):
    made = compared("LCD-9;Battery;7;Akkus", heading="SKU;Name;Price;Category")
    map_category(SupplierCategory.objects.get(theirs="Akkus"), CategoryFactory(path="Batteries"), by=me)
    accept(entry(made, "LCD-9"), me)
    assert Product.objects.get(sku="LCD-9").category.path == "Batteries"
    assert not Category.objects.filter(path="Akkus").exists()


def test_a_row_of_a_product_we_have_only_says_who_sells_it(me):
    product = ProductFactory(sku="LCD-9", name="Battery")
    made = compared("lcd-9;Battery;7")
    accept(entry(made, "LCD-9"), me)
    assert product.suppliers.get().price == Decimal(7)
    assert Product.objects.count() == 1


def test_another_price_is_the_suppliers_and_ours_stays(me):
    link = offered("A", "100", name="Battery")
    made = compared("A;Battery;110")
    accept(entry(made, "A"), me)
    link.refresh_from_db()
    assert (link.price, link.product.list_price) == (Decimal(110), Decimal(1450))
    assert [told.price for told in prices_over_time(link)] == [Decimal(100), Decimal(110)]


def test_what_is_gone_is_marked_and_its_stock_stays(me):
    link = offered("A")
    StockLevel.objects.create(product=link.product, location=LocationFactory(), on_hand=4)
    made = compared("B;Battery;5")
    accept(entry(made, "A"), me)
    link.refresh_from_db()
    assert link.is_gone
    assert link.product.is_active
    assert link.product.levels.get().on_hand == 4


@pytest.mark.parametrize(("theirs", "name"), [(False, "Battery"), (True, "Battery in a box")])
def test_of_two_names_one_is_chosen(me, theirs, name):
    link = offered("A", name="Battery")
    made = compared("A;Battery in a box;100")
    accept(entry(made, "A"), me, their_name=theirs)
    link.refresh_from_db()
    assert (link.name, link.product.name) == ("Battery in a box", name)


def test_two_products_that_claim_a_row_ask_for_a_choice(me):
    ProductFactory(sku="A", name="Battery")
    other = ProductFactory(sku="X", name="Battery", barcode="4")
    made = compared("A;Battery;5;4", heading="SKU;Name;Price;Barcode")
    with pytest.raises(Refusal, match="which of our products"):
        accept(entry(made, "A"), me)
    accept(entry(made, "A"), me, product=other)
    assert other.suppliers.get().sku == "A"


def test_a_sku_they_changed_moves_the_product_along(me):
    link = offered("OLD", name="Battery")
    Product.objects.filter(pk=link.product_id).update(supplier_ref="NEW")
    made = compared("NEW;Battery;100")
    assert entry(made, "NEW").sentence == "They called our OUR-OLD OLD until now."
    accept(entry(made, "NEW"), me)
    link.refresh_from_db()
    assert (link.sku, SupplierProduct.objects.count()) == ("NEW", 1)


def test_of_rows_with_one_sku_the_accepted_one_counts_and_the_others_do_not(me):
    made = compared("A;Battery;5", "A;Battery;6")
    first, second = made.entries.order_by("number")
    accept(second, me)
    first.refresh_from_db()
    assert (first.state, first.outcome) == ("rejected", "Another row was taken.")
    assert SupplierProduct.objects.get().price == Decimal(6)


def test_what_changed_since_the_comparison_is_refused_and_told_apart(me):
    link = offered("A", "100", name="Battery")
    offered("B", "100", name="Cable")
    made = compared("A;Battery;110", "B;Cable;120")
    link.price = Decimal(105)
    link.save()
    refused = accept_entries(made.entries.values_list("pk", flat=True), by=me, at=timezone.now())
    assert list(refused) == [entry(made, "A").pk]
    assert "Compare it again" in refused[entry(made, "A").pk]
    assert SupplierProduct.objects.get(sku="B").price == Decimal(120)
    assert entry(made, "A").state == "open"


def test_nobody_decides_twice(me):
    made = compared("A;Battery;5")
    row = accept(entry(made, "A"), me)
    assert list(accept_entries([row.pk], by=me, at=timezone.now()).values()) == [
        "Somebody accepted this row already."
    ]
    assert list(reject_entries([row.pk], by=me, at=timezone.now())) == [row.pk]


def test_accepting_everything_and_taking_it_back_leaves_what_was_before(me):
    for sku in ("GONE", "DEARER", "NAMED"):
        offered(sku, name=f"Part {sku}")
    before = state()
    made = compared("DEARER;Part DEARER;110", "NAMED;Part in a box;90", "FRESH;Redmi Note 10 combo;20")
    rows = list(made.entries.order_by("pk").values_list("pk", flat=True))
    assert accept_entries(rows, by=me, at=timezone.now(), their_names=True) == {}
    assert state() != before
    assert undo_entries(rows, by=me, at=timezone.now()) == {}
    assert state() == before
    assert set(made.entries.values_list("state", flat=True)) == {"undone"}


def test_what_somebody_changed_since_is_not_taken_back(me):
    offered("A", "100", name="Battery")
    made = compared("A;Battery;110")
    row = accept(entry(made, "A"), me)
    SupplierProduct.objects.update(price=Decimal(115))
    refused = undo_entries([row.pk], by=me, at=timezone.now())
    assert refused == {row.pk: "Changed since it was accepted, so it was left as it is."}
    assert SupplierProduct.objects.get().price == Decimal(115)
    with pytest.raises(Refusal, match="left as it is"):
        reopen_entry(row, by=me, at=timezone.now())


def test_a_product_that_is_used_by_now_is_only_taken_off_sale(me):
    made = compared("A;Battery;5")
    row = accept(entry(made, "A"), me)
    StockLevel.objects.create(product=row.product, location=LocationFactory(), on_hand=0)
    undo_entries([row.pk], by=me, at=timezone.now())
    row.refresh_from_db()
    assert not Product.objects.get(sku="A").is_active
    assert row.outcome == "Something speaks of the product by now, so it was only taken off sale."


def test_a_row_may_be_decided_anew(me):
    made = compared("A;Battery;5")
    row = entry(made, "A")
    reject_entries([row.pk], by=me, at=timezone.now())
    assert reopen_entry(row, by=me, at=timezone.now()).state == "open"
    accept(row, me)
    assert reopen_entry(row, by=me, at=timezone.now()).state == "open"
    assert not Product.objects.exists()


def test_a_hundred_rows_take_as_many_statements_as_two(me, django_assert_max_num_queries):
    made = compared(*(f"S-{n};Battery {n};5" for n in range(100)))
    rows = list(SupplierPriceListRow.objects.values_list("pk", flat=True))
    with django_assert_max_num_queries(24):
        assert accept_entries(rows, by=me, at=timezone.now()) == {}
    assert Product.objects.count() == 100
    assert made.entries.filter(state="accepted").count() == 100
