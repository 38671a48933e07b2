"""What open pages learn, and what it costs to ask."""

from __future__ import annotations

import time
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import live, nav
from core.cache import ForgetfulRedisCache
from core.notify import notify
from orders.operations import confirm_order
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.orders import customer_with_credit, draft, now, sellable_product

pytestmark = pytest.mark.django_db
LIVE = "core:live"


@pytest.fixture
def controller():
    return UserFactory(role="Credit controller")


@pytest.fixture
def ask(client, controller, monkeypatch):
    """Ask as a page that was made just now, with a memory that is complete and a clock that is right."""
    monkeypatch.setattr(live, "SKEW", 0.0)
    client.force_login(controller)
    cache.set(live.COMPLETE, time.time() - 600, None)
    live.teller.flush()
    made = time.time()

    def at(*topics, since=made, **query):
        live.teller.flush()
        return client.get(reverse(LIVE), {"since": since, "t": topics, **query})

    return at


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What is done inside has been committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_nothing_new_is_an_empty_answer_that_reads_no_table_of_ours(ask):
    ask("orders.order:1")  # the connection, the session
    with CaptureQueriesContext(
        connection,
    ) as made:
        answer = ask("orders.order:1")
    assert (answer.status_code, answer.content) == (204, b"")
    assert [q["sql"].split("FROM")[1].split()[0] for q in made.captured_queries] == [
        '"django_session"', '"accounts_user"',
    ]  # fmt: skip
    assert float(answer["Live-Now"]) == pytest.approx(time.time(), abs=5)


def test_a_touched_record_is_told_to_pages_that_show_it_or_its_list(ask, committed):
    with committed():
        live.touch("inventory.product:5")
    told = ask("inventory.product:5", "inventory.product", "inventory.product:6").json()
    assert set(told["topics"]) == {"inventory.product:5", "inventory.product"}
    assert "waiting" not in told


def test_what_is_rolled_back_is_not_told(ask, committed):
    with committed(), transaction.atomic():
        live.touch("inventory.product:5")
        transaction.set_rollback(True)
    assert ask("inventory.product:5").status_code == 204


def test_an_order_says_what_it_changes(ask, committed):
    product = sellable_product("LIVE-1", on_hand=5)
    customer = customer_with_credit("100000")
    order = draft(customer, (product, 2))
    with committed():
        confirm_order(order, by=UserFactory(), at=now())
    topics = (
        live.topic(order),
        live.topic(customer),
        live.topic(product),
        "credit.invoice",
        "messaging.outboundmessage",
    )
    assert set(ask(*topics).json()["topics"]) == set(topics)


def test_the_numbers_come_along_when_they_may_have_changed(ask, controller, committed):
    with committed():
        notify([controller], "x.y", "Something is up", key="1", url="/orders/", tone="warn", at=now())
    told = ask(seen="0").json()
    assert (told["unread"], told["waiting"]["orders:hold_queue"]) == (1, 0)
    assert [(n["text"], n["url"], n["tone"]) for n in told["news"]] == [
        ("Something is up", "/orders/", "warn")
    ]
    assert "news" not in ask(seen=str(told["last"])).json()


def test_another_persons_news_are_not_told(ask, committed):
    with committed():
        notify([UserFactory()], "x.y", "Private", key="1", at=now())
    assert ask().status_code == 204


def test_while_the_cache_is_away_everything_may_have_changed(ask, monkeypatch):
    monkeypatch.setattr(cache, "get_many", lambda *_a, **_k: {})
    told = ask("orders.order:1").json()
    assert told["topics"] is None
    assert told["unread"] == 0


def test_a_forgotten_or_emptied_cache_is_noticed_once(ask):
    cache.clear()
    assert ask("orders.order:1").json()["topics"] is None
    assert ask("orders.order:1", since=time.time() + 1).status_code == 204


def test_what_could_not_be_told_makes_everything_unknown(ask, committed):
    with mock.patch.object(ForgetfulRedisCache, "set_many", return_value=[]):
        with committed():
            live.touch("orders.order:1")
        live.teller.flush()
    with committed():
        live.touch("orders.order:2")
    assert ask("orders.order:1").json()["topics"] is None


def test_a_page_that_slept_too_long_looks_at_everything(ask):
    assert ask("orders.order:1", since=time.time() - live.KEPT - 60).json()["topics"] is None


@pytest.mark.parametrize("since", ["", "nan", "-inf", "soon", "9" * 400, "\x00"])
def test_nonsense_for_a_time_is_long_ago(ask, since):
    assert ask("orders.order:1", "'; drop", since=since).json()["topics"] is None


def test_a_stranger_is_told_to_log_in(client):
    answer = client.get(reverse(LIVE), headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "login" in answer["HX-Redirect"]


def test_a_new_login_gets_a_token_for_its_open_forms(ask, controller):
    answer = ask(renew="1")
    assert answer["Live-Person"] == str(controller.pk)
    assert len(answer["Live-Token"]) == 64
    assert "Live-Token" not in ask()


def test_the_whole_shell_costs_one_statement_whatever_waits(controller, rf):
    def cost() -> int:
        request = rf.get("/")
        request.user = controller
        with CaptureQueriesContext(
            connection,
        ) as made:
            nav.shell(request)
        return len(made)

    controller.has_perm("orders.view_order")  # roles are read once per request anyhow
    str(controller.sees)
    assert cost() == 1
    for number in range(3):
        customer = CustomerFactory()
        notify([controller], "x.y", "Something", key=str(number), at=now())
        assert customer.pk
    assert cost() == 1
    assert nav.numbers_of(controller).unread == 3


def test_every_place_and_its_keys_are_one_of_a_kind():
    keys = [place.key for place in nav.places() if place.key]
    assert len(keys) == len(set(keys))
    assert all(place.topic for place in nav.places() if place.count)
