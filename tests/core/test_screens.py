"""The screens every app builds on: who gets in, what is in sight, what a no looks like."""

import csv
import io
import re

import pytest
from django.core.checks import run_checks
from django.test import Client

from customers.models import Customer
from tests.core import screen_site
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.screen_site")]
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/shop/"}


@pytest.fixture
def manager(client: Client):
    """Sees their team's shops, may change customers, may not see cost."""
    user = UserFactory(role="Sales representative")
    client.force_login(user)
    return user


def shops(number: int, user) -> list[Customer]:
    return [CustomerFactory(name=f"Shop {n:03d}", representative=user) for n in range(number)]


def names(response) -> list[str]:
    return re.findall(r'class="name" href="[^"]*">([^<]*)<', response.content.decode())


# --- who gets in -----------------------------------------------------------------------------------------------


def test_a_screen_sends_strangers_to_the_login_and_back(client):
    response = client.get("/shop/?q=a")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/shop/%3Fq%3Da"


def test_a_partial_request_of_a_stranger_moves_the_whole_page_to_the_login(client):
    response = client.get("/shop/", headers=HTMX)
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/accounts/login/?next=/shop/"


def test_a_screen_refuses_people_without_its_permission(client):
    client.force_login(UserFactory())
    assert client.get("/shop/").status_code == 403


def test_a_public_screen_needs_no_login_and_logged_in_no_permission(client):
    assert client.get("/open/").status_code == 200
    assert client.get("/anybody/").status_code == 302
    client.force_login(UserFactory())
    assert client.get("/anybody/").status_code == 200


def test_a_screen_that_says_nothing_is_closed_to_everybody_and_fails_the_check(client):
    client.force_login(UserFactory(is_superuser=True))
    assert client.get("/silent/").status_code == 403
    found = {(error.id, error.obj.__name__) for error in run_checks() if error.id.startswith("core.E")}
    assert found == {("core.E001", "Silent"), ("core.E002", "WrongRight")}


# --- lists ---------------------------------------------------------------------------------------------------------


def test_list_shows_only_rows_in_sight(client, manager):
    CustomerFactory(name="Mine", representative=manager)
    CustomerFactory(name="Theirs")
    assert names(client.get("/shop/")) == ["Mine"]


def test_list_turns_pages_forward_and_back_by_links(client, manager):
    shops(25, manager)
    first = client.get("/shop/")
    second = client.get(first.context["after_url"])
    third = client.get(second.context["after_url"])
    assert names(first) == [f"Shop {n:03d}" for n in range(10)]
    assert names(second) == [f"Shop {n:03d}" for n in range(10, 20)]
    assert names(third) == [f"Shop {n:03d}" for n in range(20, 25)]
    assert third.context["after_url"] == ""
    assert names(client.get(third.context["before_url"])) == names(second)
    assert first.context["before_url"] == ""
    assert 'name="q"' in first.content.decode()
    assert "25" in re.search(r'id="count">([^<]*)', first.content.decode()).group(1)


def test_list_sorts_by_a_clicked_column_and_ignores_one_it_does_not_have(client, manager):
    shops(3, manager)
    assert names(client.get("/shop/?sort=-name")) == ["Shop 002", "Shop 001", "Shop 000"]
    assert names(client.get("/shop/?sort=-phone")) == ["Shop 000", "Shop 001", "Shop 002"]
    assert 'aria-sort="descending"' in client.get("/shop/?sort=-name").content.decode()


@pytest.mark.parametrize(
    "bad", ["after=x", "after=e30", "before=%00", "after=W251bGwsIDFd", "sort=--name", "q=%00", "tab=zz"]
)
def test_list_survives_any_query(client, manager, bad):
    shops(2, manager)
    assert names(client.get(f"/shop/?{bad}")) == ["Shop 000", "Shop 001"]


def test_list_keeps_search_filter_and_tab_in_every_link(client, manager):
    shops(12, manager)
    Customer.objects.update(status="blocked")
    response = client.get("/shop/?q=shop&tab=blocked&status=blocked&created_after=2020-01-01")
    for part in ("q=shop", "tab=blocked", "status=blocked"):
        assert part in response.context["after_url"]
    assert [chip.text for chip in response.context["chips"]] == ["Status: Blocked", "Made: from 1 Jan 2020"]
    without = response.context["chips"][1].url
    assert "created" not in without
    assert "status=blocked" in without


def test_list_swaps_only_its_table_for_htmx(client, manager):
    shops(2, manager)
    part = client.get("/shop/?q=001", headers=HTMX | {"HX-Target": "list"})
    assert names(part) == ["Shop 001"]
    assert "<html" not in part.content.decode()
    assert 'hx-swap-oob="true"' in part.content.decode()
    assert {"HX-Request", "HX-Target"} <= set(part["Vary"].replace(" ", "").split(","))
    restored = client.get(
        "/shop/", headers=HTMX | {"HX-Target": "list", "HX-History-Restore-Request": "true"}
    )
    assert "<html" in restored.content.decode()


def test_empty_list_says_what_next_and_nothing_found_offers_the_way_back(client, manager):
    empty = client.get("/shop/").content.decode()
    assert "The first shop takes a minute." in empty
    assert 'href="/shop/new/"' in empty
    assert "No row fits" in client.get("/shop/?q=zzz").content.decode()


def test_list_asks_the_database_the_same_number_of_times_for_any_number_of_rows(client, manager):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/shop/").status_code == 200
        return len(queries)

    shops(11, manager)
    asked()
    few = asked()
    shops(30, manager)
    assert asked() == few


def test_list_hides_a_column_from_page_and_file_without_its_permission(client, manager):
    shops(1, manager)
    assert "Secret" not in client.get("/shop/").content.decode()
    assert "Secret" not in b"".join(client.get("/shop/?export=csv").streaming_content).decode()
    client.force_login(UserFactory(is_superuser=True))
    assert "Secret" in client.get("/shop/").content.decode()


def test_export_holds_exactly_what_is_filtered_with_plain_values(client, manager):
    shops(12, manager)
    CustomerFactory(name="=cmd()", phone="+442079460000", representative=manager)
    response = client.get("/shop/?q=cmd&export=csv")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert rows == [
        ["Shop", "Status", "Representative", "Phone"],
        ["'=cmd()", "Active", manager.name, "+442079460000"],
    ]
    assert (
        len(
            list(
                csv.reader(io.StringIO(b"".join(client.get("/shop/?export=csv").streaming_content).decode()))
            )
        )
        == 14
    )
    assert client.get("/shop/?export=xlsx")["Content-Type"].endswith("sheet")
    assert client.get("/shop/?export=exe").status_code == 404


def test_export_needs_its_own_permission(client, manager, monkeypatch):
    monkeypatch.setattr(screen_site.CustomerList, "export_permission", "inventory.view_cost")
    assert client.get("/shop/?export=csv").status_code == 403
    assert "export=csv" not in client.get("/shop/").content.decode()
    monkeypatch.setattr(screen_site.CustomerList, "export_permission", None)
    client.force_login(UserFactory(is_superuser=True))
    assert client.get("/shop/?export=csv").status_code == 403


# --- records and panels --------------------------------------------------------------------------------------------


def test_record_of_somebody_else_is_not_found(client, manager):
    assert client.get(f"/shop/{CustomerFactory().pk}/").status_code == 404
    assert client.get("/shop/999999/").status_code == 404


def test_record_shows_figures_badges_allowed_buttons_and_allowed_panels(client, manager):
    shop = CustomerFactory(name="Galaxy", representative=manager)
    page = client.get(f"/shop/{shop.pk}/").content.decode()
    assert "31,860.00" in page
    assert '<span class="badge good">Active</span>' in page
    assert f'action="/shop/{shop.pk}/block/"' in page
    assert "Forbidden" not in page
    assert page.count("panel of Galaxy") == 1


def test_panel_stands_on_a_page_of_its_own_and_alone_for_htmx(client, manager):
    shop = CustomerFactory(name="Galaxy", representative=manager)
    assert "<html" in client.get(f"/shop/{shop.pk}/name/").content.decode()
    alone = client.get(f"/shop/{shop.pk}/name/", headers=HTMX).content.decode()
    assert "panel of Galaxy" in alone
    assert "<html" not in alone


def test_broken_panel_is_raised_where_it_must_be_seen(client, manager, monkeypatch, settings):
    settings.PANEL_ERRORS_RAISE = True
    monkeypatch.setattr(screen_site.CustomerPage, "panels", ["panel_broken"])
    shop = CustomerFactory(representative=manager)
    with pytest.raises(ZeroDivisionError):
        client.get(f"/shop/{shop.pk}/")


def test_broken_panel_does_not_take_the_page_with_it_in_production(client, manager, monkeypatch, settings):
    settings.PANEL_ERRORS_RAISE = False
    monkeypatch.setattr(screen_site.CustomerPage, "panels", ["panel_broken", "panel_name"])
    shop = CustomerFactory(name="Galaxy", representative=manager)
    page = client.get(f"/shop/{shop.pk}/").content.decode()
    assert "This part could not be shown." in page
    assert "panel of Galaxy" in page


# --- forms -----------------------------------------------------------------------------------------------------------


def test_form_performs_with_its_key_and_goes_to_the_result(client, manager):
    page = client.get("/shop/new/")
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page.content.decode()).group(1)
    response = client.post("/shop/new/", {"name": "New", "limit": "₹ 1,000", "idempotency_key": key})
    made = Customer.objects.get(name="New")
    assert response["Location"] == f"/shop/{made.pk}/"
    assert screen_site.ShopNew.made[-1] == key
    assert "Shop made." in client.get(f"/shop/{made.pk}/").content.decode()


def test_form_makes_a_new_key_for_one_that_is_not_a_key(client, manager):
    client.post("/shop/new/", {"name": "New", "idempotency_key": "' or 1"})
    assert re.fullmatch(r"[0-9a-f-]{36}", screen_site.ShopNew.made[-1])


def test_form_with_a_mistake_keeps_what_was_typed_and_its_key(client, manager):
    key = "5f0f3e62-2f0f-4f7e-9a0e-0d6f4a1b2c3d"
    response = client.post("/shop/new/", {"name": "", "limit": "12..5", "idempotency_key": key})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="12..5"' in page
    assert key in page
    assert '<a href="#id_limit">Limit</a>' in page
    assert Customer.objects.count() == 0


def test_refusal_becomes_an_error_of_its_field_with_ways_out(client, manager):
    response = client.post("/shop/new/", {"name": "Big", "limit": "5000"})
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("Too much for a new shop.") == 2
    assert 'value="5000"' in page
    assert "at most 1000" in page


def test_form_starts_with_what_the_address_says_and_ignores_the_rest(client, manager):
    assert client.get("/shop/new/?name=Star&secret=1").context["form"].initial == {"name": "Star"}


# --- verbs -----------------------------------------------------------------------------------------------------------


def test_verb_is_done_by_post_and_says_so(client, manager):
    shop = CustomerFactory(representative=manager)
    response = client.post(f"/shop/{shop.pk}/block/")
    assert response["Location"] == f"/shop/{shop.pk}/"
    assert Customer.objects.get().status == "blocked"
    assert "Blocked." in client.get(response["Location"]).content.decode()


def test_verb_asks_first_when_got(client, manager):
    shop = CustomerFactory(representative=manager)
    page = client.get(f"/shop/{shop.pk}/block/").content.decode()
    assert "It can&#x27;t order any more." in page
    assert 'name="version"' in page
    dialog = client.get(
        f"/shop/{shop.pk}/block/", headers=HTMX | {"HX-Target": "dialog-body"}
    ).content.decode()
    assert "<html" not in dialog
    assert Customer.objects.get().status == "active"


def test_refused_verb_is_a_message_on_the_record_and_a_notice_for_htmx(client, manager):
    shop = CustomerFactory(status="blocked", representative=manager)
    response = client.post(f"/shop/{shop.pk}/block/")
    assert response["Location"] == f"/shop/{shop.pk}/"
    page = client.get(response["Location"]).content.decode()
    assert "It is blocked already." in page
    assert "Look at it" in page
    notice = client.post(f"/shop/{shop.pk}/block/", headers=HTMX)
    assert notice.status_code == 409
    assert 'role="alert"' in notice.content.decode()


def test_verb_from_a_stale_page_changes_nothing(client, manager):
    shop = CustomerFactory(representative=manager)
    known = shop.updated_at.isoformat()
    assert client.post(f"/shop/{shop.pk}/block/", {"version": "2020-01-01T00:00:00+00:00"}).status_code == 302
    assert Customer.objects.get().status == "active"
    client.post(f"/shop/{shop.pk}/block/", {"version": known})
    assert Customer.objects.get().status == "blocked"


def test_verb_on_somebody_elses_record_is_not_found(client, manager):
    shop = CustomerFactory()
    assert client.post(f"/shop/{shop.pk}/block/").status_code == 404


def test_form_posts_need_the_token():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory(is_superuser=True))
    response = strict.post("/shop/new/", {"name": "New"})
    assert response.status_code == 403
    assert "This page was open too long" in response.content.decode()
