"""The command palette: what it finds, for whom, and at what cost."""

from __future__ import annotations

import html
import json
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import palette
from core.numbering import is_number, number_typed
from credit.models import Invoice, Payment
from credit.operations import record_payment
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.credit import bill, pay
from tests.factories.customers import CustomerFactory
from tests.factories.inventory import DeviceModelFactory
from tests.factories.orders import customer_with_credit, draft, now, sellable_product

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Target": "palette-hits"}


@pytest.fixture
def controller():
    return UserFactory(role="Credit controller")


@pytest.fixture
def shop():
    """A shop with an order, an invoice and a payment."""
    shop = customer_with_credit("100000", name="New Krishna Mobiles", representative=None)
    draft(shop, (sellable_product("PAL-1", name="Redmi Note 10 combo"), 2))
    bill(shop, total="4321.00")
    pay(shop, "1234.00")
    return shop


def found(text, user) -> dict[str, list[str]]:
    return {group.kind: [hit.title for hit in group.hits] for group in palette.find(text, user=user)}


def test_a_name_with_a_slip_finds_the_shop_and_all_its_documents(controller, shop):
    invoice, payment = Invoice.objects.get(), Payment.objects.get()
    order = shop.orders.get()
    assert found("krihsna", controller) == {
        "customer": ["New Krishna Mobiles"],
        "order": [order.code],
        "invoice": [invoice.number],
        "payment": [payment.number],
    }


@pytest.mark.parametrize(
    "typed", ["{last}", "inv {last}", "INV{last}", "{year}-{last:05}", "INV-{year}-{last:05}"]
)
def test_digits_find_the_document_first(controller, shop, typed):
    invoice = Invoice.objects.get()
    _series, year, last = invoice.number.split("-")
    groups = palette.find(typed.format(last=int(last), year=year), user=controller)
    kinds = [group.kind for group in groups]
    assert "invoice" in kinds
    assert next(group for group in groups if group.kind == "invoice").hits[0].title == invoice.number
    assert ("payment" in kinds) == (not typed.lower().startswith("inv"))


@pytest.mark.parametrize(
    ("typed", "series", "digits"),
    [("412", "INV", "412"), ("inv 412", "INV", "412"), ("rct-412", "INV", ""), ("2026-00412", "INV", "2026-00412"),
     ("٤١٢", "INV", "412"), ("SO-12", "SO", "12"), ("note 10", "INV", ""), ("", "INV", ""), ("412a", "INV", "")],
)  # fmt: skip
def test_what_is_read_as_a_number(typed, series, digits):
    assert number_typed(typed, series) == digits


def test_the_whole_number_is_surer_than_its_end():
    assert is_number("INV-2026-00412", "412")
    assert is_number("INV-2026-00412", "2026-00412")
    assert not is_number("INV-2026-10412", "412")


def test_a_payment_is_found_by_amount_and_by_the_banks_reference(controller, shop):
    payment = Payment.objects.get()
    for typed in ("1234", "1,234.00", "₹1,234"):
        assert found(typed, controller)["payment"] == [payment.number], typed
    assert "payment" not in found("1235", controller)
    other = record_payment(
        shop.pk,
        Decimal("50.00"),
        method="bank",
        method_reference="UTR0098765",
        received_on=now().date(),
        reference="bank:1",
        by=None,
        at=now(),
    )
    assert found("utr0098", controller)["payment"] == [other.number]


def test_goods_and_phones_with_a_slip(controller):
    product = sellable_product("RN10-INC", name="Redmi Note 10 combo, incell")
    phone = DeviceModelFactory(name="Redmi Note 10")
    hits = found("remdi note 10", controller)
    assert (hits["product"], hits["device"]) == ([product.name], [str(phone)])
    assert found("rn10-inc", controller)["product"] == [product.name]


def test_orders_by_code_and_by_the_shops_own_reference(controller, shop):
    order = shop.orders.get()
    order.customer_reference = "PO-7781"
    order.save()
    assert found("po-77", controller)["order"] == [order.code]
    groups = palette.find(order.code.lower(), user=controller)
    assert (groups[0].kind, groups[0].hits[0].title) == ("order", order.code)


def test_nobody_finds_what_is_not_theirs(shop):
    stranger = UserFactory(role="Sales representative", team=TeamFactory())
    invoice = Invoice.objects.get()
    for typed in ("krishna", invoice.number, "1234", shop.code, shop.orders.get().code, "new order krishna"):
        assert found(typed, stranger) == {}, typed
    store = UserFactory(role="Storekeeper")
    assert set(found("krishna", store)) == {"customer", "order"}  # the storekeeper reads no invoices


def test_a_verb_before_the_name_is_done_with_it(controller, shop):
    seller = UserFactory(role="Sales representative", name="Own")
    shop.representative = seller
    shop.save()
    first = palette.find("order krishna", user=seller)[0].hits[0]
    assert (first.title, first.url) == (
        "New order for New Krishna Mobiles",
        f"{reverse('orders:order_add')}?customer={shop.pk}",
    )
    paid = palette.find("payment krishna", user=controller)[0].hits[0]
    assert (paid.title, paid.url) == (
        "Record payment of New Krishna Mobiles",
        f"{reverse('credit:payment_add')}?customer={shop.pk}",
    )
    assert "Record payment of New Krishna Mobiles" not in json.dumps(found("payment krishna", seller))
    hit = palette.find("krishna", user=seller)[0].hits[0]
    assert [str(option.label) for option in hit.options] == ["New order for New Krishna Mobiles"]


def test_commands_by_any_of_their_words(controller):
    assert found("rec pay", controller)["do"][0] == "Record payment"
    assert "Ageing" in found("overdue", controller)["do"]
    assert "Receive goods" not in json.dumps(found("receive goods", controller))
    main = found("", controller)["do"]
    assert main[0] in {"Record payment", "New customer"}
    assert "Orders" in main


def test_the_part_is_a_list_box_and_the_page_works_without_a_script(client, controller, shop):
    client.force_login(controller)
    part = client.get(reverse("core:find"), {"q": "krishna"}, headers=PART).content.decode()
    assert part.count('role="option"') == 4
    assert part.count('role="group"') == 4
    assert "<html" not in part
    options = json.loads(html.unescape(re.search(r'data-options="([^"]+)"', part)[1]))
    assert options == [
        [f"Record payment of {shop.name}", f"{reverse('credit:payment_add')}?customer={shop.pk}"]
    ]
    page = client.get(reverse("core:find"), {"q": "krishna"}).content.decode()
    assert "Search</h1>" in page
    assert "Record payment of" in page
    assert 'role="option"' not in page.partition("</main>")[0]
    nothing = client.get(reverse("core:find"), {"q": "<zzz>\x00" * 50}, headers=PART)
    assert nothing.status_code == 200
    assert b"<zzz>" not in nothing.content


def test_the_cost_is_the_same_for_few_and_many(controller, shop):
    def cost(text) -> list[str]:
        with CaptureQueriesContext(connection) as made:
            palette.find(text, user=controller)
        return [query["sql"] for query in made.captured_queries]

    found("krishna", controller)  # the roles of a person are read once
    few = cost("krishna")
    for number in range(8):
        other = CustomerFactory(name=f"Krishna Telecom {number}", representative=None)
        bill(customer_with_credit("1000", name=f"Krishna Care {number}", representative=None))
        assert other.pk
    many = cost("krishna")
    assert len(many) == len(few)
    assert len([sql for sql in many if sql.startswith("SELECT") and "set_config" not in sql]) <= 20


def test_a_source_that_breaks_takes_nothing_else_with_it(controller, shop, settings, monkeypatch):
    settings.PANEL_ERRORS_RAISE = False

    def broken(_asked):
        raise RuntimeError

    sources = tuple(s._replace(find=broken) if s.kind == "invoice" else s for s in palette.sources())
    monkeypatch.setattr(palette, "sources", lambda: sources)
    assert set(found("krishna", controller)) == {"customer", "order", "payment"}
