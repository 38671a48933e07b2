"""The counter without JavaScript: every button posts the whole form and gives it back as it was typed."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from inventory.models import UnmetDemand
from orders.models import Order, Status
from orders.operations import Item, change_order
from tests.factories.orders import (
    OrderFactory,
    customer_with_credit,
    draft,
    now,
    sellable_product,
)

pytestmark = pytest.mark.django_db
URL = "/orders/new/"


@pytest.fixture
def customer(client):
    """A shop with 1,000 of credit whose representative is logged in."""
    customer = customer_with_credit("1000", name="Sapphire Mobiles")
    client.force_login(customer.representative)
    return customer


def typed(customer, *lines, **more):
    """The form as a browser posts it; a line is (product, quantity[, discount])."""
    rows = [(*line, "")[:3] for line in lines]
    return {
        "customer": customer.pk if customer else "",
        "product": [line[0].pk for line in rows],
        "quantity": [line[1] for line in rows],
        "discount": [line[2] for line in rows],
        "customer_reference": "PO 7",
        "note": "back door",
        "idempotency_key": str(uuid.uuid4()),
        **more,
    }


def test_customer_is_found_and_picked(client, customer):
    found = client.post(URL, {"do": "find", "customer_find": "sapph"}).content.decode()
    picked = client.post(URL, {"do": f"pick:{customer.pk}"}).content.decode()

    assert f'value="pick:{customer.pk}"' in found
    assert f'name="customer" value="{customer.pk}"' in picked


def test_somebody_elses_customer_is_neither_found_nor_picked(client, customer):
    other = customer_with_credit("1000", name="Ruby Phones")

    found = client.post(URL, {"do": "find", "customer_find": "ruby"}).content.decode()
    picked = client.post(URL, {"do": f"pick:{other.pk}"}).content.decode()
    stored = client.post(URL, typed(other, (sellable_product(), 1), do="save"))

    assert "Ruby" not in found.replace('value="ruby"', "")
    assert "Ruby" not in picked
    assert stored.status_code == 422
    assert not Order.objects.exists()


def test_product_is_found_with_its_price_and_added(client, customer):
    product = sellable_product("LCD-XIA-RN10", price="1150", name="Redmi Note 10 combo incell")

    found = client.post(URL, typed(customer, do="find", find="note 10")).content.decode()
    added = client.post(URL, typed(customer, do=f"add:{product.pk}")).content.decode()
    again = client.post(URL, typed(customer, (product, 3), do=f"add:{product.pk}")).content.decode()

    assert f'value="add:{product.pk}"' in found
    assert "1,150.00" in found
    assert f'name="product" value="{product.pk}"' in added
    assert 'name="quantity" value="4"' in again


def test_prices_tax_credit_and_what_will_happen_are_shown_while_typing(client, customer):
    product = sellable_product(price="100", on_hand=3, tax="18")

    page = client.post(URL, typed(customer, (product, 4, "50"), do="update")).content.decode()

    assert "₹413.00" in page  # 4 × 100 − 50 = 350, and 18 %
    assert "₹587.00" in page  # left of 1,000
    assert (
        "Reserves 3 pieces, backorders 1 piece, invoices ₹309.75, leaves ₹587.00 of credit" in page
    )  # 3 × 100 − 37.50 = 262.50


def test_line_is_removed_and_the_others_stay(client, customer):
    keep, go = sellable_product(), sellable_product()

    page = client.post(URL, typed(customer, (keep, 2), (go, 1), do=f"remove:{go.pk}")).content.decode()

    assert f'name="product" value="{keep.pk}"' in page
    assert f'name="product" value="{go.pk}"' not in page


def test_save_makes_a_draft_once(client, customer):
    product = sellable_product()
    form = typed(customer, (product, 2, "10"), do="save")

    first, second = client.post(URL, form), client.post(URL, form)

    order = Order.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == order.get_absolute_url()
    assert order.status == Status.DRAFT
    assert order.total == 190
    assert (order.customer_reference, order.note) == ("PO 7", "back door")


def test_confirm_places_the_order_once(client, customer):
    form = typed(customer, (sellable_product(), 2), do="confirm", seen_total="200.00")

    client.post(URL, form)
    again = client.post(URL, form)

    order = Order.objects.get()
    assert order.status == Status.CONFIRMED
    assert again.headers["Location"] == order.get_absolute_url()


def test_over_the_limit_goes_on_hold_and_says_so(client, customer):
    form = typed(customer, (sellable_product(on_hand=50), 11), do="confirm", seen_total="1100.00")

    page = client.post(URL, form, follow=True).content.decode()

    assert Order.objects.get().status == Status.CREDIT_HOLD
    assert "is on credit hold" in page


def test_refusal_loses_nothing_that_was_typed(client, customer):
    product = sellable_product()
    form = typed(customer, (product, 2, "7.50"), do="confirm", seen_total="1.00", find="note")

    refused = client.post(URL, form)

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Prices changed: the total is now ₹192.50, it was ₹1.00." in page
    for value in ("PO 7", "back door", "7.50", form["idempotency_key"], 'value="note"'):
        assert value in page
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("quantity", "discount"),
    [
        ("0", ""),
        ("-3", ""),
        ("two", ""),
        ("9" * 30, ""),
        ("1", "lots"),
        ("1", "-5"),
        ("1", "1e999"),
        ("", ""),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_line(client, customer, quantity, discount):
    form = typed(customer, (sellable_product(), quantity, discount), do="save")

    page = client.post(URL, form)

    assert page.status_code == 422
    assert "tone-bad" in page.content.decode()
    assert not Order.objects.exists()


def test_empty_order_and_missing_customer_are_refused(client, customer):
    nobody = client.post(URL, typed(None, (sellable_product(), 1), do="save"))
    no_lines = client.post(URL, typed(customer, do="save"))

    assert "Add at least one product." in no_lines.content.decode()
    assert "Choose the customer first." in nobody.content.decode()


def test_blocked_customer_is_refused(client, customer):
    customer.status = "blocked"
    customer.save()

    page = client.post(URL, typed(customer, (sellable_product(), 1), do="save"))

    assert page.status_code == 422
    assert "Sapphire Mobiles is blocked and can&#x27;t order." in page.content.decode()


def test_product_without_a_price_is_named(client, customer):
    product = sellable_product(name="Unpriced display", list_price=None)

    page = client.post(URL, typed(customer, (product, 1), do="update")).content.decode()

    assert "Unpriced display has no price in INR." in page


def test_a_part_is_answered_for_htmx(client, customer):
    form = typed(customer, (sellable_product(), 2), do="update")

    part = client.post(
        URL, form, headers={"HX-Request": "true", "HX-Target": "counter-body"}
    ).content.decode()

    assert "<html" not in part
    assert "₹200.00" in part


def test_change_replaces_the_lines_of_a_draft(client, customer):
    product, other = sellable_product(), sellable_product(price="40")
    order = draft(customer, (product, 2), note="old")
    url = reverse("orders:order_change", args=[order.pk])

    opened = client.get(url).content.decode()
    client.post(url, typed(customer, (other, 3), do="save", version=order.version))

    assert 'name="quantity" value="2"' in opened
    assert 'value="old"' in opened
    changed = Order.objects.get(pk=order.pk)
    assert [(line.product, line.quantity) for line in changed.lines.all()] == [(other, 3)]
    assert changed.total == 120
    assert changed.note == "back door"


def test_change_from_a_stale_page_is_refused_with_all_that_was_typed(client, customer):
    product = sellable_product()
    order = draft(customer, (product, 2))
    seen = order.version
    change_order(order, [Item(product.pk, 1)], by=None, at=now())
    url = reverse("orders:order_change", args=[order.pk])

    page = client.post(url, typed(customer, (product, 5), do="save", version=seen))

    assert page.status_code == 422
    assert "Somebody changed order" in page.content.decode()
    assert 'name="quantity" value="5"' in page.content.decode()
    assert Order.objects.get(pk=order.pk).lines.get().quantity == 1


def test_a_confirmed_order_is_not_changed(client):
    order = OrderFactory()
    client.force_login(order.customer.representative)
    client.post(reverse("orders:order_confirm", args=[order.pk]))
    url = reverse("orders:order_change", args=[order.pk])

    page = client.post(url, typed(order.customer, (sellable_product(), 5), do="save"))

    assert page.status_code == 422
    assert "Return it to draft to change it." in page.content.decode()


def test_lists_of_differing_length_are_refused_and_no_line_is_lost(client, customer):
    one, two = sellable_product(), sellable_product()
    form = typed(customer, (one, 2), (two, 3), do="save")
    form["quantity"] = [2]

    page = client.post(URL, form)

    content = page.content.decode()
    assert page.status_code == 422
    assert "The lines of this page came incomplete, so nothing was stored." in content
    for product in (one, two):
        assert f'name="product" value="{product.pk}"' in content
    assert not Order.objects.exists()


def test_buttons_set_pieces_and_swap_products(client, customer):
    product, other = sellable_product(), sellable_product()

    fewer = client.post(URL, typed(customer, (product, 9), do=f"set:{product.pk}:4")).content.decode()
    swapped = client.post(URL, typed(customer, (product, 9), do=f"swap:{product.pk}:{other.pk}")).content
    joined = client.post(
        URL, typed(customer, (product, 9), (other, 1), do=f"swap:{product.pk}:{other.pk}")
    ).content.decode()

    assert 'name="quantity" value="4"' in fewer
    assert f'name="product" value="{product.pk}"' not in swapped.decode()
    assert f'name="product" value="{other.pk}"' in swapped.decode()
    assert 'name="quantity" value="10"' in joined


def test_credit_that_no_longer_approves_is_refused_instead_of_held(client, customer):
    form = typed(
        customer,
        (sellable_product(on_hand=50), 11),
        do="confirm",
        seen_total="1100.00",
        seen_verdict="approved",
    )

    page = client.post(URL, form)

    assert page.status_code == 422
    assert "has ₹1,000.00 of credit left; this order needs ₹1,100.00." in page.content.decode()
    assert not Order.objects.exists()


def test_same_page_with_other_lines_after_its_order_was_stored_is_refused(client, customer):
    product = sellable_product()
    form = typed(customer, (product, 2), do="save")
    client.post(URL, form)

    again = client.post(URL, {**form, "quantity": [5]})

    order = Order.objects.get()
    assert again.status_code == 422
    assert f"This order was stored already, as {order.code}, with other lines." in again.content.decode()
    assert f'href="{order.get_absolute_url()}"' in again.content.decode()
    assert order.lines.get().quantity == 2


# --- what the script asks and is answered -----------------------------------------------------------------------------
def changed(client, customer, *lines, **more):
    """The answer to one change, as the script asks for it."""
    form = typed(customer, *lines, do="update", **more)
    return client.post(URL, form, headers={"HX-Request": "true", "HX-Target": "counter"})


def test_change_answers_with_cells_and_sum_and_without_a_field(client, customer):
    product = sellable_product(price="100", on_hand=1)

    part = changed(client, customer, (product, 2)).content.decode()

    assert f'data-into="#total-{product.pk}"' in part
    assert "₹200.00" in part
    assert "1 of 2 here now; 1 is backordered." in part
    assert 'name="quantity"' not in part


def test_products_picked_scanned_and_swapped_come_as_lines(client, customer):
    here, picked, scanned, instead = (sellable_product() for _ in range(4))

    part = changed(
        client,
        customer,
        (here, 2),
        add=[f"{picked.pk}:3"],
        scan=[scanned.sku.lower(), here.sku],
        swap=[f"{here.pk}:{instead.pk}"],
    ).content.decode()

    assert f'<li class="line" id="line-{picked.pk}"' in part
    assert f'<li class="line" id="line-{scanned.pk}"' in part
    assert f'data-instead="#line-{here.pk}"' in part


def test_scanned_code_of_a_line_says_the_field_to_count_up(client, customer):
    product = sellable_product()

    part = changed(client, customer, (product, 2), scan=[product.sku]).content.decode()

    assert f'<template data-more="#quantity-{product.pk}">1</template>' in part
    assert "₹300.00" in part


def test_unknown_code_is_said(client, customer):
    assert (
        "No product has the code “nonsense”." in changed(client, customer, scan=["nonsense"]).content.decode()
    )


def test_search_answers_with_hits_alone(client, customer):
    sellable_product(name="Redmi Note 10 combo", price="100")
    asked = {"find": "3 note 10", "customer": customer.pk}

    part = client.get(URL, asked, headers={"HX-Request": "true", "HX-Target": "hits"}).content.decode()

    assert part.count('role="option"') == 1
    assert "<mark>Note</mark> <mark>10</mark>" in part
    assert "3 ×" in part


def test_cost_and_margin_are_seen_only_by_right(client, customer):
    product = sellable_product(name="Redmi Note 10 combo", price="100", cost="60")
    asked = {"find": "note 10", "customer": customer.pk}
    hits = {"HX-Request": "true", "HX-Target": "hits"}

    for_seller = changed(client, customer, (product, 1)).content.decode()
    found_by_seller = client.get(URL, asked, headers=hits).content.decode()
    customer.representative.is_superuser = True
    customer.representative.save()
    for_boss = changed(client, customer, (product, 1)).content.decode()

    assert "margin" not in (for_seller + found_by_seller).lower()
    assert "margin 40.0" in for_boss


def test_reasons_of_a_price_are_answered_for_the_dialog(client, customer):
    product = sellable_product(price="100")
    form = typed(customer, (product, 2), do=f"why:{product.pk}")

    part = client.post(URL, form, headers={"HX-Request": "true", "HX-Target": "dialog-body"}).content.decode()

    assert "Why this price" in part
    assert "List price" in part


def test_a_change_costs_as_many_queries_for_one_line_as_for_many(client, customer, django_assert_num_queries):
    products = [sellable_product(on_hand=100) for _ in range(8)]
    changed(client, customer, (products[0], 1))

    for lines in ([products[0]], products):
        with django_assert_num_queries(11):
            changed(client, customer, *[(product, 1) for product in lines])


def test_a_search_costs_as_many_queries_for_one_hit_as_for_many(client, customer, django_assert_num_queries):
    sellable_product(name="Redmi Note 10 combo")
    for _ in range(6):
        sellable_product(name="Galaxy A50 combo")
    headers = {"HX-Request": "true", "HX-Target": "hits"}

    for text in ("note 10", "galaxy a50"):
        with django_assert_num_queries(14):  # the last counts the search, once it is answered
            client.get(URL, {"find": text, "customer": customer.pk}, headers=headers)


def test_a_change_of_five_lines_answers_in_little(client, customer):
    products = [
        sellable_product(name=f"Xiaomi Redmi Note 1{n} Pro display combo, incell, black") for n in range(5)
    ]

    whole = changed(client, customer, *[(product, 20) for product in products]).content

    assert len(whole) < 15_000


def test_what_the_counter_could_not_sell_is_counted_by_why(client, customer):
    short, other = (
        sellable_product(name="Luna 5 combo", on_hand=2),
        sellable_product(name="Luna 6 combo", on_hand=9),
    )
    for do in (
        f"set:{short.pk}:2",
        f"remove:{short.pk}",
        f"swap:{short.pk}:{other.pk}",
        f"remove:{other.pk}",
    ):
        client.post(URL, typed(customer, (short, 5), (other, 1), do=do))
    client.get(
        URL,
        {"find": "3 sunphone 9", "customer": customer.pk},
        headers={"HX-Request": "true", "HX-Target": "hits"},
    )

    wants = UnmetDemand.objects.values_list("why", "product", "words", "pieces", "customer")
    assert sorted(wants, key=lambda want: want[0]) == [
        ("declined", short.pk, "", 3, customer.pk),
        ("dropped", short.pk, "", 3, customer.pk),
        ("not_found", None, "sunphone 9", 3, customer.pk),
        ("replaced", short.pk, "", 3, customer.pk),
    ]
