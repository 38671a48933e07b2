"""The links of a customer, for those who may end them."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from credit.models import RetailerLink
from credit.operations.links import make_link, revoke_link, url_of
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.credit import AccountFactory, bill
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return AccountFactory()


@pytest.fixture
def controller(client):
    user = UserFactory(role="Credit controller")
    client.force_login(user)
    return user


def panel(client, customer):
    return client.get(reverse("credit:links_panel", args=[customer.pk]))


def test_the_panel_shows_the_links_that_work_and_no_others(client, controller, account):
    at = timezone.now()
    invoice, other = bill(account.customer), bill(account.customer)
    living = make_link(account, invoice, at=at)
    revoke_link(make_link(account, other, at=at).link, by=None, at=at)
    stranger = make_link(AccountFactory(), at=at)
    said = panel(client, account.customer).content.decode()
    assert living.url in said
    assert invoice.number in said
    assert "Not opened yet" in said
    assert other.number not in said
    assert stranger.url not in said


def test_a_link_to_the_whole_account_is_made_replaced_and_ended(client, controller, account):
    page = account.customer.get_absolute_url()
    made = client.post(reverse("credit:account_link_make", args=[account.customer.pk]))
    assert (made.status_code, made["Location"]) == (302, page)
    first = RetailerLink.objects.get()
    assert first.invoice is None
    assert "Make a link to the account" not in panel(client, account.customer).content.decode()
    replaced = client.post(reverse("credit:link_replace", args=[first.pk]))
    assert replaced["Location"] == page
    second = RetailerLink.objects.get(revoked_at=None)
    assert second != first
    client.post(reverse("credit:link_revoke", args=[second.pk]))
    second.refresh_from_db()
    assert second.revoked_by == controller


def test_all_links_end_at_once_and_those_of_others_do_not(client, controller, account):
    at = timezone.now()
    links = [make_link(account, invoice, at=at).link for invoice in (None, bill(account.customer))]
    ended = make_link(account, bill(account.customer), at=at).link
    revoke_link(ended, by=None, at=at - dt.timedelta(days=1))
    stranger = make_link(AccountFactory(), at=at)
    client.post(reverse("credit:links_revoke", args=[account.customer.pk]))
    assert not RetailerLink.objects.filter(pk__in=[link.pk for link in links], revoked_at=None).exists()
    ended.refresh_from_db()
    assert ended.revoked_by is None
    assert client.get(f"/r/{stranger.url.split('/r/')[1]}").status_code == 200


def test_who_has_no_account_yet_gets_no_link(client, controller):
    customer = CustomerFactory()
    response = client.post(
        reverse("credit:account_link_make", args=[customer.pk]),
        headers={"HX-Request": "true", "HX-Target": "dialog-body"},
    )
    assert response.status_code == 409
    assert "Nothing was billed to" in response.content.decode()


def test_the_panel_costs_the_same_for_many_links(client, controller, account, django_assert_num_queries):
    at = timezone.now()
    for _ in range(2):
        make_link(account, bill(account.customer), at=at)
    with django_assert_num_queries(8):
        panel(client, account.customer)
    for _ in range(20):
        make_link(account, bill(account.customer), at=at)
    with django_assert_num_queries(8):
        said = panel(client, account.customer).content.decode()
    assert said.count("/r/") == 10
    assert "The newest are shown" in said


def test_who_may_not_end_links_sees_none(client, account):
    url_of(make_link(account, at=timezone.now()).link)
    client.force_login(UserFactory(role="Storekeeper", team=TeamFactory()))
    assert panel(client, account.customer).status_code == 403
