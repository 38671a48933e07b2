"""Logging in through the login page."""

import pytest
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def log_in(client, email, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


@pytest.mark.parametrize("typed", ["asha@example.com", "ASHA@Example.COM", " asha@example.com "])
def test_email_and_password_open_the_door_in_any_kind_of_letters(typed, client):
    user = UserFactory(email="asha@example.com")
    response = log_in(client, typed)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(
    ("email", "password"), [("asha@example.com", "wrong"), ("nobody@example.com", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(email, password, client):
    UserFactory(email="asha@example.com")
    response = log_in(client, email, password)
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session
    assert "The email address and/or password you specified are not correct." in response.content.decode()


def test_somebody_who_left_can_not_log_in(client):
    UserFactory(email="asha@example.com", is_active=False)
    log_in(client, "asha@example.com")
    assert "_auth_user_id" not in client.session


def test_an_email_is_taken_in_any_kind_of_letters():
    UserFactory(email="asha@example.com")
    with pytest.raises(Exception, match="one_user_per_email"):
        UserFactory(email="Asha@example.com")


def test_nobody_can_sign_up(client):
    response = client.get(reverse("account_signup"))
    assert "password1" not in response.content.decode()
    client.post(
        reverse("account_signup"),
        {"email": "new@example.com", "password1": "a-long-password-7", "password2": "a-long-password-7"},
    )
    assert not User.objects.filter(email="new@example.com").exists()


def test_who_is_not_logged_in_is_sent_to_the_login_page(client):
    response = client.get("/customers/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/customers/"
