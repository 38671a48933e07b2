"""Search as you type."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer, CustomerWord
from customers.operations import add_contact, change_contact, remove_contact
from customers.queries import narrow, search_customers
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.customers import AddressFactory, CustomerFactory

pytestmark = pytest.mark.django_db
TOLD: dict[str, Any] = {"by": None, "at": timezone.now()}


@pytest.fixture
def admin():
    return UserFactory(is_superuser=True)


@pytest.fixture
def shops():
    """Three shops, and the one that is looked for."""
    for name in ("Sai Telecom", "Mobile World", "Anand Spares"):
        CustomerFactory(name=name, phone="", email="", representative=None)
    return CustomerFactory(
        name="Café Müller Mobiles",
        company_name="Müller & Söhne GmbH",
        first_name="Ravindra",
        last_name="Deshpande",
        account_number="K/77-12",
        phone="+919876543210",
        second_phone="+912240011122",
        email="ravi.d@muller.example",
        representative=None,
    )


def found(text, user):
    return [hit.name for hit in search_customers(text, user=user)]


@pytest.mark.parametrize(
    "text",
    [
        "caf", "CAFÉ", "cafe mull", "müller", "muller", "mobiles caf", "söhne", "Sohne GmbH", "ravin desh", "k/77",
        "ravi.d@", "muller.example", "9876543210", "098765 43210", "+91 98765", "43210", "3210", "6543", "22 4001 1122",
        "wa.me/919876543210", "٤٣٢١٠", "cafe 43210",
    ],
)  # fmt: skip
def test_any_part_of_name_shop_person_email_number_or_phone_finds_it(text, shops, admin):
    assert found(text, admin) == ["Café Müller Mobiles"]


@pytest.mark.parametrize(
    "text",
    ["mullre", "muler", "muuller", "deshpnde", "ravnidra", "mobils cafe", "ravindar deshpande", "telecmo"],
)
def test_typos_are_forgiven(text, shops, admin):
    expected = "Sai Telecom" if text == "telecmo" else "Café Müller Mobiles"
    assert found(text, admin)[0] == expected


def test_a_word_typed_in_part_and_wrongly_is_found(shops, admin):
    assert found("deshpnad", admin) == ["Café Müller Mobiles"]


def test_the_code_finds_its_customer_first(shops, admin):
    other = CustomerFactory(name=f"{shops.pk} Street Phones", representative=None)
    for text in (shops.code, shops.code.lower(), str(shops.pk)):
        assert found(text, admin)[0] == "Café Müller Mobiles", text
    assert other.name in found(str(shops.pk), admin)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "%",
        "_",
        "\\",
        "%%%",
        "___",
        "caf%",
        "c_fe",
        "' OR 1=1 --",
        "😀",
        "()",
        "*",
        "x" * 5000,
        "-",
        "+",
    ],
)
def test_signs_and_junk_find_nobody_and_break_nothing(text, shops, admin):
    assert found(text, admin) == []
    narrow(Customer.objects.all(), text).count()


def test_signs_are_searched_as_they_are(admin):
    CustomerFactory(name="100% Mobile_Care \\o/", representative=None)
    CustomerFactory(name="100 Mobile Care", representative=None)
    for text in ("100%", "mobile_c", "\\o/"):
        assert found(text, admin) == ["100% Mobile_Care \\o/"]


def test_one_letter_finds_names_that_begin_with_it(shops, admin):
    assert found("s", admin) == ["Sai Telecom"]
    assert found("C", admin) == ["Café Müller Mobiles"]


def test_other_scripts_are_searched_too(admin):
    CustomerFactory(name="मोबाइल केंद्र", representative=None)
    CustomerFactory(name="فروشگاه کتاب", representative=None)
    CustomerFactory(name="Дом Телефонов", representative=None)
    assert found("मोबाइल", admin) == ["मोबाइल केंद्र"]
    assert found("كتاب", admin) == ["فروشگاه کتاب"]  # the Arabic kaf for the Persian one
    assert found("дом теле", admin) == ["Дом Телефонов"]


def test_what_begins_with_the_text_comes_first_however_many_match(admin):
    CustomerFactory.create_batch(150, name="Best Galaxy Shop", representative=None)
    CustomerFactory(name="Galaxy", representative=None)
    hits = found("galaxy", admin)
    assert (len(hits), hits[0]) == (20, "Galaxy")


def test_a_hit_tells_what_the_picker_shows(shops, admin):
    AddressFactory(customer=shops, city="Pune")
    hit = search_customers("cafe", user=admin)[0]
    assert hit._asdict() == {
        "id": shops.pk,
        "code": shops.code,
        "name": "Café Müller Mobiles",
        "phone": "+919876543210",
        "email": "ravi.d@muller.example",
        "city": "Pune",
        "kind": "business",
        "status": "active",
        "status_label": "Active",
        "can_order": True,
        "url": f"/customers/{shops.pk}/",
    }


def test_only_customers_in_sight_are_found():
    team = TeamFactory()
    rep = UserFactory(role="Sales representative", team=team)
    boss = UserFactory(role="Sales manager", team=team)
    stranger = UserFactory(role="Sales representative")
    CustomerFactory(name="Sight Shop", phone="+919876543210", representative=rep)
    for text in ("sight", "43210", "sigth shop", "s"):
        assert [bool(found(text, user)) for user in (rep, boss, stranger)] == [True, True, False], text


def test_contacts_are_found_and_forgotten_with_their_changes(shops, admin):
    contact = add_contact(shops, name="Farida Begum", phone="98111 22333", **TOLD)
    assert found("farida", admin) == found("22333", admin) == ["Café Müller Mobiles"]
    change_contact(contact, name="Gulshan", **TOLD)
    assert found("farida", admin) == []
    assert found("gulshan", admin) == ["Café Müller Mobiles"]
    remove_contact(contact, **TOLD)
    assert found("gulshan", admin) == []


def test_the_database_keeps_the_words_whoever_writes():
    with connection.cursor() as cursor:
        Customer.objects.bulk_create([Customer(name="Zyxomma Traders"), Customer(name="Zyxomma Élan")])
        cursor.execute("UPDATE customers_customer SET name = 'Quokka' WHERE name = 'Zyxomma Traders'")
    assert set(CustomerWord.objects.values_list("word", flat=True)) == {
        "zyxomma",
        "traders",
        "elan",
        "quokka",
    }


def test_a_list_is_narrowed_as_typed_and_by_correction(shops):
    everybody = Customer.objects.all()
    assert [c.name for c in narrow(everybody, "mobile")] == ["Café Müller Mobiles", "Mobile World"]
    assert [c.name for c in narrow(everybody, "mullre")] == ["Café Müller Mobiles"]
    assert narrow(everybody.filter(name="Sai Telecom"), "mobile").count() == 0
    assert narrow(everybody, "").count() == 4


def test_searching_leaves_the_planner_as_it_was(shops, admin):
    search_customers("cafe", user=admin)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_seqscan'), current_setting('plan_cache_mode')")
        assert cursor.fetchone() == ("on", "auto")


@pytest.mark.parametrize(("text", "queries"), [("cafe", 4), ("43210", 4), ("mullre", 6)])
def test_the_number_of_queries_is_fixed(text, queries, shops, admin, django_assert_num_queries):
    CustomerFactory.create_batch(10, name="Café Müller", representative=None)
    with django_assert_num_queries(queries):
        search_customers(text, user=admin)


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("galaxy", "customer_search"),
        ("galaxy", "customer_by_search_head"),
        ("43210", "customer_by_phone_ending"),
        ("g", "customer_by_search_head"),
    ],
)
def test_indexes_answer(text, index, admin):
    CustomerFactory.create_batch(300, representative=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer")
    with CaptureQueriesContext(connection) as asked:
        search_customers(text, user=admin)
    statement = next(q["sql"] for q in asked.captured_queries if '"search_text"' in q["sql"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}".replace("%", "%%"), [])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan
    assert "Seq Scan" not in plan
