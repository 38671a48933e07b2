"""Pages of the store: counting, adjusting, carrying, placing; who sees what, and that nothing is done twice."""

import io
import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import live
from core.jobs import run_job
from core.models import Job
from inventory.models import Adjustment, StockCount, StockLevel, StockMove, StockTransfer
from inventory.operations import (
    count_product,
    finish_count,
    open_count,
    put_on_shelf,
    request_adjustment,
    transfer_goods,
)
from tests.factories.accounts import UserFactory
from tests.factories.inventory import LocationFactory, ProductFactory, now, stocked
from tests.inventory.test_pages import text_of

pytestmark = pytest.mark.django_db
PART = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "count-now"}


def url(name, *args):
    return reverse(f"inventory:{name}", args=args)


@pytest.fixture
def storekeeper(client):
    client.user = UserFactory(role="Storekeeper")
    client.force_login(client.user)
    return client


@pytest.fixture
def manager():
    """A second browser."""
    client: Any = Client()
    client.user = UserFactory(role="Sales manager")
    client.force_login(client.user)
    return client


def opened(level, **options):
    told: dict[str, Any] = {"reference": str(uuid.uuid4()), "by": None, "at": now()}
    return open_count(location=level.location, **told, **options)


def test_a_count_from_the_form_to_the_books(storekeeper, manager):
    level = stocked(9, name="A12 combo", barcode="4006381333931", cost="1000")
    form = {
        "location": level.location_id,
        "scope": "location",
        "blind": "on",
        "idempotency_key": str(uuid.uuid4()),
    }
    for _again in range(2):
        assert storekeeper.post(url("count_new"), form).status_code == 302
    count = StockCount.objects.get()
    sheet = url("count_sheet", count.pk)
    assert "A12 combo" in text_of(storekeeper.get(sheet))
    key = str(uuid.uuid4())
    for _again in range(2):
        said = storekeeper.post(sheet, {"do": "scan", "find": "4006381333931", "key": key}, **PART)
    assert "A12 combo" in text_of(said)
    line = count.lines.get()
    assert (line.counted, line.counted_by) == (1, storekeeper.user)
    storekeeper.post(sheet, {"do": f"set:{line.pk}", "pieces": "2", "seen": "1"})
    assert storekeeper.post(url("count_finish", count.pk), {}).status_code == 302
    refused = storekeeper.post(url("count_approve", count.pk), {})
    assert refused.status_code == 422
    assert "worth more than" in text_of(refused)
    assert manager.post(url("count_approve", count.pk), {"note": "seen"}).status_code == 302
    assert StockMove.objects.get(kind="count").quantity == -7
    count.refresh_from_db()
    assert (count.state, count.decided_by, count.decision_note) == ("approved", manager.user, "seen")


def test_who_counts_blind_does_not_see_the_books_and_who_approves_does(storekeeper, manager):
    level = stocked(7311, cost="1")
    count = opened(level)
    count_product(count, level.product_id, 7000, reference="a", by=None, at=now())
    for name in ("count_detail", "count_sheet"):
        assert not {"7,311", "7311", "311"} & set(text_of(storekeeper.get(url(name, count.pk))).split())
    assert storekeeper.get(url("count_lines", count.pk)).status_code == 404
    assert "7,311" in text_of(manager.get(url("count_detail", count.pk)))
    finish_count(count, by=None, at=now())
    assert "7,311" in text_of(storekeeper.get(url("count_detail", count.pk)))


def test_the_value_of_a_count_is_for_those_who_see_costs(storekeeper, manager):
    level = stocked(9, cost="123.45")
    count = opened(level, blind=False)
    count_product(count, level.product_id, 7, reference="a", by=None, at=now())
    for page in (url("count_detail", count.pk), url("count_lines", count.pk)):
        assert "246.90" in text_of(manager.get(page))
        assert "246.90" not in text_of(storekeeper.get(page))
    assert "123.45" not in text_of(storekeeper.get(url("count_plan")))


def test_a_figure_counted_meanwhile_is_offered_to_be_added_or_replaced(storekeeper):
    level = stocked(9)
    count = opened(level)
    line = count_product(count, level.product_id, 6, reference="a", by=UserFactory(name="Ravi"), at=now())
    said = text_of(
        storekeeper.post(
            url("count_sheet", count.pk), {"do": f"set:{line.pk}", "pieces": "4", "seen": "0"}, **PART
        )
    )
    assert "Ravi counted 6" in said
    assert f'value="more:{line.pk}"' in said
    assert 'name="seen" value="1"' in said


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"do": "scan", "find": "70007000"}, "Nobody knows"),
        ({"do": "scan", "find": ""}, "Scan or type"),
        ({"do": "set:999999", "pieces": "1"}, "not part of the count"),
        ({"do": "set:LINE", "pieces": "x"}, "Enter how many pieces"),
        ({"do": "more:LINE", "pieces": "-1"}, "can’t be counted|can't be counted|can&#x27;t be counted"),
        ({"do": "\x00"}, "Scan or type"),
    ],
)
def test_what_can_not_be_counted_says_why(storekeeper, sent, words):
    level = stocked(9)
    count = opened(level)
    sent = {**sent, "do": sent["do"].replace("LINE", str(count.lines.get().pk))}
    said = text_of(storekeeper.post(url("count_sheet", count.pk), sent, **PART))
    assert any(word in said for word in words.split("|"))
    assert storekeeper.post(url("count_sheet", count.pk), sent).status_code in {302, 409}


def test_the_plan_makes_todays_count_of_what_is_due(storekeeper):
    first = stocked(9, name="never counted")
    fresh = stocked(9, name="counted lately")
    StockLevel.objects.filter(pk=fresh.pk).update(counted_at=now())
    page = text_of(storekeeper.get(url("count_plan")))
    assert "never counted" in page
    assert "counted lately" not in page
    assert (
        storekeeper.post(url("count_today"), {"location": first.location_id, "most": "5"}).status_code == 302
    )
    assert [line.product for line in StockCount.objects.get().lines.all()] == [first.product]
    assert "Nothing is due" in text_of(storekeeper.get(url("count_plan")))
    assert (
        storekeeper.post(url("count_today"), {"location": first.location_id, "most": "5"}).status_code == 422
    )


def test_a_large_adjustment_waits_in_the_queue_for_somebody_else(storekeeper, manager):
    level = stocked(9, name="Dear combo", cost="1000")
    form = {"location": level.location_id, "quantity": "-6", "reason": "lost"}
    page = storekeeper.post(url("stock_adjust", level.product_id), form, follow=True)
    assert "waits until somebody else approves" in text_of(page)
    asked = Adjustment.objects.get()
    assert "Dear combo" in text_of(manager.get(url("adjustment_list")))
    assert "6,000" in text_of(manager.get(asked.get_absolute_url()))
    assert "6,000" not in text_of(storekeeper.get(asked.get_absolute_url()))
    assert storekeeper.post(url("adjustment_approve", asked.pk), {}).status_code == 403
    assert storekeeper.post(url("adjustment_reject", asked.pk), {"reason": "mistake"}).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    other = request_adjustment(
        level.product, location=level.location, quantity=-6, reason="lost", reference="b", by=None, at=now()
    )
    assert storekeeper.post(url("adjustment_reject", other.pk), {"reason": "no"}).status_code == 404
    assert manager.post(url("adjustment_approve", other.pk), {}).status_code == 302
    level.refresh_from_db()
    assert level.on_hand == 3


def test_goods_are_set_aside_with_a_reason_given_back_and_scrapped(storekeeper):
    level = stocked(9, cost="10")
    aside = LocationFactory(name="Damaged", kind="damaged")
    shelf = url("level_move", level.pk)
    refused = storekeeper.post(shelf, {"destination": aside.pk, "quantity": "4"})
    assert "Say why the goods go to Damaged" in text_of(refused)
    assert (
        storekeeper.post(shelf, {"destination": aside.pk, "quantity": "4", "reason": "wet"}).status_code
        == 302
    )
    there = StockLevel.objects.get(location=aside)
    page = text_of(storekeeper.get(there.get_absolute_url()))
    assert "Give back" in page
    assert "Scrap" in page
    back = {"destination": level.location_id, "quantity": "1"}
    assert storekeeper.post(url("level_move", there.pk), back).status_code == 302
    assert (
        storekeeper.post(url("stock_scrap", there.pk), {"quantity": "2", "reason": "broken"}).status_code
        == 302
    )
    level.refresh_from_db()
    there.refresh_from_db()
    assert (level.on_hand, there.on_hand) == (6, 1)
    assert StockMove.objects.get(kind="scrap").quantity == -2
    assert "Damaged" in text_of(storekeeper.get(url("level_list"), {"tab": "aside"}))


def test_several_products_are_carried_under_one_number_with_a_slip(storekeeper):
    level, there = stocked(5, sku="N10"), LocationFactory()
    new = url("transfer_new")
    head = {"source": level.location_id, "destination": there.pk}
    lines = {"lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0", "find": "n10", "do": "add"}
    assert "N10" in text_of(storekeeper.post(new, head | lines))
    lines = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-product": "N10"}
    refused = storekeeper.post(new, head | lines | {"lines-0-quantity": "9"})
    assert refused.status_code == 422
    assert "5 free here, 9 asked" in text_of(refused)
    key = str(uuid.uuid4())
    for _again in range(2):
        done = storekeeper.post(new, head | lines | {"lines-0-quantity": "2", "idempotency_key": key})
        assert done.status_code == 302
    transfer = StockTransfer.objects.get()
    assert transfer.number in text_of(storekeeper.get(transfer.get_absolute_url()))
    slip = storekeeper.get(url("transfer_pdf", transfer.pk))
    assert slip.content.startswith(b"%PDF")
    assert there.levels.get().on_hand == 2


def test_a_location_is_added_closed_and_opened(storekeeper):
    level = stocked(5)
    storekeeper.post(url("location_add"), {"name": "Attic", "kind": "quarantine"})
    attic = level.location.__class__.objects.get(name="Attic")
    for verb, active in (("close", False), ("open", True)):
        assert storekeeper.post(url(f"location_{verb}", attic.pk)).status_code == 302
        attic.refresh_from_db()
        assert attic.is_active is active
    transfer_goods(
        [(level.product_id, 1)],
        source=level.location,
        destination=attic,
        reason="x",
        reference="t",
        by=None,
        at=now(),
    )
    page = storekeeper.post(url("location_close", attic.pk), follow=True)
    assert "1 pieces lie in Attic" in text_of(page)
    assert level.product.name in text_of(page)


def test_shelves_are_changed_in_place_and_by_a_table_with_an_outcome_a_row(storekeeper):
    level, other = stocked(5, sku="N10"), stocked(5, sku="N11")
    put_on_shelf(other.product_id, other.location, "B-1")
    assert storekeeper.post(url("level_shelf", level.pk), {"shelf": "a-01"}).status_code == 302
    assert "A-01" in text_of(storekeeper.get(level.product.get_absolute_url()))
    table = b"SKU,Location,Shelf\nn10,,C-7\nN11,,b-1\nN99,,C-7\nN10,Nowhere,C-7\n"
    file = SimpleUploadedFile("shelves.csv", table)
    assert storekeeper.post(url("shelf_import"), {"file": file}).status_code == 302
    job = Job.objects.get(kind="inventory.import_shelves")
    run_job(job.pk)
    job.refresh_from_db()
    assert job.sentence == "1 changed, 1 unchanged, 2 refused."
    assert [(failure.number, failure.what) for failure in job.failures.order_by("number")] == [
        (4, "N99"),
        (5, "N10"),
    ]
    level.refresh_from_db()
    assert level.shelf == "C-7"
    wrong = storekeeper.post(url("shelf_import"), {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    assert wrong.status_code == 422


def test_the_list_of_stock_by_location_goes_out_as_the_import_takes_it(storekeeper):
    level = stocked(5, sku="N10")
    put_on_shelf(level.product_id, level.location, "C-7")
    asked = {"export": "csv", "cols": "product.sku,location.name,shelf"}
    text = storekeeper.get(url("level_list"), asked).getvalue().decode("utf-8-sig")
    assert {"SKU", "Location", "Shelf"} <= set(io.StringIO(text).readline().strip().split(","))
    assert "C-7" in text


@pytest.mark.parametrize(
    "name", ["count_list", "adjustment_list", "transfer_list", "level_list", "location_list"]
)
def test_the_lists_of_the_store_cost_the_same_for_few_rows_and_many(storekeeper, name):
    place = LocationFactory(is_default=True)

    def more():
        level = stocked(5, cost="3000")
        told: dict[str, Any] = {"reference": str(uuid.uuid4()), "by": storekeeper.user, "at": now()}
        request_adjustment(level.product, location=place, quantity=-2, reason="lost", **told)
        transfer_goods([(level.product_id, 1)], source=place, destination=LocationFactory(), **told)
        open_count(location=place, scope="products", products=[level.product_id], **told)

    more()
    storekeeper.get(url(name))
    numbers = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert storekeeper.get(url(name), {"tab": "all"}).status_code == 200
        numbers.append(len(queries))
        more()
        more()
    assert numbers[0] == numbers[1]


def test_the_sheet_costs_the_same_for_few_lines_and_many(storekeeper):
    numbers = []
    place = LocationFactory(is_default=True)
    for _round in range(2):
        for _n in range(3):
            stocked(1, location=place)
        count = open_count(location=place, reference=str(uuid.uuid4()), by=None, at=now())
        with CaptureQueriesContext(connection) as queries:
            storekeeper.get(url("count_sheet", count.pk))
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_open_pages_of_a_product_its_list_and_its_count_hear_of_what_moves(storekeeper, monkeypatch):
    """Each part says what it shows; a sale, a scan and a shelf touch just those."""
    level = stocked(5)
    count = opened(level)
    product, topic = f"inventory.product:{level.product_id}", f"inventory.stockcount:{count.pk}"
    assert product in text_of(storekeeper.get(level.product.get_absolute_url()))
    assert "inventory.product" in text_of(storekeeper.get(url("product_list")))
    for page in ("count_sheet", "count_detail"):
        assert topic in text_of(storekeeper.get(url(page, count.pk)))
    assert product in text_of(storekeeper.get(level.get_absolute_url()))
    told: set[str] = set()
    monkeypatch.setattr(live, "touch_all", lambda model, keys: told.update(f"{model}:{key}" for key in keys))
    monkeypatch.setattr(
        live,
        "touch",
        lambda *changed: told.update(c if isinstance(c, str) else live.topic(c) for c in changed if c),
    )
    count_product(count, level.product_id, 4, reference="x", by=None, at=now())
    assert topic in told
    put_on_shelf(level.product_id, level.location, "Z-1")
    assert product in told


def test_a_product_nobody_knows_is_no_count(storekeeper):
    answer = storekeeper.post(
        url("count_new"), {"location": stocked(1).location_id, "scope": "products", "products": "N10\nN77"}
    )
    assert answer.status_code == 422
    assert json.dumps("N10")[1:-1] in text_of(answer)
    assert not StockCount.objects.exists()
    ProductFactory(sku="N10")
