"""Customers of the seed: a few big ones, many small, with addresses, people, credit and tax IDs."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from core.crypto import blind_index, encrypt
from credit.models import CreditAccount, LimitKind
from customers.models import Address, Contact, Customer, SegmentMembership, TimelineEntry

from .copying import Row, Rows, new_keys
from .ground import Ground
from .plan import CUSTOMER, DAYS, between, dice_for
from .vocabulary import FIRST_NAMES, PLACES, SHOP_KINDS, SHOP_NAMES, STREETS, SURNAMES

CHUNK = 5000
WEIGHTS = [int(weight) for *_words, weight in PLACES]


def count_customers() -> int:
    return Customer.objects.filter(idempotency_key__startswith=CUSTOMER).count()


@transaction.atomic
def add_customers(first: int, last: int, ground: Ground, *, now: dt.datetime) -> int:
    """Customers number `first` to before `last`; the lower the number the bigger the shop. Rows written."""
    rows = Rows()
    numbers, keys = range(first, last), new_keys(Customer, last - first)
    for number, key in zip(numbers, keys, strict=True):
        dice = dice_for("shop", number)
        added = between(dice, now - dt.timedelta(days=DAYS + 400), now - dt.timedelta(days=DAYS))
        row = _customer(rows, number, key, ground, dice, added)
        city, state, code, _weight = dice.choices(PLACES, WEIGHTS)[0]
        street = f"{dice.randrange(1, 400)} {dice.choice(STREETS)}"
        for kind in ("billing", "shipping") if dice.random() < 0.2 else ("billing",):
            rows.add(
                Address,
                customer_id=key,
                kind=kind,
                is_default=True,
                street=street,
                city=city,
                state=state,
                postal_code=f"{code}{dice.randrange(1, 99):02}",
                country="IN",
            )
        if dice.random() < 0.2:
            _contact(rows, key, number, dice)
        _account(rows, key, number, ground, dice)
        if _is_wholesale(number):
            rows.add(
                SegmentMembership, segment_id=ground.wholesale.pk, customer_id=key, entered_on=added.date()
            )
        rows.add(
            TimelineEntry,
            customer_id=key,
            event="customer.added",
            text="Customer added.",
            by_id=row["representative_id"],
            at=added,
        )
    return rows.write()


def _is_wholesale(number: int) -> bool:
    return number < 50 or number % 40 == 0


def _customer(
    rows: Rows, number: int, key: int, ground: Ground, dice: random.Random, added: dt.datetime
) -> Row:
    surname = dice.choice(SURNAMES)
    first_word = dice.choice([surname, dice.choice(FIRST_NAMES), dice.choice(SHOP_NAMES)])
    tax_id = f"27{surname[:5].upper():A<5}{number % 10000:04}A1Z{number % 10}" if dice.random() < 0.3 else ""
    return rows.add(
        Customer,
        id=key,
        kind=dice.choices(["business", "wholesaler", "individual", "vip"], [80, 10, 8, 2])[0],
        status=dice.choices(["active", "inactive", "blocked"], [96, 3, 1])[0],
        name=f"{first_word} {dice.choice(SHOP_KINDS)}",
        account_number=f"V-{number + 1:07}",
        representative_id=dice.choice(ground.representatives),
        phone=f"+91{70 + number // 10_000_000}{number * 7919 % 100_000_000:08}",
        email=f"shop{number + 1}@volume.example" if dice.random() < 0.6 else "",
        industry="Mobile repair",
        tax_id=encrypt(tax_id),
        tax_id_index=blind_index(tax_id),
        currency=settings.CURRENCY,
        idempotency_key=f"{CUSTOMER}{number}",
        created_at=added,
        updated_at=added,
    )


def _contact(rows: Rows, key: int, number: int, dice: random.Random) -> None:
    rows.add(
        Contact,
        customer_id=key,
        name=f"{dice.choice(FIRST_NAMES)} {dice.choice(SURNAMES)}",
        designation=dice.choice(["Owner", "Manager", "Buyer"]),
        phone=f"+91{90 + number // 10_000_000}{number * 6007 % 100_000_000:08}",
        is_key=True,
    )


def _account(rows: Rows, key: int, number: int, ground: Ground, dice: random.Random) -> None:
    """A limit that fits the size, one in ten too small for it; some pay cash, some have what their group has."""
    kinds = [LimitKind.AMOUNT, LimitKind.INHERITED, LimitKind.CASH_ONLY, LimitKind.UNLIMITED]
    kind = LimitKind.AMOUNT if number < 500 else dice.choices(kinds, [70, 20, 9, 1])[0]
    limit = 60_000 + int(60_000_000 / (number + 1) ** 0.67)
    limit = limit // 10 if dice.random() < 0.1 else limit
    rows.add(
        CreditAccount,
        customer_id=key,
        currency=settings.CURRENCY,
        group_id=ground.group.pk if kind == LimitKind.INHERITED else None,
        limit_kind=kind,
        credit_limit=Decimal(limit // 1000 * 1000) if kind == LimitKind.AMOUNT else None,
        terms_id=dice.choices(ground.terms, [60, 30, 10][: len(ground.terms)])[0].pk,
        max_overdue_days=dice.choice([None, None, 45, 60]),
    )
