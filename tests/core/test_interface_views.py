"""The kernel's own pages: theme, what was understood, the components."""

import pytest

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_theme_is_kept_in_a_cookie_and_leads_back_only_to_this_site(client):
    response = client.post("/_/theme/", {"theme": "dark", "next": "/orders/?q=a"})
    assert response["Location"] == "/orders/?q=a"
    assert client.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in client.get("/accounts/login/").content.decode()
    assert client.post("/_/theme/", {"theme": "", "next": "https://evil.example/"})["Location"] == "/"
    assert client.cookies["theme"].value == ""
    assert client.get("/_/theme/").status_code == 405


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("money", "₹ 2,14,900.5", "2,14,900.50"),
        ("money", "abc", "“abc” is not an amount."),
        ("price", "12.3456", "12.3456"),
        ("phone", "9810122334", "098101 22334"),
        ("money", "", ""),
    ],
)
def test_understood_says_what_a_typed_text_is_taken_for(client, kind, text, said):
    client.force_login(UserFactory())
    response = client.get(f"/_/understood/{kind}/", {"text": text})
    assert response.content.decode() == said
    assert response["Content-Type"].startswith("text/plain")


def test_understood_knows_its_kinds_and_needs_a_login(client):
    assert client.get("/_/understood/money/?text=1").status_code == 302
    client.force_login(UserFactory())
    assert client.get("/_/understood/age/?text=1").status_code == 404


def test_components_are_for_staff(client):
    assert client.get("/_/components/").status_code == 302
    client.force_login(UserFactory())
    assert client.get("/_/components/").status_code == 403
    client.force_login(UserFactory(is_staff=True))
    assert client.get("/_/components/").status_code == 200


def test_no_page_of_the_kernel_has_inline_style_or_script(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    for path in ("/_/components/", "/accounts/2fa/", "/accounts/password/change/", "/nothing/"):
        page = client.get(path).content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page
        assert "javascript:" not in page


def test_the_login_form_says_what_is_wrong_and_keeps_the_address(client):
    response = client.post("/accounts/login/", {"login": "nobody@example.com", "password": "x"})
    page = response.content.decode()
    assert 'value="nobody@example.com"' in page
    assert 'role="alert"' in page
