"""One verb on many rows: who may, what is asked, what came of each row."""

import threading
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.jobs import run_job
from core.models import Job
from core.screens.actions import version_of
from customers.models import Customer
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.screen_site")]
DIALOG = {"HX-Request": "true", "HX-Target": "dialog-body"}


@pytest.fixture
def seller(client: Client):
    user = UserFactory(role="Sales representative", name="Rhea")
    client.force_login(user)
    return user


def shops(number: int, user, **fields) -> list[Customer]:
    return [CustomerFactory(name=f"Shop {n:03d}", representative=user, **fields) for n in range(number)]


def block(client, rows=(), *, key=None, headers=None, **more):
    return client.post(
        "/shop/",
        {
            "do": "bulk",
            "bulk": "block",
            "row": [getattr(row, "pk", row) for row in rows],
            "confirmed": "1",
            "bulk-reason": "Unpaid",
            "idempotency_key": key or str(uuid.uuid4()),
            **more,
        },
        headers=headers,
    )


def outcome(client, response):
    return client.get(response["Location"]).context["outcome"]


def blocked() -> set[str]:
    return set(Customer.objects.filter(status="blocked").values_list("name", flat=True))


def test_rows_have_a_tick_only_for_who_may_do_something_with_them(client, seller):
    shop = shops(1, seller)[0]
    page = client.get("/shop/").content.decode()
    assert f'name="row" value="{shop.pk}@{version_of(shop)}" form="bulk"' in page
    assert 'aria-label="Select Shop 000"' in page
    assert 'value="block"' in page
    assert "Hidden verb" not in page
    assert f'data-edit="/shop/{shop.pk}/block/"' in page


def test_it_is_asked_first_what_will_happen_to_how_many(client, seller):
    rows = shops(7, seller)
    for headers, whole in ((None, True), (DIALOG, False)):
        asked = client.post(
            "/shop/", {"do": "bulk", "bulk": "block", "row": [r.pk for r in rows]}, headers=headers
        )
        text = asked.content.decode()
        assert ("<html" in text) is whole
        assert "7 rows" in text
        assert "Shop 000, Shop 001, Shop 002, Shop 003, Shop 004" in text
        assert "and 2 more" in text
        assert "They can&#x27;t order any more." in text
    assert blocked() == set()


def test_each_row_has_an_outcome(client, seller):
    first, second, third = shops(3, seller)
    Customer.objects.filter(pk=second.pk).update(status="blocked")
    response = block(client, [first, second, third])
    came = outcome(client, response)
    assert came.succeeded == 2
    assert [(what, said) for what, _url, said in came.done] == [
        ("Shop 000", "now blocked"),
        ("Shop 002", "now blocked"),
    ]
    assert [(f.what, f.sentence) for f in came.refused] == [("Shop 001", "Shop 001 is blocked already.")]
    assert Customer.objects.get(pk=first.pk).company_name == "Unpaid by Rhea"
    page = client.get(response["Location"]).content.decode()
    assert "2 done" in page
    assert "1 refused" in page
    assert f'href="/shop/{second.pk}/">Shop 001</a>' in page


def test_a_row_that_breaks_is_said_and_stops_no_other(client, seller, caplog):
    caplog.set_level("CRITICAL")
    CustomerFactory(name="Broken", representative=seller)
    shops(1, seller)
    came = outcome(client, block(client, Customer.objects.order_by("pk")))
    assert came.succeeded == 1
    assert "nothing was changed" in came.refused[0].sentence
    assert blocked() == {"Shop 000"}


def test_what_must_be_said_is_asked_for_again_with_all_that_was_chosen(client, seller):
    rows = shops(2, seller)
    response = block(client, rows, **{"bulk-reason": ""})
    assert response.status_code == 422
    assert response.content.decode().count('name="row"') == 2
    assert not Job.objects.exists()


def test_the_same_form_twice_does_its_work_once(client, seller):
    rows, key = shops(2, seller), str(uuid.uuid4())
    first, second = block(client, rows, key=key), block(client, rows, key=key)
    assert first["Location"] == second["Location"]
    assert Job.objects.count() == 1
    assert outcome(client, second).succeeded == 2
    assert block(client, rows[:1], key=key)["Location"] != first["Location"]


def test_a_row_that_was_changed_meanwhile_is_refused_as_stale(client, seller):
    shop = shops(1, seller)[0]
    seen = f"{shop.pk}@{version_of(shop)}"
    Customer.objects.filter(pk=shop.pk).update(updated_at=timezone.now())
    came = outcome(client, block(client, [seen]))
    assert "Somebody changed this meanwhile." in came.refused[0].sentence
    assert blocked() == set()


def test_rows_of_others_stay_as_they_are(client, seller):
    theirs = CustomerFactory(name="Theirs")
    came = outcome(client, block(client, [theirs, 999999, "x", "\x00", "-1"]))
    assert len(came.refused) == 2
    assert all("Theirs" not in f.what for f in came.refused)
    assert blocked() == set()


def test_a_verb_without_its_right_is_refused_and_one_that_is_not_there_not_found(client, seller):
    rows = shops(1, seller)
    assert block(client, rows, bulk="hidden").status_code == 403
    assert block(client, rows, bulk="fly").status_code == 404
    client.force_login(UserFactory())
    assert block(client, rows).status_code == 403


def test_nothing_selected_is_said(client, seller):
    shops(1, seller)
    page = client.post("/shop/", {"do": "bulk", "bulk": "block"}, follow=True)
    assert "Select the rows first." in page.content.decode()


def test_all_that_fit_are_done_by_what_is_filtered_also_beyond_the_page(client, seller):
    shops(12, seller)
    CustomerFactory(name="Other", representative=seller)
    CustomerFactory(name="Shop of somebody else")
    page = client.get("/shop/?q=shop").content.decode()
    assert "All 12 that fit" in page
    asked = client.post(
        "/shop/", {"do": "bulk", "bulk": "block", "whole": "1", "state": "q=shop"}
    ).content.decode()
    assert "12 rows: all that fit this list" in asked
    came = outcome(client, block(client, whole="1", state="q=shop"))
    assert came.succeeded == 12
    assert blocked() == {f"Shop {n:03d}" for n in range(12)}


def test_rows_that_leave_the_filter_while_it_is_worked_on_are_all_done(client, seller):
    shops(12, seller)
    came = outcome(client, block(client, whole="1", state="status=active"))
    assert came.succeeded == 12


def test_many_rows_are_a_workers(client, seller, monkeypatch):
    monkeypatch.setattr("core.screens.bulk.AT_ONCE", 2)
    rows = shops(3, seller)
    response = block(client, rows)
    job = Job.objects.get()
    assert response["Location"] == job.get_absolute_url()
    assert (job.state, blocked()) == ("queued", set())
    assert (
        "in the background"
        in client.post(
            "/shop/", {"do": "bulk", "bulk": "block", "row": [r.pk for r in rows]}
        ).content.decode()
    )
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.refused, len(blocked())) == ("done", 3, 0, 3)
    assert "3 done" in client.get(f"/shop/?done={job.pk}").content.decode()


def test_a_worker_stops_when_the_right_is_taken_away(client, seller, monkeypatch):
    monkeypatch.setattr("core.screens.bulk.AT_ONCE", 1)
    block(client, shops(2, seller))
    seller.groups.clear()
    run_job(Job.objects.get().pk)
    assert Job.objects.get().state == "failed"
    assert blocked() == set()


def test_a_verb_may_take_only_so_many(client, seller):
    rows = shops(3, seller)
    page = client.post("/shop/", {"do": "bulk", "bulk": "two", "row": [r.pk for r in rows]}, follow=True)
    assert "takes at most 2 rows" in page.content.decode()


def test_the_outcome_of_another_person_is_not_shown(client, seller):
    response = block(client, shops(1, seller))
    client.force_login(UserFactory(role="Sales representative"))
    assert client.get(response["Location"]).context["outcome"] is None
    for odd in ("x", "9" * 30, "%00"):
        assert client.get(f"/shop/?done={odd}").context["outcome"] is None


def test_the_table_is_swapped_with_its_outcome(client, seller):
    response = block(client, shops(1, seller), headers=DIALOG)
    assert response["HX-Retarget"] == "#list"
    assert response["HX-Push-Url"] == f"/shop/?done={Job.objects.get().pk}"
    assert "1 done" in response.content.decode()
    assert "<html" not in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twice_at_once_does_its_work_once():
    user = UserFactory(role="Sales representative")
    rows, key = shops(5, user), str(uuid.uuid4())
    start, answers = threading.Barrier(2), []

    def send() -> None:
        browser = Client()
        browser.force_login(user)
        start.wait()
        answers.append(block(browser, rows, key=key).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job = Job.objects.get()
    assert answers == [302, 302]
    assert (job.state, job.done, job.refused) == ("done", 5, 0)
