"""Own, team, all; and which role may open what."""

import pytest

from customers.models import Customer
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.customers import AddressFactory, ContactFactory, CustomerFactory

pytestmark = pytest.mark.django_db
LOOK = [
    "/customers/{c}/", "/customers/{c}/timeline/",
]  # fmt: skip
EDIT = [
    "/customers/{c}/change/", "/customers/{c}/contacts/add/", "/customers/{c}/addresses/add/",
    "/customers/contacts/{p}/change/", "/customers/contacts/{p}/remove/", "/customers/addresses/{a}/change/",
    "/customers/addresses/{a}/remove/",
]  # fmt: skip
STOP = ["/customers/{c}/status/"]
EVERY = ["/customers/", "/customers/search/?q=x"]
NEW = ["/customers/add/"]
MAY = {
    "Sales representative": {"look", "edit", "new"},
    "Sales manager": {"look", "edit", "new", "stop"},
    "Credit controller": {"look", "edit", "stop"},
    "Storekeeper": {"look"},
    "Advertising manager": {"look"},
    "Support agent": {"look"},
    "Accountant": {"look"},
}


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def customer(team):
    """Of a representative in the team."""
    customer = CustomerFactory(representative=UserFactory(role="Sales representative", team=team))
    ContactFactory(customer=customer)
    AddressFactory(customer=customer)
    return customer


def urls(templates, customer):
    contact, address = customer.contacts.get(), customer.addresses.get()
    return [t.format(c=customer.pk, p=contact.pk, a=address.pk) for t in templates]


@pytest.mark.parametrize("role", MAY)
def test_each_role_opens_what_it_may_and_nothing_else(role, customer, team, client):
    user = UserFactory(role=role, team=team)
    if role == "Sales representative":
        user = customer.representative
    client.force_login(user)
    doors = {
        "look": urls(LOOK, customer) + EVERY,
        "edit": urls(EDIT, customer),
        "new": NEW,
        "stop": urls(STOP, customer),
    }
    for door, addresses in doors.items():
        for url in addresses:
            expected = 200 if door in MAY[role] else 403
            assert client.get(url).status_code == expected, url
            if expected == 403:
                assert client.post(url).status_code in {403, 405}, url


def test_nobody_is_sent_to_the_login_page(customer, client):
    for url in urls(LOOK + EDIT + STOP, customer) + EVERY + NEW:
        assert client.get(url)["Location"].startswith("/accounts/login/"), url
        assert client.post(url).status_code in {302, 405}, url


@pytest.mark.parametrize("role", ["Sales representative", "Sales manager"])
def test_customers_out_of_sight_do_not_exist(role, customer, client):
    client.force_login(UserFactory(role=role, team=TeamFactory()))
    for url in urls(LOOK + EDIT, customer):
        assert client.get(url).status_code == 404, url
        assert client.post(url, {"name": "Taken over"}).status_code in {404, 405}, url
    if role == "Sales manager":
        assert client.get(urls(STOP, customer)[0]).status_code == 404
    assert client.get("/customers/").context["page"].rows == []
    found = client.get(f"/customers/search/?q={customer.name}", headers={"Accept": "application/json"}).json()
    assert found["results"] == []
    assert Customer.objects.get().name == customer.name
    assert (customer.contacts.count(), customer.addresses.count()) == (1, 1)


def test_sight_is_own_team_or_all(team):
    rep, mate, stranger = (UserFactory(role="Sales representative", team=t) for t in (team, team, None))
    boss, control = UserFactory(role="Sales manager", team=team), UserFactory(role="Credit controller")
    lone_boss = UserFactory(role="Sales manager", team=None)
    mine, ours, theirs = (CustomerFactory(representative=r) for r in (rep, mate, stranger))
    nobodys = CustomerFactory(representative=None)
    bosses = CustomerFactory(representative=lone_boss)

    def seen(user):
        return set(Customer.objects.visible_to(user))

    assert seen(rep) == {mine}
    assert seen(boss) == {mine, ours}
    assert seen(lone_boss) == {bosses}
    assert seen(control) == {mine, ours, theirs, nobodys, bosses}
    assert seen(UserFactory(is_superuser=True)) == {mine, ours, theirs, nobodys, bosses}
    assert seen(UserFactory()) == set()


def test_the_address_of_an_unknown_customer_is_a_404(client):
    client.force_login(UserFactory(is_superuser=True))
    for url in ("/customers/999999/", "/customers/999999999999999999999999/", "/customers/999999/change/"):
        assert client.get(url).status_code == 404
