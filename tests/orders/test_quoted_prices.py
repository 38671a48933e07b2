"""A quoted price holds until its day; what changed since is said, and somebody decides."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from core.dates import local_date
from core.errors import Refusal
from inventory.models import Product, ProductCost
from orders.models import Order, Quotation
from orders.operations import Item, change_order, confirm_order, issue_quotation
from pricing.wording import winner
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.orders import customer_with_credit, draft, now, sellable_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    return sellable_product("QUOTED", price="100", on_hand=20, cost="60")


@pytest.fixture
def seller() -> Any:
    return UserFactory(role="Sales representative")


@pytest.fixture
def order(product: Product, seller: Any) -> Order:
    shop = customer_with_credit("100000", representative=seller)
    return draft(shop, (product, 3), by=seller)


def told(order: Order, *, days: int = 14, at: dt.datetime | None = None) -> Quotation:
    at = at or now()
    until = local_date(at) + dt.timedelta(days=days)
    return issue_quotation(
        order, kind="quotation", valid_until=until, reference=f"t:{order.pk}:{at}", by=None, at=at
    )


def costs(product: Product, price: str) -> None:
    Product.objects.filter(pk=product.pk).update(list_price=Decimal(price))


def test_nothing_changed_and_nobody_is_asked(order, seller):
    told(order)
    confirmed = confirm_order(order, by=seller, at=now(), seen_total=Decimal("300.00"))
    assert (confirmed.status, confirmed.total, confirmed.quoted_prices) == (
        "confirmed",
        Decimal("300.00"),
        "",
    )


@pytest.mark.parametrize("today", ["80", "130"])
def test_a_price_that_changed_since_is_asked_about_and_the_promise_is_kept(order, seller, product, today):
    quotation = told(order)
    costs(product, today)
    with pytest.raises(Refusal) as refused:
        confirm_order(order, by=seller, at=now())
    assert refused.value.code == "quoted_changed"
    assert all(each in refused.value.text for each in (quotation.number, f"{today}.00", "100.00"))
    order.refresh_from_db()
    assert order.status == "draft"

    confirmed = confirm_order(order, by=seller, at=now(), quoted_prices="keep", seen_total=Decimal("300.00"))
    line = confirmed.lines.get()
    assert (line.unit_price, line.net) == (Decimal("100.0000"), Decimal("300.00"))
    assert winner(line.price_why).startswith(f"Quoted on {quotation.number}")
    assert order.customer.timeline.filter(event="order.quoted_kept").count() == 1
    assert wrong_books() == []


def test_todays_prices_count_once_somebody_decided_so(order, seller, product):
    told(order)
    costs(product, "80")
    confirmed = confirm_order(order, by=seller, at=now(), quoted_prices="today", seen_total=Decimal("240.00"))
    assert (confirmed.total, confirmed.quoted_prices) == (Decimal("240.00"), "today")


def test_the_promise_ends_with_its_day(order, seller, product):
    told(order, days=0, at=now() - dt.timedelta(days=1))
    costs(product, "130")
    assert confirm_order(order, by=seller, at=now()).total == Decimal("390.00")


@pytest.mark.parametrize(("pieces", "total"), [(2, "260.00"), (3, "300.00"), (5, "500.00")])
def test_it_holds_for_as_many_pieces_as_were_quoted_or_more(order, seller, product, pieces, total):
    told(order)
    costs(product, "130")
    change_order(order, [Item(product.pk, pieces)], by=seller, at=now())
    order.refresh_from_db()
    assert order.total == Decimal(total)


def test_a_cost_that_rose_is_told_to_those_who_may_see_costs_only(order, seller, product):
    told(order)
    ProductCost.objects.filter(product=product).update(average=Decimal("75"))
    manager = UserFactory(role="Sales manager")
    with pytest.raises(Refusal) as refused:
        confirm_order(order, by=manager, at=now())
    assert "its cost rose from" in refused.value.text
    order.refresh_from_db()
    assert confirm_order(order, by=seller, at=now()).status == "confirmed"


def test_a_kept_price_is_still_never_below_cost_unseen(order, seller, product):
    told(order)
    costs(product, "200")
    ProductCost.objects.filter(product=product).update(average=Decimal("150"))
    with pytest.raises(Refusal) as refused:
        confirm_order(order, by=seller, at=now(), quoted_prices="keep")
    assert refused.value.code == "below_cost"


def test_a_new_quotation_asks_anew(order, seller, product):
    told(order)
    Order.objects.filter(pk=order.pk).update(quoted_prices="today")
    costs(product, "80")
    change_order(order, [Item(product.pk, 3)], by=seller, at=now())
    told(order, days=20)
    order.refresh_from_db()
    assert (order.total, order.quoted_prices) == (Decimal("240.00"), "")
    assert confirm_order(order, by=seller, at=now()).total == Decimal("240.00")


@pytest.mark.parametrize(("choice", "total"), [("keep", "300.00"), ("today", "240.00")])
def test_the_page_asks_and_does_what_was_chosen(order, seller, product, client, choice, total):
    told(order)
    costs(product, "80")
    client.force_login(seller)
    path = reverse("orders:order_confirm", args=[order.pk])
    page = client.get(path).content.decode()
    assert "Which prices count?" in page
    assert "quoted ₹100.00, today ₹80.00" in page
    sent = {"version": order.version, "seen_total": "300.00", "seen_today": "240.00"}
    client.post(path, sent)
    order.refresh_from_db()
    assert order.status == "draft"
    assert client.post(path, sent | {"quoted_prices": choice}).status_code == 302
    order.refresh_from_db()
    assert (order.status, order.total) == ("confirmed", Decimal(total))


@pytest.mark.parametrize(("choice", "total"), [("keep", "300.00"), ("today", "240.00")])
def test_the_counter_offers_both_ways(order, seller, product, client, choice, total):
    told(order)
    costs(product, "80")
    client.force_login(seller)
    path = reverse("orders:order_change", args=[order.pk])
    page = client.get(path)
    sent = {
        "product": product.pk, "quantity": 3, "discount": "", "version": page.context["version"],
        "seen_total": page.context["shown"].preview.total, "seen_verdict": "approved",
    }  # fmt: skip
    refused = client.post(path, sent | {"do": "confirm"})
    assert refused.status_code == 422
    assert [way.do for way in refused.context["ways"]][:2] == ["confirm:keep", "confirm:today"]
    assert client.post(path, sent | {"do": f"confirm:{choice}"}).status_code == 302
    order.refresh_from_db()
    assert (order.status, order.total) == ("confirmed", Decimal(total))
