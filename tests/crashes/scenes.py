"""What a crash test does inside the running site's own settings: `python -m tests.crashes.scenes NAME [NUMBER]`."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def prepare(orders: int) -> dict[str, Any]:
    """Drafts of one shop with credit, and the session of somebody who may do everything."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.models import User
    from tests.factories.orders import customer_with_credit, draft, sellable_product

    boss = User.objects.create_superuser("boss@example.com", "a long password", name="Boss")
    session = SessionStore()
    session[SESSION_KEY] = str(boss.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = boss.get_session_auth_hash()
    session.create()
    product = sellable_product(price="100", on_hand=1000)
    customer = customer_with_credit("100000", phone="+919810000001", channels=["sms"])
    drafts = [draft(customer, (product, 1), by=boss).pk for _ in range(orders)]
    return {"session": session.session_key, "orders": drafts}


def look(_number: int) -> dict[str, Any]:
    """How the books, the orders, the numbers and the messages stand."""
    from credit.models import Invoice
    from inventory.models import Reservation
    from messaging.models import OutboundMessage
    from orders.models import Order
    from tests.books import wrong_books

    return {
        "wrong": wrong_books(),
        "statuses": dict(Order.objects.values_list("pk", "status")),
        "invoices": list(Invoice.objects.order_by("number").values_list("number", flat=True)),
        "reservations": Reservation.objects.filter(state="open").count(),
        "messages": dict(OutboundMessage.objects.values_list("key", "state")),
    }


def send(_number: int) -> dict[str, Any]:
    """Ask the worker to send what is due, as beat would."""
    from core.tasks import send_now

    return {"sent": send_now("messaging.sweep_outbox"), "asked": send_now("messaging.reconcile_unknown")}


def later(minutes: int) -> dict[str, Any]:
    """As if so many minutes had passed since the messages were taken."""
    from datetime import timedelta

    from django.db.models import F

    from messaging.models import OutboundMessage

    gone = timedelta(minutes=minutes)
    moved = OutboundMessage.objects.filter(state="sending").update(
        claimed_at=F("claimed_at") - gone, posted_at=F("posted_at") - gone
    )
    return {"moved": moved}


if __name__ == "__main__":
    django.setup()
    scene = {"prepare": prepare, "look": look, "send": send, "later": later}[sys.argv[1]]
    json.dump(scene(int(sys.argv[2]) if len(sys.argv) > 2 else 0), sys.stdout)
