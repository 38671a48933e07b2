"""The timeline as it is read: by day, with heaps of prices in one line."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.templatetags.figures import by_day, clock
from customers.operations import record
from customers.queries import fold, timeline_page
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
NOON = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def tell(customer, *events, at=NOON):
    for place, event in enumerate(events):
        record(customer, event, text=f"{event} {place}", by=None, at=at + timedelta(seconds=place))


def lines(customer):
    return [(told.text, len(told.folded)) for told in fold(timeline_page(customer).rows)]


def test_prices_in_a_row_are_one_line_that_opens():
    customer = CustomerFactory()
    tell(customer, "order.confirmed", *["price.set"] * 6, "payment.recorded")
    assert lines(customer) == [("payment.recorded 7", 0), ("6 prices", 6), ("order.confirmed 0", 0)]


def test_two_prices_and_prices_of_other_days_stay_apart():
    customer = CustomerFactory()
    tell(customer, "price.set", "price.set")
    tell(customer, "price.set", "price.ended", at=NOON - timedelta(days=1))
    assert [folded for _text, folded in lines(customer)] == [0, 0, 0, 0]


def test_other_kinds_are_never_folded():
    customer = CustomerFactory()
    tell(customer, *["order.confirmed"] * 5)
    assert len(lines(customer)) == 5


def test_events_stand_under_their_day_with_their_time():
    customer = CustomerFactory()
    tell(customer, "order.confirmed", "order.confirmed")
    tell(customer, "order.confirmed", at=NOON - timedelta(days=1))
    days = by_day(fold(timeline_page(customer).rows))
    assert [len(day.events) for day in days] == [2, 1]
    assert clock(days[1].events[0].at) == "12:00"


def test_older_entries_come_alone_to_stand_below(client):
    user = UserFactory(role="Sales representative")
    client.force_login(user)
    customer = CustomerFactory(representative=user)
    for n in range(25):
        record(customer, "note.added", text=f"Note {n:02d}.", by=user, at=NOON - timedelta(minutes=n))
    page = client.get(customer.get_absolute_url()).content.decode()
    assert 'id="timeline-more"' in page
    assert "Note 20." not in page
    first = client.get(f"/customers/{customer.pk}/timeline/", headers={"HX-Request": "true"})
    headers = {"HX-Request": "true", "HX-Target": "timeline-more"}
    rest = client.get(
        f"/customers/{customer.pk}/timeline/", {"after": first.context["page"].after}, headers=headers
    ).content.decode()
    assert "Note 20." in rest
    assert "<select" not in rest
