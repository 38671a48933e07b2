"""How a person arranges a list: saved views, columns, density; and what is shown when nothing is."""

import csv
import io
import re

import pytest
from django.test import Client

from core.models import Job, ListLayout, SavedView
from core.screens import Column, contribute
from core.screens.arranging import CONTRIBUTED
from customers.models import Customer
from tests.core import screen_site
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.screen_site")]
PART = {"HX-Request": "true", "HX-Target": "list"}


@pytest.fixture
def seller(client: Client):
    user = UserFactory(role="Sales representative")
    client.force_login(user)
    return user


def shops(number: int, user, **fields) -> list[Customer]:
    return [CustomerFactory(name=f"Shop {n:03d}", representative=user, **fields) for n in range(number)]


def names(response) -> list[str]:
    return re.findall(r'class="name" href="[^"]*">([^<]*)<', response.content.decode())


def heads(response) -> list[str]:
    return [str(h.column.label) for h in response.context["headings"]]


def table_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def keep(client, state="", **typed):
    return client.post("/shop/", {"do": "view", "state": state, **typed})


# --- saved views ---------------------------------------------------------------------------------------------------


def test_a_saved_view_keeps_search_filters_order_tab_and_columns(client, seller):
    shops(3, seller)
    CustomerFactory(name="Shop blocked", status="blocked", representative=seller)
    state = "q=shop&tab=blocked&status=blocked&sort=-name&cols=name,email"
    response = keep(client, state, name="  My   blocked ")
    view = SavedView.objects.get()
    assert (view.owner, view.screen, view.name, view.shared) == (seller, "shop_list", "My blocked", False)
    assert response["Location"] == f"/shop/?view={view.pk}"
    page = client.get(f"/shop/?view={view.pk}")
    assert names(page) == ["Shop blocked"]
    assert heads(page) == ["Shop", "Mail"]
    assert page.context["screen"].text == "shop"
    assert 'aria-sort="descending"' in page.content.decode()
    assert [chip.text for chip in page.context["chips"]] == ["Status: Blocked"]
    assert ("My blocked", True, False) in [
        (t.label, t.current, t.changed) for t in page.context["screen"].tab_links()
    ]


def test_the_place_in_a_list_is_no_part_of_a_view(client, seller):
    shops(12, seller)
    after = client.get("/shop/?q=shop").context["after_url"].partition("?")[2]
    keep(client, after + "&done=3&export=csv", name="Shops")
    assert SavedView.objects.get().query == "q=shop"


def test_an_open_view_turns_pages_without_being_changed(client, seller):
    shops(12, seller)
    keep(client, "q=shop", name="Shops")
    view = SavedView.objects.get()
    first = client.get(f"/shop/?view={view.pk}")
    second = client.get(first.context["after_url"])
    assert names(second) == ["Shop 010", "Shop 011"]
    assert second.context["screen"].view == view
    assert not second.context["screen"].view_changed


def test_a_view_that_was_changed_says_so_and_is_saved_in_place(client, seller):
    shops(2, seller)
    keep(client, "q=001", name="One")
    view = SavedView.objects.get()
    changed = client.get(f"/shop/?view={view.pk}&q=000")
    assert names(changed) == ["Shop 000"]
    assert "Save changes" in changed.content.decode()
    keep(client, f"view={view.pk}&q=000", verb="replace")
    view.refresh_from_db()
    assert view.query == "q=000"
    assert "Save changes" not in client.get(f"/shop/?view={view.pk}").content.decode()


def test_taking_the_last_filter_out_of_a_view_is_a_change_not_a_return(client, seller):
    shops(2, seller)
    keep(client, "status=blocked", name="Blocked")
    view = SavedView.objects.get()
    chip = client.get(f"/shop/?view={view.pk}").context["chips"][0]
    less = client.get(chip.url)
    assert names(less) == ["Shop 000", "Shop 001"]
    assert less.context["screen"].view_changed


def test_a_view_is_renamed_shared_and_deleted_by_its_owner(client, seller):
    keep(client, "q=a", name="A")
    view = SavedView.objects.get()
    keep(client, f"view={view.pk}&q=a", verb="rename", name="B", shared="1")
    view.refresh_from_db()
    assert (view.name, view.shared) == ("B", True)
    assert keep(client, f"view={view.pk}", verb="delete")["Location"] == "/shop/"
    assert not SavedView.objects.exists()


def test_two_views_of_one_name_are_refused_in_a_sentence(client, seller):
    keep(client, "q=a", name="A")
    page = client.post("/shop/", {"do": "view", "state": "q=b", "name": "A"}, follow=True)
    assert "You have a view called “A” already." in page.content.decode().replace("&quot;", '"')
    assert SavedView.objects.get().query == "q=a"
    assert (
        "Give the view a name."
        in client.post(
            "/shop/", {"do": "view", "state": "q=b", "name": " \x00 "}, follow=True
        ).content.decode()
    )


def test_a_private_view_is_not_found_by_others_and_a_shared_one_shows_each_their_own_rows(client, seller):
    shops(2, seller)
    private = SavedView.objects.create(owner=seller, screen="shop_list", name="Mine", query="q=shop")
    shared = SavedView.objects.create(
        owner=seller, screen="shop_list", name="Ours", query="q=shop", shared=True
    )
    elsewhere = SavedView.objects.create(owner=seller, screen="other", name="Other", shared=True)
    other = UserFactory(role="Sales representative")
    CustomerFactory(name="Shop theirs", representative=other)
    client.force_login(other)
    assert client.get(f"/shop/?view={private.pk}").status_code == 404
    assert client.get(f"/shop/?view={elsewhere.pk}").status_code == 404
    assert client.get("/shop/?view=x").status_code == 404
    assert names(client.get(f"/shop/?view={shared.pk}")) == ["Shop theirs"]
    assert "Mine" not in [t.label for t in client.get("/shop/").context["screen"].tab_links()]
    for verb in ("replace", "rename", "delete"):
        assert keep(client, f"view={shared.pk}&q=x", verb=verb, name="Y").status_code == 404
    shared.refresh_from_db()
    assert (shared.name, shared.query) == ("Ours", "q=shop")


def test_a_view_with_columns_and_filters_that_are_gone_still_opens(client, seller):
    shops(2, seller)
    view = SavedView.objects.create(
        owner=seller,
        screen="shop_list",
        name="Old",
        query="gone=1&status=retired&sort=-gone&q=shop",
        columns=["gone", "phone"],
    )
    page = client.get(f"/shop/?view={view.pk}")
    assert names(page) == ["Shop 000", "Shop 001"]
    assert heads(page) == ["Shop", "Phone"]
    assert "The filter “Status” does not fit this list" in page.content.decode()
    assert not page.context["screen"].view_changed


def test_a_filter_that_means_nothing_is_left_out_and_the_others_hold(client, seller):
    shops(1, seller)
    CustomerFactory(name="Blocked", status="blocked", representative=seller)
    page = client.get("/shop/?status=blocked&created_after=nonsense")
    assert names(page) == ["Blocked"]
    assert [label for label, _url in page.context["screen"].left_out()] == ["Made"]


def test_views_and_tabs_follow_when_only_the_table_is_swapped(client, seller):
    shops(1, seller)
    keep(client, "q=shop", name="Shops")
    view = SavedView.objects.get()
    part = client.get(f"/shop/?view={view.pk}&q=shop&status=active", headers=PART)
    text = part.content.decode()
    assert part["HX-Push-Url"] == f"/shop/?view={view.pk}&q=shop&status=active"
    assert 'id="views" hx-swap-oob="true"' in text
    assert f'name="view" value="{view.pk}"' in text
    assert "Save changes" in text


def test_saving_by_htmx_leads_to_the_view_without_loading_the_page(client, seller):
    response = client.post(
        "/shop/", {"do": "view", "state": "q=a", "name": "A"}, headers={"HX-Request": "true"}
    )
    assert response["HX-Push-Url"] == f"/shop/?view={SavedView.objects.get().pk}"
    assert response["HX-Retarget"] == "#list"
    assert "<html" not in response.content.decode()
    again = client.post("/shop/", {"do": "view", "state": "q=a", "name": "A"}, headers={"HX-Request": "true"})
    assert again["HX-Reswap"] == "none"
    assert "already" in again.content.decode()


# --- columns -------------------------------------------------------------------------------------------------------


def test_columns_are_chosen_and_ordered_kept_for_the_person_and_written_to_the_file(client, seller):
    shops(1, seller, email="a@example.com")
    assert heads(client.get("/shop/")) == ["Shop", "Status", "Representative", "Phone"]
    order = ["email", "name", "status", "representative.name", "phone"]
    client.post("/shop/", {"do": "columns", "order": order, "column": ["email", "name", "loud"]})
    assert ListLayout.objects.get().columns == ["email", "name"]
    assert heads(client.get("/shop/")) == ["Mail", "Shop"]
    assert table_of(client.get("/shop/?export=csv")) == [["Mail", "Shop"], ["a@example.com", "Shop 000"]]
    client.force_login(UserFactory(role="Sales representative"))
    assert heads(client.get("/shop/")) == ["Shop", "Status", "Representative", "Phone"]


def test_a_column_moves_by_its_buttons_without_javascript(client, seller):
    order = {"do": "columns", "order": ["name", "status", "phone"], "column": ["name", "status", "phone"]}
    client.post("/shop/", order | {"move": "up:phone"})
    assert heads(client.get("/shop/")) == ["Shop", "Phone", "Status"]
    client.post("/shop/", {"do": "columns", "usual": "1"})
    assert not ListLayout.objects.exists()


def test_the_name_of_the_row_is_always_there(client, seller):
    client.post("/shop/", {"do": "columns", "order": ["phone"], "column": ["phone"]})
    assert heads(client.get("/shop/")) == ["Shop", "Phone"]


def test_a_column_without_its_permission_can_not_be_chosen(client, seller):
    shops(1, seller)
    for asked in ("cols=pk,name", "cols=pk"):
        assert "Secret" not in heads(client.get(f"/shop/?{asked}"))
        assert "Secret" not in table_of(client.get(f"/shop/?{asked}&export=csv"))[0]
    client.post("/shop/", {"do": "columns", "order": ["pk", "name"], "column": ["pk", "name"]})
    assert heads(client.get("/shop/")) == ["Shop"]


def test_columns_of_an_open_view_stay_in_the_address_until_it_is_saved(client, seller):
    keep(client, "q=a", name="A")
    view = SavedView.objects.get()
    response = client.post(
        "/shop/",
        {
            "do": "columns",
            "state": f"view={view.pk}&q=a",
            "order": ["name", "email"],
            "column": ["name", "email"],
        },
    )
    page = client.get(response["Location"])
    assert heads(page) == ["Shop", "Mail"]
    assert page.context["screen"].view_changed
    assert not ListLayout.objects.exists()
    assert heads(client.get("/shop/")) == ["Shop", "Status", "Representative", "Phone"]
    keep(client, response["Location"].partition("?")[2], verb="replace")
    assert heads(client.get(f"/shop/?view={view.pk}")) == ["Shop", "Mail"]


def test_what_only_a_hidden_column_needs_is_asked_for_when_it_is_shown(client, seller):
    shops(1, seller)
    page = client.get("/shop/?cols=name,loud")
    assert "SHOP 000" in page.content.decode()
    assert not hasattr(client.get("/shop/").context["table"][0].record, "loud")


def test_a_higher_app_adds_a_column_to_the_list_of_a_lower_one(client, seller, monkeypatch):
    monkeypatch.setitem(CONTRIBUTED, "shop_list", [])
    contribute("shop_list", Column("Tax", "tax_treatment", hidden=True))
    shops(1, seller)
    assert heads(client.get("/shop/?cols=name,tax_treatment")) == ["Shop", "Tax"]


def test_any_way_to_ask_for_columns_is_survived(client, seller):
    shops(1, seller)
    for asked in ("cols=,,,", "cols=%00", "cols=" + "x," * 900, "view=%00", "view=-1", "view=9" * 20):
        assert client.get(f"/shop/?{asked}").status_code in {200, 404}
    assert client.post("/shop/", {"do": "columns"}).status_code == 302
    assert client.post("/shop/", {"do": "fly"}).status_code == 400
    assert client.post("/shop/").status_code == 400


# --- density -------------------------------------------------------------------------------------------------------


def test_density_is_remembered_as_the_theme_is(client, seller):
    assert "data-density" not in client.get("/shop/").content.decode().partition("<head>")[0]
    client.post("/_/density/", {"density": "compact", "next": "/shop/"})
    assert 'data-density="compact"' in client.get("/shop/").content.decode().partition("<head>")[0]
    client.post("/_/density/", {"density": "huge"})
    assert "data-density" not in client.get("/shop/").content.decode().partition("<head>")[0]


# --- nothing -------------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_to_clear(client, seller):
    shops(1, seller)
    page = client.get("/shop/?q=zzz&status=blocked")
    assert "No row fits “zzz” · Status: Blocked." in page.content.decode()
    ways = dict(page.context["nothing"].ways)
    assert ways["Clear the search"] == "/shop/?status=blocked"
    assert ways["Clear the filters"] == "/shop/?q=zzz"
    assert ways["Show all"] == "/shop/?tab=all"


def test_an_empty_tab_is_not_an_empty_list(client, seller):
    shops(1, seller)
    page = client.get("/shop/?tab=blocked").content.decode()
    assert "Nothing is in “Blocked” now." in page
    assert "The first shop takes a minute." not in page


# --- files ---------------------------------------------------------------------------------------------------------


def test_a_file_of_a_long_list_is_made_by_a_job_with_the_columns_of_the_page(client, seller, monkeypatch):
    monkeypatch.setattr("core.screens.files.AT_ONCE", 2)
    shops(3, seller)
    page = client.get("/shop/?q=shop&cols=name,email")
    assert 'form="export-form" name="kind" value="csv"' in page.content.decode()
    asked = {"do": "export", "kind": "csv", "state": "q=shop&cols=name,email"}
    response = client.post("/shop/", asked)
    job = Job.objects.get()
    assert response["Location"] == job.get_absolute_url()
    assert job.params["query"] == "q=shop&cols=name%2Cemail"
    assert client.get("/shop/?q=shop&cols=name,email&export=csv")["Location"] == job.get_absolute_url()


def test_a_file_needs_its_right_by_whichever_way(client, seller, monkeypatch):
    monkeypatch.setattr(screen_site.CustomerList, "export_permission", "inventory.view_cost")
    assert client.post("/shop/", {"do": "export", "kind": "csv"}).status_code == 403
    assert client.post("/shop/", {"do": "export", "kind": "exe"}).status_code == 404


def test_rows_of_a_file_stand_in_the_order_of_the_page(client, seller):
    for name, phone in (("A", ""), ("B", "+442079460001"), ("C", "+442079460000")):
        CustomerFactory(name=name, phone=phone, representative=seller)
    assert [row[0] for row in table_of(client.get("/shop/?sort=-name&export=csv"))[1:]] == ["C", "B", "A"]


def test_chips_of_a_filter_with_many_values_go_one_by_one(client, seller):
    from customers.forms import CustomerFilter

    shops(1, seller)
    chosen = "status=active&status=blocked"
    original = screen_site.CustomerList.filterset_class
    try:
        screen_site.CustomerList.filterset_class = CustomerFilter
        chips = client.get(f"/shop/?{chosen}").context["chips"]
    finally:
        screen_site.CustomerList.filterset_class = original
    assert [(c.text, c.url) for c in chips] == [
        ("Status: Active", "/shop/?status=blocked"),
        ("Status: Blocked", "/shop/?status=active"),
    ]
