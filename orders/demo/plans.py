"""What people at the demo's wholesaler have to do today, and what shops have promised."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.models import User
from accounts.operations import add_task
from core.dates import local_date
from credit.models import CreditAccount
from credit.operations import record_promise, settle_promises
from customers.models import Customer

# who, what, days from today, at, about which shop, comes back
TASKS = """
sales|Call Kanpur Spares: nothing ordered for three weeks|-1||Kanpur Spares|
sales|Show Pink City Phones the new OLED range|0|15:00|Pink City Phones|
sales|Bring the price list to New Star Electronics|0||New Star Electronics|
sales|Ask Fix My Phone about tempered glass|2|11:00|Fix My Phone|
sales2|Visit Dadar Display Centre|0|12:30|Dadar Display Centre|
manager|Go through the week with the team|0|10:00||week
manager|Look over the limits of the wholesale shops|0||Sapphire Mobiles|
credit|Ring Punjab Mobile House about its hold|0|11:30|Punjab Mobile House|
credit|Send the balances of the month|0|||month
store|Count the iPhone shelf|0|16:00||week
store|Pack the damaged displays for the supplier|-2|||
accounts|Put the GST papers together|1|||month
support|Write back about the two returned touch panels|0|||
marketing|Choose the pictures for the Diwali list|0|||
admin|Read who logged in last month|3|||month
"""
# shop, percent of what it owes, promised so many days ago, for so many days from today, note
PROMISES = """
Shree Mobile Point|25|20|-12|when the wedding season begins
Shree Mobile Point|40|6|-1|after the landlord is paid
Gupta Telecom|50|1|0|by UPI in the evening
Lucknow LCD World|60|1|3|
Om Sai Communication|30|2|0|cheque by courier
Chennai Display Mart|50|1|4|
"""


def add_plans(users: dict[str, User], shops: dict[str, Customer], *, now: dt.datetime) -> None:
    """Write them down as people would have, on the days they would have."""
    for row in TASKS.strip().splitlines():
        who, title, days, time, shop, again = row.split("|")
        add_task(
            title,
            assignee=users[who],
            due_on=local_date(now) + dt.timedelta(days=int(days)),
            due_time=dt.time.fromisoformat(time) if time else None,
            about=shops[shop] if shop else None,
            every=1 if again else None,
            unit=again,
            by=users[who],
            at=now - dt.timedelta(days=3),
        )
    for number, row in enumerate(PROMISES.strip().splitlines(), start=1):
        shop, percent, made, due, note = row.split("|")
        customer = shops[shop]
        amount = _share(customer, int(percent))
        if amount <= 0:
            continue
        made_at = now - dt.timedelta(days=int(made))
        record_promise(
            customer.pk,
            amount,
            promised_on=local_date(now) + dt.timedelta(days=int(due)),
            reference=f"demo:promise:{number}",
            note=note,
            by=users["credit"],
            at=made_at,
        )
        settle_promises(customer.pk, at=now)


def _share(customer: Customer, percent: int) -> Decimal:
    """So much of what the shop owes, in whole hundreds, as people promise."""
    owed: Decimal = CreditAccount.objects.get(customer=customer).balance
    return (owed * percent / 10_000).to_integral_value() * 100
