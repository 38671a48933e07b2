"""Every door, as nobody and as every role: who may not come in stays out, and nobody sees what is not theirs."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.roles import ROLES
from core.screens import ListScreen
from tests.doors.world import (
    BETRAYED,
    HIDDEN,
    TASK_VERBS,
    THEIR_NAME,
    all_doors,
    as_role,
    doors,
    make_world,
    tells,
    text_of,
)
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PUBLIC = {
    "core:theme",
    "core:density",
    "core:language",
    "credit:retailer",
    "credit:retailer_ask",
    "credit:retailer_chosen",
    "credit:retailer_dispute",
    "credit:retailer_proof",
    "orders:shop_received",
    "orders:shop_again",
    "orders:shop_return",
    "orders:retailer_return",
    "credit:retailer_invoice",
    "credit:retailer_pdf",
    "orders:retailer_quotation",
    "credit:retailer_pay",
    "credit:retailer_paid",
    "credit:retailer_statement",
    "credit:retailer_statement_pdf",
    "credit:gateway_webhook",
    "messaging:twilio_status",
    "messaging:twilio_inbound",
}
"""Open to strangers: a retailer's signed link, what Twilio signs, and the colours of a browser."""
PUBLIC_ACCOUNT = {
    "account_login",
    "account_signup",  # says that it is closed
    "account_inactive",
    "account_logout",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
}
ONES_OWN_JOB = ("list", "detail", "progress", "cancel", "failures", "result")
ONES_OWN_TASK = ("list", "calendar", "add", *TASK_VERBS)
STAFF_ONLY = {"core:components"}
ANSWERED = {200, 204, 302, 400, 404, 405, 409, 422}
HTMX = {"HX-Request": "true", "HX-Target": "list"}


@pytest.fixture
def world(monkeypatch, caplog):
    caplog.set_level("CRITICAL", logger="django.request")  # each door that stays shut would write a traceback
    for views in ("credit_notes", "payments", "refunds", "write_offs"):
        monkeypatch.setattr(f"credit.views.{views}.to_pdf", lambda document: b"%PDF")
    monkeypatch.setattr("credit.views.statements.print_statement", lambda made: b"%PDF")
    monkeypatch.setattr("credit.views.invoices.read_invoice_pdf", lambda invoice, at: b"%PDF")
    return make_world()


@pytest.fixture
def knock(client):
    """`knock("get", path, data)`: what the door answers. Whatever it did is undone."""

    def at(method, path, data=None, **headers):
        with transaction.atomic():
            response = getattr(client, method)(path, data, headers=headers)
            response.said = text_of(response)
            transaction.set_rollback(True)
        return response

    return at


def test_every_door_names_a_permission_or_is_declared_public():
    for door in doors():
        if door.screen is None or door.screen.public:
            assert door.name in PUBLIC, f"{door.name} is open to strangers, and nobody declared it"
        else:
            assert door.name not in PUBLIC
            assert door.screen.permission_required is not None, door.name
            assert door.screen.permissions() or door.name in {
                "core:understood",
                "core:components",
                "reports:home",
                *(
                    f"core:{what}"
                    for what in ("live", "find", "bell", "notification_list", "notifications_read")
                ),
                *(f"core:job_{what}" for what in ONES_OWN_JOB),
                *(f"accounts:task_{what}" for what in ONES_OWN_TASK),
            }


def test_nobody_is_sent_to_the_login(knock, world):
    for door in doors():
        if door.name in PUBLIC:
            continue
        path = door.path(world, world.mine)
        for method in ("get", "post"):
            response = knock(method, path)
            assert response.status_code == 302, (door.name, method, response.status_code)
            assert response["Location"].startswith(reverse("account_login"))
        part = knock("get", path, **HTMX)
        assert part.status_code == 401
        assert part["HX-Redirect"].startswith(reverse("account_login"))
    admin = knock("get", reverse("admin:index"))
    assert admin["Location"].startswith(reverse("admin:login"))


def test_the_login_package_opens_only_what_a_login_needs(knock):
    for door in all_doors():
        if not door.view.__module__.startswith("allauth.") or door.asks or door.name in PUBLIC_ACCOUNT:
            continue
        if door.name in {"account_confirm_email", "account_reset_password_from_key"}:
            continue
        for method in ("get", "post"):
            response = knock(method, reverse(door.name))
            assert response.status_code in {302, 405}, (door.name, response.status_code)
            assert response.status_code == 405 or "/login" in response["Location"], (
                door.name,
                response["Location"],
            )


def test_nobody_signs_up(knock, django_user_model):
    typed = {
        "email": "new@example.com",
        "password1": "correct-horse-battery",
        "password2": "correct-horse-battery",
    }
    assert "new@example.com" not in knock("get", reverse("account_signup"), typed).said
    knock("post", reverse("account_signup"), typed)
    assert not django_user_model.objects.exists()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_it_may_and_sees_what_is_its_own(role, client, knock, world):
    """Each door, as somebody with the rights of a role who sees only the own customers.

    Without the permission: 403. With it: an answer that is no failure, never the cost without the right to it. What is
    another's is a 404, as page, part, file and button; and no list, search or file says a word of it.
    """
    client.force_login(as_role(world, role))
    may = ROLES[role].permissions
    unsaid = HIDDEN if "inventory.view_cost" in may else HIDDEN | BETRAYED
    wrong = []
    for door in doors():
        if door.name in PUBLIC:
            continue
        allowed = door.name not in STAFF_ONLY and may.issuperset(door.screen.permissions())
        for good, method, path, asked, headers in (
            visits(door, world) if allowed else turned_away(door, world)
        ):
            response = knock(method, path, asked, **headers)
            told = [word for word in unsaid if tells(word, response.said)]
            if response.status_code not in good or told:
                wrong.append((door.name, method, path, asked, response.status_code, *told))
    assert wrong == []
    assert knock("get", reverse("admin:index")).status_code == 302


def turned_away(door, world):
    path = door.path(world, world.mine)
    yield {403}, "get", path, {}, {}
    yield {403}, "post", path, {}, {}


def visits(door, world):
    """What somebody tries at a door: which answers are good, the method, the address, what is asked, headers."""
    mine, theirs = door.path(world, world.mine), door.path(world, world.theirs)
    yield ANSWERED, "get", mine, {}, {}
    yield ANSWERED, "post", mine, {}, {}
    if door.is_about_a_customer(world):
        # A door that takes no GET, or no POST, says so before it looks.
        yield {404, 405}, "get", theirs, {}, {}
        yield {404, 405}, "post", theirs, {}, {}
        yield {404, 405}, "get", theirs, {}, HTMX
        yield {404, 405}, "get", theirs, {"export": "csv"}, {}
        return
    if door.reads_its_address:
        yield ANSWERED, "get", mine, {}, HTMX
        # Of a list the table alone: what stands around it was looked at above.
        part = HTMX if issubclass(door.screen, ListScreen) else {}
        for asked in questions(world.theirs.customer):
            yield ANSWERED, "get", mine, asked, part
    if getattr(door.screen, "export_permission", None) or door.name == "credit:ageing":
        for kind in ("csv", "xlsx"):
            yield ANSWERED, "get", mine, {"export": kind, "sort": "cost__average"}, {}


def questions(customer):
    """How somebody would ask a page for a customer that is not theirs."""
    about = f"customers.customer:{customer.pk}"
    yield {"q": THEIR_NAME[:10], "customer_find": THEIR_NAME[:10], "city": "Mumbai", "about": about}
    yield {"q": "C-" + customer.code[2:], "customer": customer.pk}
    yield {"q": str(customer.phone)[-6:], "customer": customer.code, "product": "DOOR-1", "quantity": "9"}


def test_a_team_is_not_another_team(client, knock, world):
    client.force_login(UserFactory(role="Sales manager", team=world.mine.customer.representative.team))
    for door in doors():
        if (
            door.is_about_a_customer(world)
            and door.name not in PUBLIC
            and door.name != "orders:order_deliver"
        ):
            assert knock("get", door.path(world, world.theirs)).status_code == 404, door.name
    assert knock("get", world.mine.customer.get_absolute_url()).status_code == 200


def test_who_may_see_the_cost_does(client, knock, world):
    """So the test of the roles looks for the right words."""
    client.force_login(as_role(world, "Sales manager"))
    names = {
        "orders:order_detail",
        "inventory:stockmove_list",
        "inventory:receipt_detail",
        "inventory:product_detail",
    }
    said = [knock("get", d.path(world, world.mine)).said for d in doors() if d.name in names]
    assert {word for word in BETRAYED for page in said if word in page} == BETRAYED
