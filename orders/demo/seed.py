"""Make the demo's wholesaler: all of it in one transaction, or nothing."""

from __future__ import annotations

import datetime as dt
import random

from django.db import transaction

from accounts.models import User
from orders.operations import review_backorders

from . import people
from .catalogue import describe_goods
from .costs import add_costs
from .desk import lay_out_desk
from .dispatch import open_back_door
from .goods import add_goods, set_prices, set_taxes
from .history import DAYS, tell_delivered, tell_history
from .plans import add_plans
from .purchasing import buy_goods
from .shops import add_shops
from .store import keep_store
from .supplier_lists import add_supplier_lists
from .unmet import add_unmet

SEED = 20


def seed(*, now: dt.datetime) -> bool:
    """Make the demo's people, shops, goods, prices and history; False when they are there already.

    Dates count back from `now`; everything else is the same each time. What people did in the demo since is left alone.
    """
    if User.objects.filter(email=people.ADMIN.email).exists():
        people.keep_password()
        return False
    with transaction.atomic():
        dice = random.Random(SEED)  # noqa: S311 - the same story every time
        opened = now - dt.timedelta(days=DAYS + 20)
        users = people.add_people()
        set_taxes(users)
        goods = add_goods(users, at=opened, dice=dice)
        shops = add_shops(users, at=opened)
        set_prices(goods, shops, users, today=now.date())
        tell_history(users, shops, goods, now=now, dice=dice)
        add_plans(users, shops, now=now)
        lay_out_desk(users, shops, now=now)
        open_back_door(users, shops, now=now)
        tell_delivered(now, now=now, dice=dice)
        add_supplier_lists(users, goods, now=now)
        buy_goods(users, goods, now=now)
        keep_store(users, goods, now=now)
        describe_goods(goods, users, at=now, dice=dice)
        add_unmet(users, shops, now=now)
        add_costs(users, goods, now=now)
        review_backorders(at=now)
        tell_delivered(now, now=now, dice=dice)
    return True
