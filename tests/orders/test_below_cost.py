"""Never below cost unseen: blocked, asked why, or let pass, by right."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from core.errors import Refusal
from core.models import Notification
from credit.models import Invoice
from orders.models import Status
from orders.operations import (
    ask_below_cost,
    confirm_order,
    create_order,
    place_order,
    release_order,
)
from orders.operations.drafts import Item
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.orders import customer_with_credit, draft, now, sellable_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Any:
    return TeamFactory()


@pytest.fixture
def seller(team: Any) -> Any:
    return UserFactory(role="Sales representative", team=team, name="Rhea")


@pytest.fixture
def manager(team: Any) -> Any:
    return UserFactory(role="Sales manager", team=team, name="Anil")


@pytest.fixture
def shop(seller: Any) -> Any:
    return customer_with_credit("10000", representative=seller)


@pytest.fixture
def dear() -> Any:
    """It costs 100 and sells for 90."""
    return sellable_product("DEAR-1", price="90", on_hand=20, cost="100", tax="0", name="Dear display")


def test_who_may_not_is_refused_and_nothing_happens(shop: Any, dear: Any, seller: Any) -> None:
    order = draft(shop, (dear, 2))
    with pytest.raises(Refusal) as refused:
        confirm_order(order, by=seller, at=now(), below_cost_reason="please")
    assert refused.value.code == "below_cost"
    assert "Dear display stands below the price it may be sold for" in refused.value.text
    order.refresh_from_db()
    assert (order.status, order.below_cost_reason) == (Status.DRAFT, "")
    assert not Invoice.objects.exists()


def test_who_may_says_why_and_it_stays_with_the_order(shop: Any, dear: Any, manager: Any) -> None:
    other = UserFactory(role="Sales manager", team=manager.team)
    order = draft(shop, (dear, 2))
    with pytest.raises(Refusal) as refused:
        confirm_order(order, by=manager, at=now(), below_cost_reason="  ")
    assert (refused.value.code, refused.value.details["field"]) == (
        "below_cost_reason",
        "below_cost_reason",
    )

    confirmed = confirm_order(order, by=manager, at=now(), below_cost_reason="Clears the old grade")

    confirmed.refresh_from_db()
    assert (confirmed.status, confirmed.below_cost_reason) == (Status.CONFIRMED, "Clears the old grade")
    event = shop.timeline.get(event="order.below_cost")
    assert (event.by, event.text) == (
        manager,
        f"Order {confirmed.code} sold below cost: Clears the old grade",
    )
    told = Notification.objects.filter(event="order.below_cost").values_list("user", flat=True)
    assert other.pk in told
    assert manager.pk not in told


def test_a_reason_the_seller_wrote_is_enough_for_who_may(
    shop: Any, dear: Any, seller: Any, manager: Any
) -> None:
    order = create_order(shop, [Item(dear.pk, 1)], by=seller, at=now(), below_cost_reason="Broken box")
    assert confirm_order(order, by=manager, at=now()).below_cost_reason == "Broken box"


def test_who_may_do_it_freely_is_not_asked(shop: Any, dear: Any) -> None:
    owner = UserFactory(is_superuser=True)
    order = confirm_order(draft(shop, (dear, 1)), by=owner, at=now())
    assert order.status == Status.CONFIRMED
    assert order.below_cost_reason


def test_a_discount_that_goes_below_cost_counts_and_one_that_does_not_passes(shop: Any, seller: Any) -> None:
    fair = sellable_product("FAIR-1", price="110", on_hand=20, cost="100", tax="0")
    order = place_order(shop, [Item(fair.pk, 2, Decimal(20))], by=seller, at=now(), idempotency_key="at cost")
    assert (order.status, order.below_cost_reason) == (Status.CONFIRMED, "")
    with pytest.raises(Refusal) as refused:
        place_order(shop, [Item(fair.pk, 2, Decimal("20.01"))], by=seller, at=now(), idempotency_key="below")
    assert refused.value.code == "below_cost"


def test_what_was_never_bought_has_no_cost_to_be_below(shop: Any, seller: Any) -> None:
    new = sellable_product("NEW-1", price="1", on_hand=0, tax="0")
    assert confirm_order(draft(shop, (new, 1)), by=seller, at=now()).status == Status.BACKORDERED


def test_held_and_released_by_who_may_keeps_the_first_reason(seller: Any, manager: Any, dear: Any) -> None:
    poor = customer_with_credit("100", representative=seller)
    order = confirm_order(draft(poor, (dear, 2)), by=manager, at=now(), below_cost_reason="Old stock")
    assert order.status == Status.CREDIT_HOLD
    chief = User.objects.get(pk=UserFactory(is_superuser=True).pk)
    order = release_order(order, reason="Pays tomorrow", by=chief, at=now())
    assert (order.status, order.below_cost_reason) == (Status.CONFIRMED, "Old stock")
    assert poor.timeline.filter(event="order.below_cost").count() == 1


def test_asking_tells_those_who_may(shop: Any, dear: Any, seller: Any, manager: Any) -> None:
    order = draft(shop, (dear, 1))
    assert manager in ask_below_cost(order, by=seller, at=now())
    told = Notification.objects.get(event="order.asked_below_cost", user=manager)
    assert told.url == order.get_absolute_url()


def test_the_counter_says_it_before_confirm_and_saves_and_asks(
    client: Any, shop: Any, dear: Any, seller: Any, manager: Any
) -> None:
    client.force_login(seller)
    typed = {"customer": shop.pk, "product": dear.pk, "quantity": "2", "discount": ""}
    page = client.post(reverse("orders:order_add"), {**typed, "do": "update"}).content.decode()
    assert "1 line stands below the price it may be sold for." in page
    assert "Save and ask to confirm" in page
    assert "100.00" not in page

    refused = client.post(reverse("orders:order_add"), {**typed, "do": "confirm"})
    assert refused.status_code == 422

    saved = client.post(
        reverse("orders:order_add"), {**typed, "do": "ask", "below_cost_reason": "Last two pieces"}
    )
    order = shop.orders.get()
    assert saved.url == order.get_absolute_url()
    assert (order.status, order.below_cost_reason) == (Status.DRAFT, "Last two pieces")
    assert Notification.objects.filter(user=manager, event="order.asked_below_cost").exists()

    client.force_login(manager)
    dialog = client.get(reverse("orders:order_confirm", args=[order.pk])).content.decode()
    assert "Last two pieces" in dialog
    client.post(
        reverse("orders:order_confirm", args=[order.pk]), {"below_cost_reason": "Last two pieces, fine"}
    )
    order.refresh_from_db()
    assert (order.status, order.below_cost_reason) == (Status.CONFIRMED, "Last two pieces, fine")
