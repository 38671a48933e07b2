"""The places of a section: shown inside it, counted by it, each by right."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import reverse

from core import nav
from credit.operations import announce_payment
from tests.factories.accounts import UserFactory
from tests.factories.orders import customer_with_credit, now

pytestmark = pytest.mark.django_db


def shell(user: Any, path: str) -> nav.Shell:
    request = RequestFactory().get(path)
    request.user = user
    return nav.shell(request)


def names(targets: Any) -> list[str]:
    return [target.name for target in targets]


@pytest.fixture
def controller() -> Any:
    return UserFactory(role="Credit controller")


def test_a_section_shows_its_places_inside_it_and_none_outside(controller: Any) -> None:
    outside = shell(controller, reverse("customers:customer_list"))
    assert "credit:payment_list" not in names(outside.rail)
    assert outside.section is None

    inside = shell(controller, reverse("credit:payment_list"))
    assert names(inside.rail) == names(outside.rail)
    assert inside.section
    assert inside.section.name == "credit:invoice_list"
    assert not inside.section.current
    assert [t.name for t in inside.section.inside if t.current] == ["credit:payment_list"]


def test_what_waits_in_a_section_counts_for_it(controller: Any) -> None:
    announce_payment(
        customer_with_credit("1000").pk, Decimal(100), method="bank", received_on=now().date(), reference="n",
        by=UserFactory(role="Accountant"), at=now(),
    )  # fmt: skip
    waiting = nav.numbers_of(controller).waiting
    assert waiting["credit:notice_list"] == 1
    assert waiting["credit:invoice_list"] >= 1


def test_places_of_a_section_are_shown_by_right() -> None:
    seller = shell(UserFactory(role="Sales representative"), reverse("credit:invoice_list"))
    assert seller.section
    assert "credit:promise_list" in names(seller.section.inside)
    assert "credit:notice_list" not in names(seller.section.inside)


def test_a_page_of_a_section_has_the_row_of_its_places(client: Any, controller: Any) -> None:
    client.force_login(controller)
    assert 'class="sectionbar"' in client.get(reverse("credit:invoice_list")).content.decode()
    assert 'class="sectionbar"' not in client.get(reverse("customers:customer_list")).content.decode()
