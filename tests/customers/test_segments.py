"""Who is in a segment, since when and why."""

from datetime import date

import pytest
from django.utils import timezone

from core.errors import Refusal
from customers.operations import put_in_segment, take_out_of_segment
from tests.factories.customers import CustomerFactory, SegmentFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localtime(NOW).date()


def test_putting_many_in_counts_only_the_new_ones():
    segment, old, new = SegmentFactory(name="VIP"), CustomerFactory(), CustomerFactory()
    assert put_in_segment(segment, old, reason="bought much", by=None, at=NOW) == 1
    assert put_in_segment(segment, [old, new.pk], by=None, at=NOW) == 1
    assert [(m.customer, m.entered_on, m.reason) for m in segment.memberships.order_by("pk")] == [
        (old, TODAY, "bought much"),
        (new, TODAY, ""),
    ]
    assert [e.text for e in old.timeline.all()] == ["Put in segment VIP. bought much"]


def test_taking_out_tells_those_who_were_in():
    segment, member, stranger = SegmentFactory(name="New"), CustomerFactory(), CustomerFactory()
    put_in_segment(segment, member, by=None, at=NOW)
    assert take_out_of_segment(segment, [member, stranger], reason="a year old", by=None, at=NOW) == 1
    assert segment.memberships.count() == 0
    assert [e.text for e in member.timeline.order_by("pk")] == [
        "Put in segment New.",
        "Taken out of segment New. a year old",
    ]
    assert stranger.timeline.count() == 0


def test_a_membership_does_not_end_before_it_begins():
    with pytest.raises(Refusal):
        put_in_segment(SegmentFactory(), CustomerFactory(), expires_on=date(2020, 1, 1), by=None, at=NOW)


def test_many_cost_no_more_queries_than_one(django_assert_num_queries):
    segment, many = SegmentFactory(), CustomerFactory.create_batch(10, representative=None)
    with django_assert_num_queries(6):
        put_in_segment(segment, many, by=None, at=NOW)
