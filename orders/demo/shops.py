"""The demo's customers: repair shops and retailers all over India, with the four kinds of credit limit."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from accounts.models import User
from credit.models import CreditGroup, LimitKind, PaymentTerms
from credit.operations import open_account
from credit.operations.changing import change_account
from customers.models import Customer, Segment
from customers.operations import add_customer, put_in_segment

AMOUNT, GROUP = LimitKind.AMOUNT, LimitKind.INHERITED


class Shop(NamedTuple):
    """A shop, who runs it, where, and on what terms it buys. `limit` only with the kind "amount"."""

    name: str
    owner: str
    street: str
    city: str
    state: str
    postal_code: str
    kind: str
    limit: Decimal | None
    terms: str
    rep: str
    wholesale: bool
    type: str


# name, owner, street, city, state, postal code, limit, terms, representative, what it is
TABLE = """
Sapphire Mobiles|Nitin Arora|2210 Gaffar Market, Karol Bagh|New Delhi|Delhi|110005|150000|Net 15|sales|wholesale
Shree Mobile Point|Rakesh Gupta|14 Arya Samaj Road, Karol Bagh|New Delhi|Delhi|110005|60000|Net 15|sales|
Balaji Cell Care|Suresh Nair|B-12 Nehru Place|New Delhi|Delhi|110019|80000|Net 15|sales|wholesale
Gupta Telecom|Vivek Gupta|Shop 7, Sadar Bazar|Gurugram|Haryana|122001|40000|Net 15|sales|
Fix My Phone|Neha Bansal|Atta Market, Sector 18|Noida|Uttar Pradesh|201301|50000|Net 15|sales|
New Star Electronics|Harpreet Kaur|Ghumar Mandi Road|Ludhiana|Punjab|141001|70000|Net 30|sales|wholesale
Punjab Mobile House|Jaspreet Gill|Hall Bazar|Amritsar|Punjab|143001|25000|Net 15|sales|
Taj Mobile Repair|Aslam Khan|Sanjay Place|Agra|Uttar Pradesh|282002|cash_only|Net 15|sales|
Lucknow LCD World|Faizan Ali|Naza Market, Lalbagh|Lucknow|Uttar Pradesh|226001|90000|Net 15|sales|wholesale
Kanpur Spares|Manoj Tiwari|Mall Road|Kanpur|Uttar Pradesh|208001|inherited|Net 15|sales|
Pink City Phones|Mahendra Sharma|Jayanti Market, MI Road|Jaipur|Rajasthan|302001|65000|Net 15|sales|
Marwar Mobiles|Deepak Solanki|Nai Sarak|Jodhpur|Rajasthan|342001|inherited|Net 15|sales|
Indore Touch & Glass|Pooja Jain|Jail Road|Indore|Madhya Pradesh|452001|45000|End of month|sales|
Om Sai Communication|Ganesh Patil|Lamington Road|Mumbai|Maharashtra|400007|120000|Net 15|sales2|wholesale
Dadar Display Centre|Snehal Kulkarni|Ranade Road, Dadar|Mumbai|Maharashtra|400014|55000|Net 15|sales2|
Pune Cell Clinic|Amol Joshi|Budhwar Peth|Pune|Maharashtra|411001|60000|Net 15|sales2|
Nagpur Phone Doctor|Sachin Wankhede|Sitabuldi Main Road|Nagpur|Maharashtra|440012|inherited|Net 15|sales2|
Ahmedabad Parts Hub|Hitesh Patel|Relief Road|Ahmedabad|Gujarat|380001|110000|Net 30|sales2|wholesale
Surat Smart Repair|Bhavesh Shah|Mahidharpura|Surat|Gujarat|395003|48000|Net 15|sales2|
Rajkot Mobile World|Chirag Vora|Yagnik Road|Rajkot|Gujarat|360001|cash_only|Net 15|sales2|
Bengaluru Gadget Works|Karthik Reddy|SP Road|Bengaluru|Karnataka|560002|100000|Net 30|sales2|
Hyderabad iCare|Sameer Mohammed|Jagdish Market, Abids|Hyderabad|Telangana|500001|75000|Net 15|sales2|
Chennai Display Mart|Priya Subramanian|Ritchie Street|Chennai|Tamil Nadu|600002|85000|Net 15|sales2|wholesale
Kolkata Phone Gallery|Arindam Ghosh|Chandni Chowk Street|Kolkata|West Bengal|700001|50000|Net 15|sales2|
Institute of Mobile Technology|Office|4 Copernicus Marg|New Delhi|Delhi|110001|unlimited|Net 60|sales|government
"""


def _read(row: str) -> Shop:
    name, owner, street, city, state, postal_code, limit, terms, rep, what = row.split("|")
    kind = AMOUNT if limit.isdecimal() else LimitKind(limit)
    return Shop(
        name,
        owner,
        street,
        city,
        state,
        postal_code,
        kind,
        Decimal(limit) if kind == AMOUNT else None,
        terms,
        rep,
        what == "wholesale",
        what if what == "government" else "business",
    )


SHOPS = [_read(row) for row in TABLE.strip().splitlines()]


def add_shops(users: dict[str, User], *, at: dt.datetime) -> dict[str, Customer]:
    """All shops by name, with their people, addresses, credit and the segment of those who buy wholesale."""
    group, _ = CreditGroup.objects.get_or_create(
        name="Established shops", defaults={"limit_kind": AMOUNT, "credit_limit": Decimal(30000)}
    )
    terms = {each.name: each for each in PaymentTerms.objects.all()}
    made = {}
    for number, shop in enumerate(SHOPS, start=1):
        made[shop.name] = customer = _add(shop, number, users, at=at)
        open_account(customer.pk)
        values: dict[str, Any] = {"limit_kind": shop.kind, "terms": terms.get(shop.terms)}
        if shop.kind == AMOUNT:
            values["credit_limit"] = shop.limit
        if shop.kind == GROUP:
            values["group"] = group
        if shop.kind in {AMOUNT, GROUP}:
            values["max_overdue_days"] = 20
        change_account(customer.pk, values, by=users["admin"], at=at)
    wholesale, _ = Segment.objects.get_or_create(
        name="Wholesale",
        defaults={"description": "Shops that buy by the box.", "created_by": users["manager"]},
    )
    members = [made[shop.name] for shop in SHOPS if shop.wholesale]
    put_in_segment(wholesale, members, reason="Buys by the box", by=users["manager"], at=at)
    return made


def _add(shop: Shop, number: int, users: dict[str, User], *, at: dt.datetime) -> Customer:
    rep = users[shop.rep]
    domain = "".join(c for c in shop.name.lower() if c.isalnum())
    address = {
        "street": shop.street,
        "city": shop.city,
        "state": shop.state,
        "postal_code": shop.postal_code,
        "country": "IN",
    }
    return add_customer(
        by=rep,
        at=at,
        name=shop.name,
        kind=shop.type,
        account_number=f"D-{number:03}",
        phone=f"+9198100{40000 + 137 * number}",
        email=f"{domain}@shops.example",
        tax_id=f"07AAACD{1000 + number}A1Z{number % 10}",
        industry="Mobile repair",
        representative=rep,
        contacts=[
            {"name": shop.owner, "designation": "Owner", "phone": f"+9198111{50000 + 211 * number}"},
        ],
        addresses=[{**address, "kind": "billing"}, {**address, "kind": "shipping"}],
    )
