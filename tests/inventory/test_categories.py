"""Categories as a tree with typed fields: what is typed is read, kept in its kind, and found again."""

from typing import Any

import pytest
from django.urls import reverse

from core.errors import Refusal
from inventory import operations, queries
from inventory.models import Category, Product, Specification
from inventory.operations.categories import SpecificationLine as Line
from inventory.specs import read_value, retyped, say_value
from tests.factories.accounts import UserFactory
from tests.factories.inventory import CategoryFactory, ProductFactory

KIND = Specification.Kind


def spec(kind, **fields):
    return Specification(name="Size", kind=kind, **fields)


@pytest.mark.parametrize(
    ("made", "typed", "kept"),
    [
        (spec(KIND.NUMBER, unit="in"), "6,67", 6.67),
        (spec(KIND.NUMBER, unit="in"), "6.0 in", 6),
        (spec(KIND.NUMBER), "1 200", 1200),
        (spec(KIND.TEXT), "  two   words ", "two words"),
        (spec(KIND.CHOICE, choices=["USB-C", "Lightning"]), "usb-c", "USB-C"),
        (spec(KIND.YES_NO), "Да", True),
        (spec(KIND.YES_NO), "0", False),
        (spec(KIND.DATE), "25/12/2026", "2026-12-25"),
        (spec(KIND.DATE), "2026-12-25", "2026-12-25"),
        (spec(KIND.TEXT), " ", None),
    ],
)
def test_a_typed_value_is_kept_in_its_kind_and_reads_the_same_again(made, typed, kept):
    assert read_value(made, typed) == kept
    assert read_value(made, say_value(made, kept)) == kept


@pytest.mark.parametrize(
    ("made", "typed"),
    [
        (spec(KIND.NUMBER), "six"),
        (spec(KIND.NUMBER), "NaN"),
        (spec(KIND.NUMBER), "1e99"),
        (spec(KIND.NUMBER), "1.23456"),
        (spec(KIND.CHOICE, choices=["A", "B"]), "C"),
        (spec(KIND.YES_NO), "perhaps"),
        (spec(KIND.DATE), "31 February"),
        (spec(KIND.TEXT), "x" * 201),
    ],
)
def test_what_is_of_another_kind_is_refused_with_the_name_of_the_field(made, typed):
    with pytest.raises(Refusal) as refused:
        read_value(made, typed)
    assert refused.value.text.startswith("Size:")


def test_values_are_turned_where_they_can_be_read_and_kept_where_not():
    values = {"size": "6.67", "Year": "old", "Other": 1}
    year = Specification(name="Year", kind=KIND.NUMBER)
    assert retyped(values, [spec(KIND.NUMBER), year]) == {"Size": 6.67, "Year": "old", "Other": 1}


@pytest.fixture
def displays(db):
    """Displays ask for a size, a connector; those for Xiaomi for a year, and for a connector of their own."""
    top = operations.add_category("Displays")
    below = operations.add_category("Xiaomi", under=top)
    operations.set_specifications(
        top,
        [Line(None, "Size", "number", "in", is_required=True), Line(None, "Connector", "text")],
    )
    operations.set_specifications(
        below, [Line(None, "connector", "choice", choices=("A", "B")), Line(None, "Year", "number")]
    )
    return top, below


def test_fields_come_from_above_and_the_nearest_of_a_name_counts(displays):
    found = queries.specifications_of(displays[1])
    assert [(s.name, s.kind) for s in found] == [
        ("Size", "number"),
        ("connector", "choice"),
        ("Year", "number"),
    ]
    assert [s.name for s in queries.specifications_of(displays[0])] == ["Size", "Connector"]


def test_a_new_name_takes_values_along_but_not_those_of_a_nearer_field(displays):
    top, below = displays
    mine = ProductFactory(category=top, specifications={"Connector": "flat"})
    nearer = ProductFactory(category=below, specifications={"Connector": "A"})
    size, connector = top.specifications.all()
    operations.set_specifications(
        top, [Line(size.pk, "Size", "number", "in"), Line(connector.pk, "Plug", "text")]
    )
    mine.refresh_from_db()
    nearer.refresh_from_db()
    assert (mine.specifications, nearer.specifications) == ({"Plug": "flat"}, {"Connector": "A"})


def test_names_change_places_and_another_kind_turns_what_can_be_read(displays):
    top = displays[0]
    product = ProductFactory(category=top, specifications={"Size": 6.1, "Connector": "40"})
    size, connector = top.specifications.all()
    operations.set_specifications(
        top, [Line(size.pk, "Connector", "number"), Line(connector.pk, "Size", "number")]
    )
    product.refresh_from_db()
    assert set(product.specifications) <= {"Size", "Connector"}
    assert sorted(s.name for s in top.specifications.all()) == ["Connector", "Size"]


def test_moving_takes_everything_below_along_and_never_into_itself(displays):
    top, below = displays
    parts = operations.add_category("Parts")
    operations.move_category(top, parts)
    assert sorted(Category.objects.values_list("path", flat=True)) == [
        "Parts",
        "Parts > Displays",
        "Parts > Displays > Xiaomi",
    ]
    with pytest.raises(Refusal, match="in itself"):
        operations.move_category(Category.objects.get(pk=top.pk), Category.objects.get(pk=below.pk))
    with pytest.raises(Refusal, match="already"):
        operations.add_category("Displays", under=parts)


def test_merging_moves_products_and_what_is_below_and_asks_for_both(displays):
    top, below = displays
    screens = operations.add_category("Screens")
    operations.set_specifications(screens, [Line(None, "SIZE", "text"), Line(None, "Maker", "text")])
    other = CategoryFactory(path="Screens > Xiaomi")
    alone = CategoryFactory(path="Screens > Vivo")
    a, b = ProductFactory(category=screens), ProductFactory(category=other)
    operations.describe_category(screens, warranty_months=6)
    into = operations.merge_categories(screens, top)
    a.refresh_from_db()
    b.refresh_from_db()
    alone.refresh_from_db()
    assert (a.category, b.category, alone.path) == (top, below, "Displays > Vivo")
    assert {s.name for s in top.specifications.all()} == {"Size", "Connector", "Maker"}
    assert into.warranty_months == 6
    assert not Category.objects.filter(path__startswith="Screens").exists()


def test_the_nearest_category_says_the_warranty_unless_the_product_does(displays):
    top, below = displays
    operations.describe_category(top, warranty_months=3, warranty_terms="No water.")
    product = ProductFactory(category=below)
    assert queries.warranty_of(product) == (3, "No water.", "Displays", "Displays")
    operations.describe_category(below, warranty_months=6)
    assert queries.warranty_of(product)[0:3:2] == (6, "Displays > Xiaomi")
    product.warranty_months = 0
    assert queries.warranty_of(product).months == 0


@pytest.fixture
def keeper(client, db):
    client.force_login(UserFactory(role="Storekeeper"))
    return client


def test_a_product_form_asks_what_the_chosen_category_asks_and_keeps_what_it_does_not(keeper, displays):
    product = ProductFactory(category=None, specifications={"maker": "Tianma"})
    url = reverse("inventory:product_change", args=[product.pk])
    size = displays[0].specifications.get(name="Size")
    data = {"name": product.name, "sku": product.sku, "tax_category": "standard", "category": displays[0].pk}
    missing = keeper.post(url, data)
    assert missing.status_code == 422
    assert missing.context["form"].errors == {f"spec-{size.pk}": ["This field is required."]}
    saved = keeper.post(url, {**data, f"spec-{size.pk}": "6,5"}, follow=True)
    product.refresh_from_db()
    assert product.specifications == {"maker": "Tianma", "Size": 6.5}
    assert "Kept, though its category does not ask for it: maker." in saved.content.decode()


def test_the_part_for_another_category_shows_what_is_kept_and_typed(keeper, displays):
    product = ProductFactory(category=displays[0], specifications={"Size": 6.5, "Year": 2021})
    connector = displays[0].specifications.get(name="Connector")
    url = reverse("inventory:product_specifications")
    page = keeper.get(
        url, {"category": displays[1].pk, "product": product.pk, f"spec-{connector.pk}": "b", "spec-x": "1"}
    ).content.decode()
    assert 'value="6.5"' in page
    assert 'value="2021"' in page


def test_one_typed_field_is_changed_in_place_and_taken_back(keeper, displays):
    product = ProductFactory(category=displays[0], specifications={"Size": 6.5, "Old": "x"})
    name = f"spec-{displays[0].specifications.get(name='Size').pk}"
    url = product.get_absolute_url()
    htmx = {"HX-Request": "true", "HX-Target": f"field-{name}"}
    page = keeper.get(url, {"edit": name}, headers=htmx)
    was = page.content.decode().split('name="was" value="')[1].split('"')[0]
    done = keeper.post(url, {"inline": name, "was": was, name: "6.7"}, headers=htmx).content.decode()
    product.refresh_from_db()
    assert product.specifications == {"Size": 6.7, "Old": "x"}
    assert "6.5" in done  # the way back carries the earlier value
    late = keeper.post(url, {"inline": name, "was": was, name: "7"}, headers=htmx)
    assert late.status_code == 409
    assert "6.7" in late.content.decode()


def test_products_are_filtered_by_what_they_say(keeper, displays):
    top, below = displays
    size, year = top.specifications.get(name="Size"), below.specifications.get(name="Year")
    connector = below.specifications.get(name="connector")
    small = ProductFactory(category=top, specifications={"Size": 5})
    large = ProductFactory(category=below, specifications={"Size": 6.7, "connector": "A", "Year": 2021})
    ProductFactory(category=top, specifications={"Size": "not a number"})
    url = reverse("inventory:product_list")

    def found(**query):
        rows = keeper.get(url, {"category": top.pk, **query}).context["page"].rows
        return {row.pk for row in rows}

    assert found(**{f"spec_{size.pk}_min": "6"}) == {large.pk}
    assert found(**{f"spec_{size.pk}_max": "6"}) == {small.pk}
    assert found(category=below.pk, **{f"spec_{connector.pk}": "A", f"spec_{year.pk}_max": "2022"}) == {
        large.pk
    }
    assert Product.objects.count() == len(found()) == 3


def test_the_tree_counts_what_is_within_and_is_one_query_however_large(
    keeper, displays, django_assert_num_queries
):
    ProductFactory(category=displays[1])
    with django_assert_num_queries(1):
        branches = queries.category_tree()
    assert [(b.label, b.depth, b.products, b.within) for b in branches] == [
        ("Displays", 0, 0, 1),
        ("Xiaomi", 1, 1, 1),
    ]
    page = keeper.get(reverse("inventory:category_list"))
    assert page.status_code == 200


def test_the_page_of_a_category_saves_its_fields_in_the_order_that_is_typed(keeper, displays):
    top = displays[0]
    size, connector = top.specifications.all()
    url = reverse("inventory:category_specifications", args=[top.pk])
    assert keeper.get(url).status_code == 200
    data: dict[str, Any] = {"lines-TOTAL_FORMS": 3, "lines-INITIAL_FORMS": 2}
    rows = [
        {"pk": size.pk, "name": "Size", "kind": "number", "unit": "in", "order": 2},
        {"pk": connector.pk, "name": "", "kind": "text"},
        {"name": "Plug", "kind": "choice", "choices": "A, B, A", "order": 1},
    ]
    data |= {f"lines-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    assert keeper.post(url, data).status_code == 302
    assert [(s.name, s.choices) for s in top.specifications.all()] == [("Plug", ["A", "B"]), ("Size", [])]
    data["lines-2-choices"] = "A"
    assert keeper.post(url, data).status_code == 422
