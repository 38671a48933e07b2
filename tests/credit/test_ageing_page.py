"""The ageing on screen, in files and on paper."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from core.models import ListLayout
from credit.models import PaymentTerms
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.credit import AccountFactory, bill
from tests.factories.customers import AddressFactory, CustomerFactory

pytestmark = pytest.mark.django_db
URL = reverse("credit:ageing")
START = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
ON = "2026-03-01"


@pytest.fixture
def controller(client):
    user = UserFactory(role="Credit controller")
    client.force_login(user)
    return user


@pytest.fixture
def shops():
    """Two shops of Asha, in Pune and Delhi, and one in Pune that is nobody's."""
    asha = UserFactory(role="Sales representative", team=TeamFactory(), name="Asha Rao")
    terms = PaymentTerms.objects.create(name="Net 10", days=10)
    made = []
    for name, person, city, amount in (
        ("Alpha", asha, "Pune", 10),
        ("Beta", asha, "Delhi", 20),
        ("Gamma", None, "Pune", 40),
    ):
        customer = CustomerFactory(name=name, representative=person)
        AddressFactory(customer=customer, city=city, kind="billing", is_default=True)
        bill(AccountFactory(customer=customer, terms=terms).customer, total=f"{amount}.00", at=START)
        made.append(customer)
    return made


def body(client, **asked):
    response = client.get(URL, {"on": ON, **asked})
    assert response.status_code == 200
    return response.content.decode()


def test_by_representative_and_from_there_to_the_customers(client, controller, shops):
    html = body(client, group="representative")
    assert "Asha Rao" in html
    assert "nobody" in html
    key = shops[0].representative_id
    assert f"representative={key}" in html
    inside = body(client, representative=key)
    assert "Alpha" in inside
    assert "Gamma" not in inside
    assert "Representative: Asha Rao" in inside
    assert "30.00" in inside


def test_by_city_and_from_there_to_the_customers(client, controller, shops):
    assert "city=Pune" in body(client, group="city")
    inside = body(client, city="Pune")
    assert ["Alpha" in inside, "Beta" in inside, "Gamma" in inside] == [True, False, True]


def test_the_page_costs_the_same_for_one_and_for_many(client, controller, shops, django_assert_num_queries):
    body(client)
    for group in ("", "city", "representative"):
        with django_assert_num_queries(QUERIES):
            body(client, group=group)


QUERIES = 8
"""Session and person, their roles, what they keep, the bell and the menu, and one for the lines with their sums."""


@pytest.mark.parametrize(("group", "lines"), [("", 4), ("city", 3), ("representative", 3)])
def test_every_grouping_has_its_file(client, controller, shops, group, lines):
    response = client.get(URL, {"on": ON, "group": group, "export": "csv"})
    text = b"".join(response.streaming_content if response.streaming else [response.content]).decode(
        "utf-8-sig"
    )
    assert len(text.strip().splitlines()) == lines
    assert "31–60" in text.splitlines()[0]


@pytest.mark.parametrize("group", ["", "city"])
def test_it_is_printed_across(client, controller, shops, group):
    response = client.get(URL, {"on": ON, "group": group, "export": "pdf"})
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_own_buckets_are_kept_by_each_person(client, controller, shops):
    assert "31–60" in body(client)
    asked = body(client, buckets="7, 14")
    assert "8–14" in asked
    assert "Keep 7, 14 for me" in asked
    response = client.post(f"{URL}?on={ON}", {"buckets": "7, 14"})
    assert response.status_code == 302
    assert response["Location"] == f"{URL}?on={ON}"
    assert "8–14" in body(client)
    assert ListLayout.objects.get(owner=controller, screen="credit:ageing").columns == ["7", "14"]
    client.force_login(UserFactory(role="Credit controller"))
    assert "31–60" in body(client)


def test_pages_follow_each_other(client, controller, shops, monkeypatch):
    monkeypatch.setattr("credit.views.ageing.PER_PAGE", 2)
    response = client.get(URL, {"on": ON})
    assert response.context["next"] == f"20.00_0_{response.context['rows'][1][0].account_id}"
    assert [row.name for row, _amounts in response.context["rows"]] == ["Gamma", "Beta"]
    last = client.get(URL, {"on": ON, "after": response.context["next"]})
    assert [row.name for row, _amounts in last.context["rows"]] == ["Alpha"]
    assert last.context["totals"][0][0].balance == Decimal(70)
    assert last.context["next"] == ""
