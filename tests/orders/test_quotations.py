"""Quotations and proforma invoices: frozen as told, numbered by themselves, confirmed as usual."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.dates import local_date
from core.errors import Refusal
from credit.operations import make_link, open_account
from messaging.models import OutboundMessage
from orders.models import Order, Quotation
from orders.operations import confirm_order, issue_quotation, send_quotation
from orders.papers import of_quotation, quotation_pdf
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.orders import customer_with_credit, draft, sellable_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    product = sellable_product("QUOTED", price="333.33", on_hand=10, tax="18")
    return draft(customer_with_credit("100000", phone="+919810012345"), (product, 3))


def quote(order, **told) -> Quotation:
    at = told.pop("at", timezone.now())
    known: dict[str, Any] = {
        "kind": "quotation",
        "valid_until": local_date(at) + dt.timedelta(days=14),
        "reference": f"test:{Quotation.objects.count()}",
        "by": None,
    }
    return issue_quotation(order, **known | told, at=at)


def test_it_says_what_the_order_costs_to_the_cent_and_moves_nothing(order):
    quotation = quote(order)
    assert (quotation.net, quotation.tax, quotation.total) == (
        Decimal("999.99"),
        Decimal("180.00"),
        Decimal("1179.99"),
    )
    assert quotation.number.startswith("QUO-")
    order.refresh_from_db()
    assert order.status == "draft"
    assert order.customer.timeline.filter(event="quotation.issued").count() == 1
    assert wrong_books() == []


def test_each_kind_has_its_own_series(order):
    year = timezone.localdate().year
    numbers = [quote(order, kind=kind).number for kind in ("quotation", "proforma")]
    assert numbers == [f"QUO-{year}-00001", f"PRO-{year}-00001"]


def test_a_changed_order_is_told_under_a_new_number_and_the_old_words_stay(order):
    before = quote(order)
    line = order.lines.get()
    line.quantity, line.net, line.tax, line.gross = 1, Decimal("333.33"), Decimal("60.00"), Decimal("393.33")
    line.save()
    Order.objects.filter(pk=order.pk).update(
        net=line.net, tax=line.tax, total=line.gross, version=order.version + 1
    )
    after = quote(order)
    assert (before.number[-1], after.number[-1], after.total) == ("1", "2", Decimal("393.33"))
    assert of_quotation(before).total.endswith("1,179.99\u2069") or "1,179.99" in of_quotation(before).total


def test_the_same_is_not_told_twice_under_two_numbers(order):
    first = quote(order, reference="form:1")
    assert quote(order, reference="form:1").pk == first.pk
    with pytest.raises(Refusal) as refusal:
        quote(order, reference="form:2")
    assert refusal.value.code == "said_already"


@pytest.mark.parametrize(("days", "code"), [(-1, "in_the_past"), (400, "too_far")])
def test_it_holds_for_a_while(order, days, code):
    with pytest.raises(Refusal) as refusal:
        quote(order, valid_until=timezone.localdate() + dt.timedelta(days=days))
    assert refusal.value.code == code


def test_an_order_is_confirmed_as_usual_and_then_no_longer_quoted(order):
    quote(order)
    confirm_order(order, by=UserFactory(is_superuser=True), at=timezone.now())
    with pytest.raises(Refusal) as refusal:
        quote(Order.objects.get(pk=order.pk))
    assert refusal.value.code == "wrong_status"
    assert wrong_books() == []


def test_an_order_without_lines_is_not_quoted(order):
    order.lines.all().delete()
    with pytest.raises(Refusal) as refusal:
        quote(order)
    assert refusal.value.code == "no_lines"


def test_it_is_sent_once_with_a_link_to_its_paper(order, client, monkeypatch):
    quotation = quote(order)
    for _turn in range(2):
        send_quotation(quotation, key="press", by=None, at=timezone.now())
    message = OutboundMessage.objects.get(event="document_issued")
    assert f"/quotation/{quotation.number}/" in message.body
    monkeypatch.setattr("orders.views.quotations.quotation_pdf", lambda quotation: b"%PDF")
    link = make_link(open_account(order.customer_id), at=timezone.now())
    assert client.get(f"{link.url}quotation/{quotation.number}/").content == b"%PDF"
    assert client.get(f"{link.url}quotation/QUO-2020-00001/").status_code == 404


def test_one_whose_day_is_over_is_not_sent(order):
    quotation = quote(order)
    with pytest.raises(Refusal) as refusal:
        send_quotation(quotation, key="x", by=None, at=timezone.now() + dt.timedelta(days=15))
    assert refusal.value.code == "no_longer_valid"


def test_its_paper(order):
    assert quotation_pdf(quote(order, kind="proforma", note="Goods in two weeks.")).startswith(b"%PDF")


def test_the_orders_page_shows_its_papers_and_makes_one(order, client):
    client.force_login(UserFactory(is_superuser=True))
    until = timezone.localdate() + dt.timedelta(days=7)
    answer = client.post(
        reverse("orders:order_quote", args=[order.pk]),
        {"kind": "quotation", "valid_until": until.isoformat(), "note": ""},
    )
    assert answer.status_code == 302
    page = client.get(order.get_absolute_url()).content.decode()
    assert Quotation.objects.get().number in page
