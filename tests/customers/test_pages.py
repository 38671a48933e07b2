"""The pages of customers, as people use them."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from customers.models import Customer
from customers.operations import add_customer, put_in_segment, record, record_purchase
from tests.factories.accounts import UserFactory
from tests.factories.customers import AddressFactory, ContactFactory, CustomerFactory, SegmentFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
FORM = {
    "name": "Cell Point",
    "kind": "business",
    "language": "en",
    "tax_treatment": "standard",
    "delivery_method": "pickup",
    "currency": "INR",
    "contact_method": "whatsapp",
}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def rep(client):
    """A sales representative, logged in."""
    user = UserFactory(role="Sales representative")
    client.force_login(user)
    return user


@pytest.fixture
def manager(client):
    """Somebody who sees everybody, logged in."""
    user = UserFactory(roles=["Sales manager", "Credit controller"])
    client.force_login(user)
    return user


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def full_customer(**fields):
    customer = CustomerFactory(**fields)
    ContactFactory(customer=customer, is_key=True)
    AddressFactory(customer=customer)
    put_in_segment(SegmentFactory(), customer, by=None, at=NOW)
    record_purchase(customer.pk, amount=Decimal("1234.50"), on=NOW.date(), at=NOW)
    return customer


# --- list ------------------------------------------------------------------------------------------------------


def test_the_list_shows_who_where_and_what_they_bought(rep, client):
    full_customer(name="Cell Point", representative=rep, phone="+919876543210")
    page = text_of(client.get("/customers/"))
    for words in ("Cell Point", "098765 43210", "Mumbai", "Active", "1,234.50"):
        assert words in page


def test_an_empty_list_offers_the_next_step(rep, client):
    page = text_of(client.get("/customers/"))
    assert "No customers yet." in page
    assert "/customers/add/" in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("status=blocked", ["Blocked One"]),
        ("status=blocked&status=active", ["Blocked One", "Cell Point", "Zebra Mobiles"]),
        ("kind=vip", ["Zebra Mobiles"]),
        ("city=mumbai", ["Cell Point"]),
        ("tab=stopped", ["Blocked One"]),
        ("q=zebra", ["Zebra Mobiles"]),
        ("q=zebar", ["Zebra Mobiles"]),
        ("q=43210", ["Cell Point"]),
        ("sort=-name", ["Zebra Mobiles", "Cell Point", "Blocked One"]),
        ("city=%00", ["Blocked One", "Cell Point", "Zebra Mobiles"]),
        ("status=nonsense&segment=x", ["Blocked One", "Cell Point", "Zebra Mobiles"]),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(query, names, rep, client):
    AddressFactory(
        customer=CustomerFactory(name="Cell Point", representative=rep, phone="+919876543210", email="")
    )
    CustomerFactory(name="Zebra Mobiles", representative=rep, kind="vip", phone="", email="")
    CustomerFactory(name="Blocked One", representative=rep, status="blocked", phone="", email="")
    rows = client.get(f"/customers/?{query}").context["page"].rows
    assert [row.name for row in rows] == names


def test_the_list_is_filtered_by_segment_and_representative(manager, client):
    inside, outside = CustomerFactory(), CustomerFactory()
    segment = SegmentFactory(customers=[inside])
    rows = client.get(f"/customers/?segment={segment.pk}").context["page"].rows
    assert rows == [inside]
    rows = client.get(f"/customers/?representative={outside.representative_id}").context["page"].rows
    assert rows == [outside]


def test_the_list_is_exported_as_it_is_filtered(rep, client):
    CustomerFactory(name="Cell Point", representative=rep, phone="+919876543210")
    CustomerFactory(name="=cmd()", representative=rep, kind="vip")
    CustomerFactory(name="Somebody else's")
    file = b"".join(client.get("/customers/?export=csv").streaming_content).decode("utf-8-sig")
    assert "Cell Point,+919876543210" in file
    assert "'=cmd()" in file
    assert "Somebody" not in file
    assert (
        "cmd" not in b"".join(client.get("/customers/?export=csv&kind=business").streaming_content).decode()
    )


@pytest.mark.parametrize("query", ["", "?q=shop", "?city=mumbai"])
def test_the_list_costs_the_same_queries_for_one_row_and_for_many(
    query, rep, client, django_assert_max_num_queries
):
    full_customer(representative=rep)
    with django_assert_max_num_queries(20) as one:
        client.get(f"/customers/{query}")
    for _n in range(12):
        full_customer(representative=rep)
    with django_assert_max_num_queries(len(one.captured_queries)):
        page = client.get(f"/customers/{query}").context["page"]
    assert len(page.rows) == 13


# --- record ------------------------------------------------------------------------------------------------------


def test_the_record_shows_all_of_the_customer(rep, client):
    customer = full_customer(
        name="Cell Point",
        representative=rep,
        phone="+919876543210",
        industry="Repair",
        licence="TL-77",
        wechat="cellpoint",
        payment_method="bank",
        channels=["sms", "email"],
    )
    page = text_of(client.get(customer.get_absolute_url()))
    for words in (
        "Cell Point", customer.code, "098765 43210", "Repair", "TL-77", "cellpoint", "Bank transfer", "SMS, E-mail",
        "Contact ", "key person", "Station Road", "India", "Segment ", "₹1,234.50", "Put in segment",
    ):  # fmt: skip
        assert words in page, words


def test_what_people_typed_is_never_markup(rep, client):
    customer = CustomerFactory(name="<script>alert(1)</script>", representative=rep, industry="<b>x</b>")
    record(customer, "note.added", text="<img src=x onerror=1>", by=None, at=NOW)
    for url in (
        customer.get_absolute_url(),
        "/customers/",
        "/customers/search/?q=script",
        f"/customers/{customer.pk}/change/",
    ):
        page = text_of(client.get(url))
        for markup in ("<script>alert", "<b>x</b>", "<img src=x"):
            assert markup not in page


def test_the_record_costs_the_same_queries_for_little_and_for_much(
    rep, client, django_assert_max_num_queries
):
    customer = full_customer(representative=rep)
    url = customer.get_absolute_url()
    client.get(url)
    with django_assert_max_num_queries(60) as little:
        client.get(url)
    for _n in range(8):
        ContactFactory(customer=customer)
        AddressFactory(customer=customer, is_default=False)
        put_in_segment(SegmentFactory(), customer, by=UserFactory(), at=NOW)
    with django_assert_max_num_queries(len(little.captured_queries)):
        client.get(url)


def test_the_timeline_is_filtered_by_kind_and_paged(rep, client):
    customer = CustomerFactory(representative=rep)
    for n in range(25):
        record(customer, "order.confirmed", text=f"Order {n:02d}", by=rep, at=NOW - timedelta(minutes=n))
    record(customer, "payment.recorded", text="Paid 50", by=rep, at=NOW)
    url = f"/customers/{customer.pk}/timeline/"
    page = text_of(client.get(f"{url}?kind=payment", headers=HTMX))
    assert "Paid 50" in page
    assert "Order 00" not in page
    first = client.get(f"{url}?kind=order", headers=HTMX)
    assert "Order 19" in text_of(first)
    assert "Order 20" not in text_of(first)
    second = client.get(f"{url}?kind=order&after={first.context['page'].after}", headers=HTMX)
    assert "Order 20" in text_of(second)
    assert "Order 19" not in text_of(second)
    assert "Paid 50" in text_of(client.get(f"{url}?kind=nonsense&after=junk", headers=HTMX))


# --- add and change ------------------------------------------------------------------------------------------------


def test_a_representative_adds_a_customer_of_the_own(rep, client):
    assert "tax_id" in text_of(client.get("/customers/add/"))
    answer = client.post(
        "/customers/add/",
        FORM
        | {
            "phone": "098765 43210",
            "annual_revenue": "12,00,000",
            "born_on": "21/11/1990",
            "channel_1": "sms",
            "channel_2": "sms",
            "channel_3": "email",
            "contact_name": "Ravi",
            "contact_phone": "٩٨٧٦٥٤٣٢١١",
            "street": "1 Main",
            "city": "Pune",
            "country": "IN",
            "ships_there": "on",
        },
    )
    customer = Customer.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/customers/{customer.pk}/")
    assert customer.representative == rep
    assert customer.phone.as_e164 == "+919876543210"
    assert customer.annual_revenue == Decimal("1200000.00")
    assert customer.channels == ["sms", "email"]
    assert [(c.name, c.phone.as_e164) for c in customer.contacts.all()] == [("Ravi", "+919876543211")]
    assert [(a.kind, a.city) for a in customer.addresses.all()] == [("billing", "Pune"), ("shipping", "Pune")]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"phone": "12"}, "“12” is not a telephone number that can be called."),
        ({"contact_phone": "98765 43211"}, "Who is it?"),
        ({"city": "Pune"}, "The street is missing."),
        ({"annual_revenue": "-5"}, "The amount must be above 0."),
        ({"employees": "99999999999999"}, "2147483647"),
        ({"born_on": "31/02/1990"}, "is not a day"),
        ({"kind": "alien"}, "alien is not one of the available choices"),
        ({"name": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_wrong_input_keeps_what_was_typed_and_says_why(wrong, words, rep, client):
    answer = client.post("/customers/add/", FORM | {"industry": "Kept words"} | wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "Kept words" in page
    assert Customer.objects.count() == 0


def test_a_possible_duplicate_is_shown_with_a_link_and_can_be_overridden(rep, client):
    known = CustomerFactory(name="Known Shop", phone="+919876543210", representative=rep)
    typed = FORM | {"phone": "9876543210"}
    answer = client.post("/customers/add/", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f"Known Shop ({known.code}) has the same phone." in page
    assert f'href="{known.get_absolute_url()}"' in page
    assert "duplicate_reason" in page
    assert "duplicate_reason" not in text_of(client.get("/customers/add/"))
    assert client.post("/customers/add/", typed | {"duplicate_reason": "second shop"}).status_code == 302
    assert Customer.objects.filter(name="Cell Point").exists()


def test_the_form_sent_twice_adds_one(rep, client):
    key = client.get("/customers/add/").context["key"]
    for _time in range(2):
        assert (
            client.post("/customers/add/", FORM | {"phone": "9876543210", "idempotency_key": key}).status_code
            == 302
        )
    assert Customer.objects.count() == 1


def test_a_change_is_stored_and_a_stale_page_is_refused(rep, client):
    customer = CustomerFactory(representative=rep)
    url = f"/customers/{customer.pk}/change/"
    version = client.get(url).context["version"]
    assert client.post(url, FORM | {"name": "First", "version": version}).status_code == 302
    answer = client.post(url, FORM | {"name": "Second", "version": version})
    assert answer.status_code == 422
    assert "Somebody changed this meanwhile" in answer.content.decode()
    assert Customer.objects.get().name == "First"


def test_a_representative_can_not_give_a_customer_away(rep, client):
    customer = CustomerFactory(representative=rep)
    other = UserFactory(role="Sales representative")
    client.post(f"/customers/{customer.pk}/change/", FORM | {"representative": other.pk})
    assert Customer.objects.get().representative == rep


def test_a_manager_hands_a_customer_over(manager, client):
    customer, other = CustomerFactory(), UserFactory(role="Sales representative")
    client.post(
        f"/customers/{customer.pk}/change/", FORM | {"representative": other.pk, "name": customer.name}
    )
    assert Customer.objects.get().representative == other


def test_a_photo_is_checked_by_content_and_served_to_who_may_see_the_customer(rep, client):
    customer = CustomerFactory(representative=rep)
    url, photo_url = f"/customers/{customer.pk}/change/", f"/customers/{customer.pk}/photo/"
    assert client.get(photo_url).status_code == 404
    script = SimpleUploadedFile("x.png", b"<script>alert(1)</script>", content_type="image/png")
    assert client.post(url, FORM | {"photo": script}).status_code == 422
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    photo = SimpleUploadedFile("x.png", picture.getvalue(), content_type="image/png")
    assert client.post(url, FORM | {"photo": photo}).status_code == 302
    answer = client.get(photo_url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert b"".join(answer.streaming_content) == picture.getvalue()
    client.force_login(UserFactory(role="Sales representative"))
    assert client.get(photo_url).status_code == 404


def test_the_status_is_changed_with_a_reason(manager, client):
    customer = CustomerFactory()
    url = f"/customers/{customer.pk}/status/"
    assert client.post(url, {"status": "blocked", "reason": ""}).status_code == 422
    assert client.post(url, {"status": "blocked", "reason": "Cheque bounced"}).status_code == 302
    assert Customer.objects.get().status == "blocked"
    assert "Blocked. Cheque bounced" in text_of(client.get(customer.get_absolute_url()))


def test_contacts_and_addresses_are_added_changed_and_removed(rep, client):
    customer = CustomerFactory(representative=rep)
    base = f"/customers/{customer.pk}"
    for url in (f"{base}/contacts/add/", f"{base}/addresses/add/"):
        assert client.get(url).status_code == 200
    client.post(f"{base}/contacts/add/", {"name": "Ravi", "phone": "98765 43211"})
    client.post(f"{base}/addresses/add/", {"kind": "shipping", "street": "1 Main", "country": "IN"})
    contact, address = customer.contacts.get(), customer.addresses.get()
    assert (contact.is_key, contact.phone.as_e164, address.is_default) == (True, "+919876543211", True)
    client.post(f"/customers/contacts/{contact.pk}/change/", {"name": "Ravi K"})
    client.post(
        f"/customers/addresses/{address.pk}/change/",
        {"kind": "shipping", "street": "2 Main", "country": "IN"},
    )
    assert (customer.contacts.get().name, customer.addresses.get().street) == ("Ravi K", "2 Main")
    for url in (f"/customers/contacts/{contact.pk}/remove/", f"/customers/addresses/{address.pk}/remove/"):
        assert client.get(url).status_code == 200
        assert client.post(url).status_code == 302
    assert (customer.contacts.count(), customer.addresses.count()) == (0, 0)


# --- search ------------------------------------------------------------------------------------------------------


def test_search_answers_as_page_as_part_and_as_json(rep, client):
    customer = CustomerFactory(name="Cell Point", representative=rep, phone="+919876543210")
    url = "/customers/search/?q=cell"
    assert "<html" in text_of(client.get(url))
    for part in (
        client.get(f"{url}&part=options"),
        client.get(url, headers=HTMX | {"HX-Target": "customer-hits"}),
    ):
        page = text_of(part)
        assert "<html" not in page
        assert f'data-customer="{customer.pk}"' in page
    told = client.get(url, headers={"Accept": "application/json"}).json()
    assert told["query"] == "cell"
    assert [(hit["id"], hit["name"], hit["phone"]) for hit in told["results"]] == [
        (customer.pk, "Cell Point", "+919876543210")
    ]


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%00", "q=%25", "q=a&limit=-1", "q=a&limit=x", "q=a&limit=99999999999", "limit=²"]
)
def test_search_takes_anything(query, rep, client):
    assert client.get(f"/customers/search/?{query}").status_code == 200


def test_search_is_not_a_way_to_copy_the_book(rep, client, monkeypatch):
    monkeypatch.setattr("customers.views.search.PER_MINUTE", 3)
    answers = [client.get("/customers/search/?q=a").status_code for _n in range(5)]
    assert answers == [200, 200, 200, 429, 429]


def test_the_seeding_operation_makes_what_the_page_shows(rep, client):
    customer = add_customer(by=rep, at=NOW, name="Seeded", representative=rep)
    assert "Customer added." in text_of(client.get(customer.get_absolute_url()))
