"""What lies on the credit controller's desk this morning: money said to be paid, complaints, requests to decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from django.core.files.base import ContentFile

from accounts.models import User
from core.dates import local_date
from credit import operations as credit
from credit.banking import Layout
from credit.models import BankAccount, BankStatement, Invoice
from credit.terms import in_equal_parts
from customers.models import Customer

Users = dict[str, User]
Shops = dict[str, Customer]


def lay_out_desk(users: Users, shops: Shops, *, now: dt.datetime) -> None:
    """Put it there as people would have yesterday and today. What the story left nothing for is passed over."""
    for lay in LAID:
        lay(users, shops, now)


def _open(shops: Shops, name: str) -> list[Invoice]:
    """The shop's open invoices, the oldest first."""
    rows = Invoice.objects.open().filter(account__customer=shops[name])
    return list(rows.order_by("due_on", "pk"))


def _notices(users: Users, shops: Shops, now: dt.datetime) -> None:
    """Two transfers the office typed, and one a shop told of by its link."""
    told = [
        ("Gupta Telecom", 40, "UTR800411", "staff", "Seen in the bank's app"),
        ("Bengaluru Gadget Works", 25, "UTR800478", "staff", ""),
        ("Pink City Phones", 50, "614209771530", "retailer", "Paid by UPI last night"),
    ]
    for name, percent, number, source, note in told:
        owed = sum((invoice.outstanding for invoice in _open(shops, name)), Decimal(0))
        amount = (owed * percent / 10_000).to_integral_value() * 100
        if amount > 0:
            credit.announce_payment(
                shops[name].pk,
                amount,
                method="bank" if source == "staff" else "mobile_money",
                received_on=local_date(now),
                reference=f"demo:notice:{number}",
                method_reference=number,
                note=note,
                source=source,
                by=users["accounts"] if source == "staff" else None,
                at=now - dt.timedelta(minutes=40),
            )


def _disputes(users: Users, shops: Shops, now: dt.datetime) -> None:
    """A shop that got fewer pieces than it was billed, and one that found the price wrong."""
    told = [
        ("Shree Mobile Point", "missing", Decimal("0.25"), "Three pieces were not in the box.", True),
        ("Gupta Telecom", "price", Decimal("0.10"), "The price agreed on the phone was lower.", False),
    ]
    for name, reason, share, words, by_retailer in told:
        for invoice in _open(shops, name)[:1]:
            line = invoice.lines.first()
            if line is None:
                continue
            amount = min((line.gross * share).quantize(Decimal(1)), credit.can_be_disputed(invoice, line))
            credit.raise_dispute(
                invoice,
                reason=reason,
                reference=f"demo:dispute:{invoice.number}",
                line=line,
                amount=amount,
                words=words,
                by_retailer=by_retailer,
                by=None if by_retailer else users["sales"],
                at=now - dt.timedelta(hours=20),
            )


def _plan(users: Users, shops: Shops, now: dt.datetime) -> None:
    """One shop pays its oldest invoice in three parts."""
    for invoice in _open(shops, "Dadar Display Centre")[:1]:
        first = local_date(now) + dt.timedelta(days=7)
        credit.agree_plan(
            invoice,
            in_equal_parts(invoice.outstanding, 3, first, every=1, unit="month"),
            reference=f"demo:plan:{invoice.number}",
            reason="The shop is being painted; agreed on the phone.",
            by=users["credit"],
            at=now - dt.timedelta(days=1),
        )


def _write_off(users: Users, shops: Shops, now: dt.datetime) -> None:
    """A few rupees that nobody will ever pay, waiting for somebody with the right to give them up."""
    for invoice in _open(shops, "Pune Cell Clinic")[:1]:
        credit.request_write_off(
            shops["Pune Cell Clinic"].pk,
            {invoice.pk: min(invoice.outstanding, Decimal("12.00"))},
            reason="Rounding the shop does not accept, since March.",
            reference=f"demo:write-off:{invoice.number}",
            by=users["accounts"],
            at=now - dt.timedelta(hours=3),
        )


def _limits(users: Users, shops: Shops, now: dt.datetime) -> None:
    """Two representatives ask for more credit, one of them for a while."""
    today = local_date(now)
    asked = [
        ("Punjab Mobile House", "sales", Decimal(40000), None, "Opens a second counter in December."),
        ("Surat Smart Repair", "sales2", Decimal(60000), 30, "Wedding season: three big orders are coming."),
    ]
    for name, rep, amount, days, reason in asked:
        credit.request_limit(
            shops[name].pk,
            "amount",
            amount,
            until=today + dt.timedelta(days=days) if days else None,
            reason=reason,
            reference=f"demo:limit:{name}",
            by=users[rep],
            at=now - dt.timedelta(hours=5),
        )


def _cheques(users: Users, shops: Shops, now: dt.datetime) -> None:
    """Cheques in the drawer, one at the bank, and one that came back."""
    today = local_date(now)
    bank, _made = BankAccount.objects.get_or_create(
        name="HDFC current", defaults={"bank": "HDFC Bank, Karol Bagh", "number": "50200012345678"}
    )
    written = [
        ("New Star Electronics", 30, "004417", -9, "bounced"),
        ("Hyderabad iCare", 40, "118820", -2, "deposited"),
        ("Balaji Cell Care", 35, "730051", 0, "in hand"),
        ("Indore Touch & Glass", 50, "662190", 6, "in hand"),
        ("Fix My Phone", 45, "201733", 12, "in hand"),
    ]
    for name, percent, number, days, state in written:
        owed = sum((invoice.outstanding for invoice in _open(shops, name)), Decimal(0))
        amount = (owed * percent / 10_000).to_integral_value() * 100
        if amount <= 0:
            continue
        at = now - dt.timedelta(days=max(1, 1 - days))
        cheque = credit.take_cheque(
            shops[name].pk,
            amount,
            number=number,
            bank="State Bank of India",
            dated_on=today + dt.timedelta(days=days),
            reference=f"demo:cheque:{number}",
            by=users["accounts"],
            at=at,
        )
        if state == "in hand":
            continue
        taken = today + dt.timedelta(days=days)
        credit.deposit_cheques(
            [cheque.pk],
            bank_account=bank,
            on=taken,
            reference=f"demo:deposit:{number}",
            by=users["accounts"],
            at=now + dt.timedelta(days=days),
        )
        if state == "bounced":
            credit.bounce_cheque(
                cheque, reason="Funds insufficient", on=taken + dt.timedelta(days=2), fee=Decimal(350),
                by=users["accounts"], at=now + dt.timedelta(days=days + 2),
            )  # fmt: skip


def _bank(users: Users, shops: Shops, now: dt.datetime) -> None:
    """Yesterday's statement of the bank, with lines to settle."""
    day = f"{local_date(now) - dt.timedelta(days=1):%d/%m/%Y}"
    lines = ["Date,Narration,Ref No,Withdrawal,Deposit,Balance"]
    balance = Decimal(284000)
    for number, name in enumerate(
        ("Balaji Cell Care", "Pink City Phones", "Surat Smart Repair", "Fix My Phone")
    ):
        for invoice in _open(shops, name)[:1]:
            amount = invoice.outstanding if number % 2 == 0 else Decimal(2500)
            balance += amount
            said = f"UPI/{invoice.number}/{name}" if number % 2 == 0 else f"NEFT {name.upper()}"
            lines.append(f"{day},{said},N{610000 + number},,{amount},{balance}")
    lines.append(f"{day},SMS CHARGES QTR,C88,17.70,,{balance - Decimal('17.70')}")
    account = BankAccount.objects.get(name="HDFC current")
    file = ContentFile("\n".join(lines).encode(), name="hdfc-yesterday.csv")
    statement = credit.accept_statement(account, file, by=users["accounts"], at=now).statement
    if statement.state == BankStatement.State.UPLOADED:
        credit.start_reading(statement, Layout.of(statement.layout), by=users["accounts"], at=now)


LAID: list[Callable[[Users, Shops, dt.datetime], None]] = [
    _notices,
    _disputes,
    _plan,
    _write_off,
    _limits,
    _cheques,
    _bank,
]
