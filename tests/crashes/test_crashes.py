"""Kill any process at any moment: nothing lost, nothing doubled, no hand needed."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from .conftest import Site, restart_services

pytestmark = pytest.mark.slow(25)


def arrived(site: Site) -> Counter[str]:
    """How often each message text reached the retailer's phone."""
    return Counter(message.body for message in site.sandbox.messages)


def test_web_process_killed_in_mid_confirm_leaves_no_half_sale(site: Site):
    ready = site.scene("prepare", 2)
    site.session = ready["session"]
    site.start_web()
    first, second = ready["orders"]
    with site.database() as holding:
        # Somebody holds the invoice counter, so the confirmation waits at its last step with everything else written.
        holding.execute(
            "INSERT INTO core_documentseries (series, year, last) SELECT 'INV', y, 0 FROM generate_series(2020, 2040) y"
            " ON CONFLICT (series, year) DO UPDATE SET last = core_documentseries.last"
        )
        caller = threading.Thread(target=site.confirm, args=(first,))
        caller.start()
        site.until(lambda: waiting_backends(site) == 1)
        site.kill("web")
        caller.join(timeout=30)
        holding.rollback()
    site.until(lambda: waiting_backends(site) == 0)

    seen = site.scene("look")
    assert seen["wrong"] == []
    assert set(seen["statuses"].values()) == {"draft"}
    assert (seen["invoices"], seen["reservations"], seen["messages"]) == ([], 0, {})

    site.start_web()
    assert [site.confirm(first), site.confirm(second)] == [302, 302]
    seen = site.scene("look")
    assert seen["wrong"] == []
    assert [number[-5:] for number in seen["invoices"]] == ["00001", "00002"]


def test_sale_stands_while_valkey_is_down_and_the_message_leaves_afterwards(site: Site):
    ready = site.scene("prepare", 3)
    site.session = ready["session"]
    site.start_web()
    site.kill("valkey")

    assert [site.confirm(order) for order in ready["orders"]] == [302] * 3

    seen = site.scene("look")
    assert seen["wrong"] == []
    assert set(seen["statuses"].values()) == {"confirmed"}
    assert set(seen["messages"].values()) == {"queued"}

    restart_services(site, "valkey")
    site.start_worker()
    site.until(lambda: site.scene("send")["sent"])
    site.until(lambda: len(site.sandbox.messages) >= 3)
    site.until(lambda: set(site.scene("look")["messages"].values()) <= {"delivered", "read"})
    assert set(arrived(site).values()) == {1}


def test_postgres_killed_under_load_keeps_what_it_confirmed_and_only_that(site: Site):
    ready = site.scene("prepare", 24)
    site.session = ready["session"]
    site.start_web()
    with ThreadPoolExecutor(8) as callers:
        answers = [callers.submit(site.confirm, order) for order in ready["orders"]]
        site.until(lambda: sum(answer.done() for answer in answers) >= 6)
        site.kill("postgres")
    told = dict(zip(ready["orders"], (answer.result() for answer in answers), strict=True))
    restart_services(site, "postgres")

    seen = site.scene("look")
    assert seen["wrong"] == []
    for order, status in told.items():
        if status == 302:
            assert seen["statuses"][str(order)] == "confirmed"

    site.until(site.is_up)
    for order in ready["orders"]:
        if seen["statuses"][str(order)] == "draft":
            assert site.confirm(order) == 302
    seen = site.scene("look")
    assert seen["wrong"] == []
    assert set(seen["statuses"].values()) == {"confirmed"}
    assert len(seen["invoices"]) == len(seen["messages"]) == 24
    assert seen["invoices"][-1].endswith("00024")


def test_worker_killed_in_mid_send_sends_nothing_twice(site: Site):
    ready = site.scene("prepare", 2)
    site.session = ready["session"]
    site.env["TWILIO_TIMEOUT_SECONDS"] = "60"
    site.start_web()
    site.sandbox.faults.add("hang_accepted", seconds=60)
    assert [site.confirm(order) for order in ready["orders"]] == [302] * 2
    site.start_worker()
    site.scene("send")
    site.until(
        lambda: len(site.sandbox.messages) >= 1
    )  # accepted there; our worker still waits for the answer
    site.kill("worker")

    site.scene("later", 60)
    site.env["TWILIO_TIMEOUT_SECONDS"] = "5"
    site.start_worker()

    def settled() -> bool:
        site.scene("send")
        return set(site.scene("look")["messages"].values()) <= {"delivered", "read", "unknown"}

    site.until(settled)
    assert site.scene("look")["wrong"] == []
    assert len(site.sandbox.messages) == 2
    assert set(arrived(site).values()) == {1}


def waiting_backends(site: Site) -> int:
    """Connections of the web process that wait for a lock."""
    with site.database() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tradeline' AND wait_event_type = 'Lock'"
        ).fetchone()
    assert row
    return row[0]
