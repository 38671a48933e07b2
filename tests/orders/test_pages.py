"""The list, the hold queue and the page of an order, as each role sees them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from orders.models import Order, Status
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.orders import (
    ConfirmedOrderFactory,
    OrderFactory,
    customer_with_credit,
    draft,
    held_order,
    sellable_product,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    """A sales manager, logged in, who sees the team's customers."""
    user = UserFactory(role="Sales manager", team=TeamFactory())
    client.force_login(user)
    return user


def of_team(manager):
    return UserFactory(role="Sales representative", team=manager.team)


def shop(manager, limit="100000", **fields):
    return customer_with_credit(limit, representative=of_team(manager), **fields)


def detail(order):
    return reverse("orders:order_detail", args=[order.pk])


def test_list_shows_own_orders_and_finds_them_by_code_and_shop(client):
    mine = OrderFactory(customer=customer_with_credit(name="Sapphire Mobiles"))
    other = OrderFactory(customer=customer_with_credit(name="Ruby Phones"))
    client.force_login(mine.customer.representative)

    everything = client.get("/orders/").content.decode()
    by_code = client.get("/orders/", {"q": mine.code}).content.decode()
    by_shop = client.get("/orders/", {"q": "sapph"}).content.decode()
    nothing = client.get("/orders/", {"q": "ruby"}).content.decode()

    assert mine.code in everything
    assert other.code not in everything
    assert detail(mine) in by_code
    assert detail(mine) in by_shop
    assert detail(mine) not in nothing


def test_list_filters_by_status_and_customer(client, manager):
    draft_ = OrderFactory(customer=shop(manager))
    confirmed = ConfirmedOrderFactory(customer=shop(manager))

    by_status = client.get("/orders/", {"status": "confirmed"}).content.decode()
    by_customer = client.get("/orders/", {"customer": draft_.customer_id}).content.decode()

    assert detail(confirmed) in by_status
    assert detail(draft_) not in by_status
    assert detail(draft_) in by_customer
    assert detail(confirmed) not in by_customer


def test_list_asks_as_many_questions_for_many_rows(client, manager, django_assert_max_num_queries):
    customer = shop(manager)
    product = sellable_product(on_hand=100)
    for _ in range(12):
        draft(customer, (product, 1))
    client.get("/orders/")
    with django_assert_max_num_queries(12):
        client.get("/orders/")


def test_somebody_elses_order_is_not_there(client):
    order = OrderFactory()
    client.force_login(UserFactory(role="Sales representative"))
    for name in ("detail", "change", "confirm", "cancel"):
        assert client.get(reverse(f"orders:order_{name}", args=[order.pk])).status_code == 404


def test_page_says_what_confirming_will_do(client):
    order = OrderFactory(customer=customer_with_credit("1000", phone="+919810122334"))
    client.force_login(order.customer.representative)

    page = client.get(detail(order)).content.decode()

    assert (
        "Reserves 2 pieces, invoices ₹200.00, leaves ₹800.00 of credit, sends WhatsApp to 098101 22334."
        in page
    )


def test_margin_is_shown_only_with_the_right(client, manager):
    order = OrderFactory(customer=shop(manager))
    assert "40.0" in client.get(detail(order)).content.decode()

    client.force_login(order.customer.representative)
    page = client.get(detail(order)).content.decode()
    assert "Margin" not in page
    assert "60.00" not in page


def test_confirm_button_confirms_and_leads_to_the_invoice(client):
    order = OrderFactory()
    client.force_login(order.customer.representative)
    url = reverse("orders:order_confirm", args=[order.pk])

    asked = client.get(url).content.decode()
    done = client.post(url, {"version": order.version, "seen_total": "200.00"}, follow=True)

    assert 'name="seen_total" value="200.00"' in asked
    assert done.redirect_chain == [(detail(order), 302)]
    page = done.content.decode()
    assert "is confirmed" in page
    assert "INV-" in page
    assert "2 reserved" in page
    assert Order.objects.get(pk=order.pk).status == Status.CONFIRMED


def test_confirm_from_a_stale_page_changes_nothing(client):
    order = OrderFactory()
    client.force_login(order.customer.representative)
    url = reverse("orders:order_confirm", args=[order.pk])

    page = client.post(url, {"version": order.version - 1}, follow=True).content.decode()

    assert "Somebody changed this meanwhile" in page
    assert Order.objects.get(pk=order.pk).status == Status.DRAFT


def test_confirm_with_another_total_than_was_seen_says_both(client):
    order = OrderFactory()
    client.force_login(order.customer.representative)
    url = reverse("orders:order_confirm", args=[order.pk])

    page = client.post(url, {"version": order.version, "seen_total": "190"}, follow=True).content.decode()

    assert "the total is now ₹200.00, it was ₹190.00" in page
    assert Order.objects.get(pk=order.pk).status == Status.DRAFT


def test_held_order_shows_reasons_and_what_to_pay(client, manager):
    order = held_order("150", customer=shop(manager, "150", name="Ruby Phones"))

    page = client.get(detail(order)).content.decode()

    assert "Ruby Phones has ₹150.00 of credit left; this order needs ₹200.00." in page
    assert "Paying ₹50.00 lets it go through by itself." in page
    assert reverse("orders:order_release", args=[order.pk]) in page


def test_hold_queue_is_for_those_who_may_see_it(client, manager):
    order = held_order("150", customer=shop(manager, "150", name="Ruby Phones"))

    page = client.get("/orders/holds/").content.decode()
    assert detail(order) in page
    assert "50.00" in page
    assert "this order needs ₹200.00" in page

    client.force_login(order.customer.representative)
    assert client.get("/orders/holds/").status_code == 403


def test_approve_needs_a_reason_and_another_person(client, manager):
    order = held_order("150", customer=shop(manager, "150"))
    url = reverse("orders:order_release", args=[order.pk])

    empty = client.post(url, {"version": order.version, "reason": ""})
    done = client.post(url, {"version": order.version, "reason": "Pays on Monday"}, follow=True)

    assert empty.status_code == 422
    assert Order.objects.get(pk=order.pk).status == Status.CONFIRMED
    assert "Let go because: Pays on Monday" in done.content.decode()


def test_who_confirmed_cannot_approve_and_the_reason_stays_typed(client, manager):
    order = held_order("150", customer=shop(manager, "150"), by=manager)
    url = reverse("orders:order_release", args=[order.pk])

    refused = client.post(url, {"version": order.version, "reason": "I know them"})

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "You confirmed" in page
    assert "I know them" in page
    assert Order.objects.get(pk=order.pk).status == Status.CREDIT_HOLD


def test_reject_returns_to_draft_and_to_the_queue(client, manager):
    order = held_order("150", customer=shop(manager, "150"))
    url = reverse("orders:order_reject", args=[order.pk])

    done = client.post(url, {"version": order.version, "reason": "Two invoices late"})

    assert done.headers["Location"] == "/orders/holds/"
    assert Order.objects.get(pk=order.pk).status == Status.DRAFT


def test_deliver_cancel_and_reopen_by_their_buttons(client, manager):
    delivered, cancelled, reopened = (ConfirmedOrderFactory(customer=shop(manager)) for _ in range(3))

    client.post(reverse("orders:order_deliver", args=[delivered.pk]), {"version": delivered.version})
    for order, verb in ((cancelled, "cancel"), (reopened, "reopen")):
        url = reverse(f"orders:order_{verb}", args=[order.pk])
        client.post(url, {"version": order.version, "reason": "Wrong colour"})

    statuses = [Order.objects.get(pk=order.pk).status for order in (delivered, cancelled, reopened)]
    assert statuses == [Status.INVOICED, Status.CANCELLED, Status.DRAFT]


def test_buttons_follow_status_and_rights(client, manager):
    order = OrderFactory(customer=shop(manager))
    page = client.get(detail(order)).content.decode()
    assert reverse("orders:order_confirm", args=[order.pk]) in page
    assert reverse("orders:order_deliver", args=[order.pk]) not in page

    client.force_login(UserFactory(role="Storekeeper"))
    page = client.get(detail(order)).content.decode()
    assert reverse("orders:order_confirm", args=[order.pk]) not in page
    assert client.post(reverse("orders:order_confirm", args=[order.pk])).status_code == 403


def test_customer_panel_shows_the_customers_orders_only(client, manager):
    order, other = OrderFactory(customer=shop(manager)), OrderFactory(customer=shop(manager))

    page = client.get(reverse("orders:customer_panel", args=[order.customer_id])).content.decode()

    assert order.code in page
    assert other.code not in page
    hidden = reverse("orders:customer_panel", args=[CustomerFactory().pk])
    assert client.get(hidden).status_code == 404


def test_strangers_are_sent_to_the_login(client):
    order = OrderFactory()
    for url in ("/orders/", "/orders/new/", "/orders/holds/", detail(order)):
        assert client.get(url).headers["Location"].startswith("/accounts/login/")


def test_admin_shows_an_order_and_leaves_what_operations_own_alone(client):
    order = ConfirmedOrderFactory()
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    url = reverse("admin:orders_order_change", args=[order.pk])

    listed = client.get(reverse("admin:orders_order_changelist"), {"q": order.code}).content.decode()
    saved = client.post(
        url,
        {
            "priority": "2",
            "note": "first",
            "status": "draft",
            "total": "1.00",
            "lines-TOTAL_FORMS": "0",
            "lines-INITIAL_FORMS": "0",
        },
    )

    assert order.code in listed
    assert client.get(url).status_code == 200
    assert saved.status_code == 302
    kept = Order.objects.get(pk=order.pk)
    assert (kept.priority, kept.note, kept.status) == (2, "first", Status.CONFIRMED)
    assert kept.total == order.total
    assert client.get(reverse("admin:orders_order_add")).status_code == 403
