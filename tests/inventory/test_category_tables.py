"""The tree of categories as a table and back; and what a category needs of those that come into it."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from core.errors import Refusal
from core.jobs import run_job
from core.models import Job
from inventory import operations
from inventory.models import Category, Product, Specification
from inventory.operations.categories import SpecificationLine as Line
from tests.factories.accounts import UserFactory
from tests.factories.inventory import ProductFactory
from tests.inventory.test_catalogue_file import outcomes, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client):
    client.force_login(UserFactory(role="Storekeeper"))
    return client


@pytest.fixture
def displays():
    """A category that needs a size and a plug, under another with a warranty."""
    parts = operations.add_category("Parts")
    operations.describe_category(parts, warranty_months=6, warranty_terms="Not for water.\nNot for force.")
    displays = operations.add_category("Displays", under=parts)
    lines = [
        Line(None, "Size", "number", "in", is_required=True),
        Line(None, "Plug", "choice", choices=("USB-C", "Micro"), is_required=True),
        Line(None, "Since", "date"),
    ]
    return operations.set_specifications(displays, lines)


def imported(client, content, name="tree.csv"):
    answer = client.post(reverse("inventory:category_import"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.latest("pk")
    run_job(job.pk)
    job.refresh_from_db()
    return job.sentence, [(each.number, each.sentence) for each in job.failures.order_by("number")]


def test_the_tree_goes_out_and_comes_in_again_as_it_was(keeper, displays):
    def tree():
        asked = ("category__path", "position", "name", "kind", "unit", "choices", "is_required")
        return [
            list(Category.objects.order_by("path").values_list("path", "warranty_months", "warranty_terms")),
            list(Specification.objects.order_by("category__path", "position").values_list(*asked)),
        ]

    before = tree()
    file = keeper.get(reverse("inventory:category_table")).content
    assert imported(keeper, file, "tree.xlsx") == ("0 new, 0 changed, 4 unchanged, 0 refused.", [])
    assert tree() == before
    text = b"".join(keeper.get(reverse("inventory:category_table") + "?as=csv"))
    Category.objects.all().delete()
    assert imported(keeper, text)[0] == "2 new, 2 changed, 0 unchanged, 0 refused."
    before[0][0] = ("Parts", 6, "Not for water. Not for force.")
    assert tree() == before


def test_each_row_of_a_tree_has_its_outcome_and_nothing_is_taken_away(keeper, displays, tmp_path):
    ProductFactory(category=displays, specifications={"Size": "6.5", "Plug": "Micro"})
    table = (
        "Category,Warranty in months,Specification,Kind,Unit,Choices,Needed\n"
        "parts › displays,,size,number,mm,,yes\n"
        "Parts > Displays,,Colour,choice,,red,no\n"
        "Parts > Displays,,Weight,text,g,,no\n"
        "Parts > Batteries,12,Capacity,Number,mAh,,1\n"
        ",,X,,,,\n"
        "Parts > Cases,soon,,,,,\n"
    )
    sentence, refused = imported(keeper, table.encode())
    assert sentence == "1 new, 1 changed, 0 unchanged, 4 refused."
    assert refused == [
        (3, "Colour: a choice needs at least two, separated by commas."),
        (4, "Weight: only a number has a unit."),
        (6, "The Category is missing."),
        (7, "“soon” is not a whole number from 0 to 600."),
    ]
    asked = list(displays.specifications.order_by("position").values_list("name", "unit"))
    assert asked == [("Size", "mm"), ("Plug", ""), ("Since", "")]
    capacity = Specification.objects.get(name="Capacity")
    assert (capacity.category.warranty_months, capacity.unit, capacity.is_required) == (12, "mAh", True)
    file = tmp_path / "tree.csv"
    file.write_text(table)
    out = io.StringIO()
    call_command("import_categories", str(file), stdout=out)
    assert "0 new, 0 changed, 2 unchanged, 4 refused." in out.getvalue()


def test_an_import_says_of_each_row_what_its_category_needs(displays):
    known = ProductFactory(sku="OLD", name="Old", category=displays)  # from before anybody asked
    batch = take_in(
        "SKU,Name,Category,Price,spec: Size,spec: Plug\n"
        "N1,One,Parts > Displays,10,6.5,micro\n"
        "N2,Two,Parts > Displays,10,6.5,\n"
        "N3,Three,Parts > Displays,10,,\n"
        "N4,Four,Parts,10,,\n"
    )
    assert outcomes(batch) == [
        ("created", ""),
        ("refused", "“Parts > Displays” needs of its products: Plug."),
        ("refused", "“Parts > Displays” needs of its products: Size, Plug."),
        ("created", ""),
    ]
    assert outcomes(take_in("SKU,Name,Price\nOLD,Old,12\n"))[0][0] == "updated"
    assert outcomes(take_in("SKU,Name,spec: Size\nOLD,Old,\nN1,One,\n")) == [
        ("refused", "“Parts > Displays” needs of its products: Size."),
        ("refused", "“Parts > Displays” needs of its products: Size."),
    ]
    assert outcomes(take_in("SKU,Name,Category\nN4,Four,Parts > Displays\n"))[0][0] == "refused"
    known.refresh_from_db()
    assert (known.list_price, Product.objects.get(sku="N4").category.path) == (12, "Parts")


def test_a_change_of_many_says_of_each_what_its_new_category_needs(keeper, displays):
    ready = ProductFactory(specifications={"Size": "6.5", "plug": "Micro"})
    bare = ProductFactory(name="Bare")
    sent = {"do": "bulk", "bulk": "change", "confirmed": "1", "key": "k1", "bulk-category": displays.pk}
    rows = [f"{ready.pk}@", f"{bare.pk}@"]
    page = keeper.post("/stock/", sent | {"row": rows}, follow=True).content.decode()
    assert "“Parts &gt; Displays” needs of its products: Size, Plug." in page
    ready.refresh_from_db()
    bare.refresh_from_db()
    assert (ready.category, bare.category) == (displays, None)
    bare.category = displays
    with pytest.raises(Refusal, match="Size, Plug"):
        operations.change_product(bare)
