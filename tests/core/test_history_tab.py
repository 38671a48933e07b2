"""The history tab: who changed what, when, through which door, before and after."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.changes import Told, Tracked, changes
from core.history import acting
from credit.operations.changing import change_account
from customers.models import Address, Contact, Customer
from customers.operations import add_contact, change_customer, remove_contact
from inventory.operations import change_product
from orders.models import OrderLine
from orders.operations import Item, change_order
from pricing.models import PriceList
from pricing.operations import set_price
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.credit import AccountFactory, bill, pay
from tests.factories.customers import AddressFactory, ContactFactory, CustomerFactory
from tests.factories.orders import customer_with_credit, draft, sellable_product

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HTMX = {"HX-Request": "true", "HX-Target": "record"}


def history(client, record, **headers):
    return client.get(f"{record.get_absolute_url()}?tab=history", headers=headers)


def said(page):
    """What each change says, in one line."""
    return [
        " ".join(filter(None, [str(c.by), str(c.verb), c.what, c.text]))
        + "".join(f" | {f.label}: {f.before or '–'} → {f.after or '–'}" for f in c.fields)
        for c in page.context["changes"]
    ]


@pytest.fixture
def manager(client):
    user = UserFactory(roles=["Sales manager", "Credit controller"], name="Anil")
    client.force_login(user)
    return user


@pytest.fixture
def one_by_one(transactional_db):
    """Each write in its own transaction, so that the times differ and the context is told."""


def test_a_change_says_who_when_by_which_door_and_both_values(client, one_by_one):
    rep = UserFactory(role="Sales representative", name="Rhea")
    heir = UserFactory(role="Sales representative", name="Gita")
    customer = CustomerFactory(representative=rep, delivery_method="pickup", phone="+919810040411")
    with acting(by=rep, via="web"):
        change_customer(
            customer, delivery_method="courier", phone="098100 12345", born_on="1980-05-01", by=rep, at=NOW
        )
    with acting(by=None, via="task"):
        change_customer(customer, representative=heir, by=None, at=NOW)
    client.force_login(heir)
    page = history(client, customer)
    latest, change, first = page.context["changes"]
    assert [tuple(f[:3]) for f in latest.fields] == [("Sales representative", "Rhea", "Gita")]
    assert (latest.by, latest.door) == ("", "by itself")
    assert (change.by, change.door, change.verb) == ("Rhea", "on a page", "changed")
    assert {tuple(f[:3]) for f in change.fields} == {
        ("Delivery method", "Pickup", "Courier"),
        ("Phone", "098100 40411", "098100 12345"),
        ("Date of birth", "", "1 May 1980"),
    }
    assert (first.verb, first.what, first.fields) == ("added", "this record", [])
    text = page.content.decode()
    assert "<del>Pickup</del>" in text
    assert "<ins>Courier</ins>" in text


def test_what_is_encrypted_is_said_to_have_changed_and_no_more(client, manager, one_by_one):
    customer = CustomerFactory(tax_id="27AAPFU0939F1ZV", representative=manager)
    change_customer(customer, tax_id="29ABCDE1234F1Z5", by=manager, at=NOW)
    page = history(client, customer)
    assert [f[:4] for f in page.context["changes"][0].fields] == [("Tax ID", "", "", True)]
    text = page.content.decode()
    assert "kept secret" in text
    assert "27AAPFU" not in text
    assert "29ABCDE" not in text


def test_parts_stand_in_the_history_also_when_they_are_gone(client, manager, one_by_one):
    customer = CustomerFactory(representative=manager)
    contact = add_contact(customer, name="Suresh", phone="+919811150633", by=manager, at=NOW)
    remove_contact(contact, by=manager, at=NOW)
    lines = said(history(client, customer))
    assert lines[0].startswith("removed contact person Suresh")
    assert "Phone: 098111 50633 → –" in lines[0]
    assert lines[1].startswith("added contact person Suresh")


def test_another_customers_parts_stay_out(client, manager, one_by_one):
    customer, other = CustomerFactory(representative=manager), CustomerFactory()
    ContactFactory(customer=other, name="Somebody Else")
    assert "Somebody Else" not in history(client, customer).content.decode()


def test_the_account_is_read_by_those_who_may_see_it(client, manager, one_by_one):
    customer = CustomerFactory(representative=manager)
    AccountFactory(customer=customer)
    values = {"limit_kind": "amount", "credit_limit": Decimal("60000")}
    change_account(customer.pk, values, by=manager, at=NOW)
    latest = said(history(client, customer))[0]
    assert "Limit: unlimited → amount" in latest
    assert "Credit limit: – → ₹60,000.00" in latest
    client.force_login(UserFactory(role="Storekeeper"))
    assert "60,000" not in history(client, customer).content.decode()


def test_replaced_order_lines_are_one_change_with_a_line_each(client, manager, one_by_one):
    manager.team = TeamFactory()
    manager.save()
    shop = customer_with_credit(representative=manager)
    screen, glass = sellable_product("SCR", price="100"), sellable_product("GLS", price="10")
    order = draft(shop, (screen, 5), (glass, 2))
    change_order(order, [Item(screen.pk, 3)], by=manager, at=NOW)
    lines = [line for line in said(history(client, order)) if "entries" in line]
    assert len(lines) == 1
    assert "pieces 5" in lines[0]
    assert "pieces 2" in lines[0]


def test_cost_is_read_only_with_the_right():
    order = draft(customer_with_credit(), (sellable_product("SCR", price="100", cost="61.5"), 5))
    line = order.lines.get()
    OrderLine.objects.filter(pk=line.pk).update(quantity=4, unit_cost=Decimal("61.5"))
    OrderLine.objects.filter(pk=line.pk).update(quantity=3, unit_cost=Decimal("77.25"))
    source = [Tracked(OrderLine, {"order_id": order.pk}, rights={"unit_cost": "inventory.view_cost"})]
    told = {
        role: [str(f) for c in changes(source, user=UserFactory(role=role)).rows for f in c.fields]
        for role in ("Sales representative", "Accountant")
    }
    assert not any("77.25" in each for each in told["Sales representative"])
    assert any("77.25" in each for each in told["Accountant"])


def test_prices_of_everybody_stand_on_the_product_those_of_one_customer_do_not(client, manager, one_by_one):
    product = sellable_product("SCR", price="100")
    base = PriceList.objects.get(kind="base", currency="INR")
    set_price(base, product, Decimal("95"), by=manager, min_quantity=10)
    secret = CustomerFactory(name="Secret Shop")
    set_price(base, product, Decimal("81"), by=manager, customer=secret)
    product.grade = "original"
    change_product(product)
    text = history(client, product).content.decode()
    assert "95.00" in text
    assert "81.00" not in text
    assert "Secret Shop" not in text
    assert "Original" in text


def test_issued_documents_tell_what_happened_to_them(client, manager, one_by_one):
    customer = CustomerFactory(representative=manager)
    invoice = bill(customer, total="100.00", by=manager)
    payment = pay(customer, "60.00", by=manager)
    lines = said(history(client, invoice))
    assert any(f"₹60.00 of {payment.number} paid it." in line for line in lines)
    assert any(f"Issued {invoice.number}." in line for line in lines)
    assert any(f"₹60.00 put on {invoice.number}." in line for line in said(history(client, payment)))


def test_pages_follow_each_other_without_a_gap_or_a_double():
    """Also where many changes bear one time, as those of one transaction do."""
    customer = CustomerFactory()
    contact = ContactFactory(customer=customer)
    for n in range(23):
        contact.designation = f"Title {n}"
        contact.save()
        customer.industry = f"Trade {n}"
        customer.save()
    sources = [
        Tracked(Customer, {"pgh_obj_id": customer.pk}),
        Tracked(Contact, {"customer_id": customer.pk}, named="name"),
    ]
    told, after = [], ""
    for _page in range(10):
        page = changes(sources, user=UserFactory(), after=after, size=7)
        told += [f.after for c in page.rows for f in c.fields if c.kind == "update"]
        after = page.after
        if not after:
            break
    assert sorted(told) == sorted([*(f"Title {n}" for n in range(23)), *(f"Trade {n}" for n in range(23))])


@pytest.mark.parametrize(
    "after",
    ["x", "~", "2026-01-01T00:00:00~0~1", "2026-01-01T00:00:00+00:00~0~99999999999999999999999", "\x00~1~1"],
)
def test_a_broken_place_leads_to_the_beginning(client, manager, after):
    customer = CustomerFactory(representative=manager)
    page = client.get(customer.get_absolute_url(), {"tab": "history", "after": after})
    assert page.status_code == 200
    assert said(page) == ["added this record"]


def test_show_more_brings_the_rest_alone(client, manager, one_by_one):
    customer = CustomerFactory(representative=manager)
    for n in range(25):
        change_customer(customer, industry=f"Trade {n}", by=manager, at=NOW)
    first = history(client, customer)
    headers = {"HX-Request": "true", "HX-Target": "history-more"}
    rest = client.get(first.context["more_url"], headers=headers).content.decode()
    assert "Trade 24" in first.content.decode()
    assert "<html" not in rest
    assert "Trade 0" in rest
    assert "Trade 24" not in rest


def test_a_page_costs_no_more_however_much_happened(client, manager, django_assert_max_num_queries):
    def busy(times):
        customer = CustomerFactory(representative=manager)
        contact, _place = ContactFactory(customer=customer), AddressFactory(customer=customer)
        for n in range(times):
            contact.designation = f"Title {n}"
            contact.save()
            change_customer(customer, industry=f"Trade {n}", by=manager, at=NOW)
        return customer

    few, many = busy(2), busy(30)
    history(client, few, **HTMX)
    with django_assert_max_num_queries(count(lambda: history(client, few, **HTMX))):
        assert history(client, many, **HTMX).status_code == 200


def count(ask):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def test_the_history_is_of_those_who_may_see_the_record(client):
    customer = CustomerFactory()
    client.force_login(UserFactory(role="Sales representative"))
    assert history(client, customer).status_code == 404
    client.logout()
    assert history(client, customer).status_code == 302


def test_what_is_told_once_is_sorted_among_what_is_tracked():
    customer = CustomerFactory()
    place = AddressFactory(customer=customer)
    rows = Customer.objects.filter(pk=customer.pk).select_related("representative")
    early = Told(rows, lambda row: "Seen", at="created_at", by="representative")
    page = changes(
        [Tracked(Address, {"customer_id": customer.pk}, named="street"), early], user=UserFactory()
    )
    assert {c.text or c.what for c in page.rows} == {"Seen", f"address {place.street}"}
    assert page.rows[0].at >= page.rows[1].at - timedelta(seconds=1)
