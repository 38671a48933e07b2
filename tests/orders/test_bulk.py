"""Many orders at once: each by the rules of one."""

import pytest

from core.models import Job
from orders.models import Order, Status
from tests.factories.accounts import UserFactory
from tests.factories.orders import customer_with_credit, draft, sellable_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = UserFactory(role="Sales manager")
    client.force_login(user)
    return user


@pytest.fixture
def drafts(manager):
    part = sellable_product("LCD-1", price="100", on_hand=50, tax="18")
    rich = customer_with_credit("100000", representative=manager)
    poor = customer_with_credit("10", representative=manager)
    return [draft(rich, (part, 1)), draft(rich, (part, 2)), draft(poor, (part, 1))]


def act(client, path, verb, rows, **said):
    sent = {"do": "bulk", "bulk": verb, "row": [row.pk for row in rows], "confirmed": "1"}
    client.post(path, sent | {f"bulk-{name}": value for name, value in said.items()})
    job = Job.objects.latest("pk")
    return [said for _what, _url, said in job.cursor.get("done", [])], list(
        job.failures.values_list("what", flat=True)
    )


def statuses():
    return list(Order.objects.order_by("pk").values_list("status", flat=True))


def test_drafts_are_confirmed_or_held(client, drafts):
    done, refused = act(client, "/orders/", "confirm", drafts)
    assert done == [
        "confirmed",
        "confirmed",
        "on credit hold; somebody who may approve it sees it in the queue",
    ]
    assert refused == []
    assert statuses() == [Status.CONFIRMED, Status.CONFIRMED, Status.CREDIT_HOLD]


def test_confirmed_orders_are_delivered_and_a_draft_is_refused(client, drafts):
    act(client, "/orders/", "confirm", drafts[:1])
    _done, refused = act(client, "/orders/", "deliver", drafts[:2])
    assert refused == [drafts[1].code]
    assert statuses()[0] in {Status.DELIVERED, Status.INVOICED}


def test_orders_are_cancelled_with_one_reason(client, drafts):
    act(client, "/orders/", "cancel", drafts, reason="Season over")
    assert statuses() == [Status.CANCELLED] * 3


def test_held_orders_are_rejected_and_ones_own_are_not_approved(client, manager, drafts):
    act(client, "/orders/", "confirm", drafts[2:])
    _done, refused = act(client, "/orders/holds/", "release", drafts[2:], reason="Good customer")
    assert refused == [drafts[2].code]
    act(client, "/orders/holds/", "reject", drafts[2:], reason="Too much")
    assert statuses()[2] == Status.DRAFT


def test_the_list_asks_the_same_number_of_times_with_every_column(client, drafts):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from orders.views import OrderList

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert (
                client.get("/orders/", {"cols": ",".join(c.name for c in OrderList.columns)}).status_code
                == 200
            )
        return len(queries)

    asked()
    few = asked()
    for _n in range(5):
        draft(drafts[0].customer, (drafts[0].lines.get().product, 1))
    assert asked() == few
