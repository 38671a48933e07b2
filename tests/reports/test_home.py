"""The first page."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from reports.queries import home_figures
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.credit import bill, pay
from tests.factories.orders import customer_with_credit, draft, held_order, sellable_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def day():
    """Two shops of different people with an order, a payment, a hold and an overdue invoice each."""
    at = timezone.now()
    product = sellable_product(price="100", on_hand=100)
    for _ in range(2):
        shop = customer_with_credit()
        draft(shop, (product, 2))
        bill(shop, total="75.00", at=at - dt.timedelta(days=90))
        pay(shop, "25.00")
        held_order(customer=customer_with_credit("100", representative=shop.representative))
    return at


def tallies(user, at):
    return [tally and tuple(tally) for tally in home_figures(user, at=at)]


def test_a_controller_sees_the_figures_of_all(day):
    user = UserFactory(role="Credit controller")

    assert tallies(user, day) == [
        (4, Decimal("800.00")),
        (2, Decimal("50.00")),
        (2, Decimal("400.00")),
        (2, Decimal("100.00")),
    ]


def test_a_seller_sees_own_customers_and_no_queue(day):
    user = Customer.objects.first().representative
    user.groups.add(*UserFactory(role="Sales representative").groups.all())

    assert tallies(user, day) == [(2, Decimal("400.00")), (1, Decimal("25.00")), None, None]


def test_a_manager_sees_the_team(day):
    team = TeamFactory()
    manager = UserFactory(role="Sales manager", team=team)
    seller = Customer.objects.first().representative
    seller.team = team
    seller.save()

    assert tallies(manager, day) == [
        (2, Decimal("400.00")),
        (1, Decimal("25.00")),
        (1, Decimal("200.00")),
        (1, Decimal("50.00")),
    ]


def test_yesterday_does_not_count(day):
    tomorrow = day + dt.timedelta(days=1)

    orders, payments, _held, _overdue = tallies(UserFactory(is_superuser=True), tomorrow)

    assert (orders, payments) == ((0, Decimal("0.00")), (0, Decimal("0.00")))


def test_each_figure_is_one_query(day, django_assert_num_queries):
    user = UserFactory(role="Credit controller")
    assert user.has_perm("orders.view_order")
    assert user.sees == "all"

    with django_assert_num_queries(4):
        home_figures(user, at=day)


def test_the_page_greets_and_leads_on(day, client):
    user = UserFactory(role="Credit controller", name="Asha Rao")
    client.force_login(user)

    page = client.get(reverse("reports:home"))

    assert page.status_code == 200
    assert "Asha Rao" in page.content.decode()
    assert "Credit controller" in page.content.decode()
    assert [figure.value for figure in page.context["figures"]] == [4, 2, 2, 2]
    assert all(figure.url for figure in page.context["figures"])


def test_a_role_without_figures_is_told_so(client):
    client.force_login(UserFactory(role="Advertising manager"))

    assert "Your role has no figures of today" in client.get("/").content.decode()


def test_nobody_is_sent_to_log_in(client):
    assert client.get("/")["Location"].startswith("/accounts/login/")
