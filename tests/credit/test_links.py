"""The retailer's link: made once, opened, ended, never guessed."""

import datetime as dt

import pytest
from django.core.signing import Signer
from django.db import IntegrityError, transaction
from django.utils import timezone

from credit.models import RetailerLink
from credit.operations.links import (
    EndedLink,
    UnknownLink,
    find_link,
    make_link,
    open_link,
    replace_link,
    revoke_link,
    token_of,
)
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def account():
    return AccountFactory()


def test_make_link_gives_an_address_under_the_public_base(account, settings):
    settings.PUBLIC_BASE_URL = "https://bills.example"
    link, url = make_link(account, at=NOW)
    assert url == f"https://bills.example/r/{token_of(link)}/"
    assert link.expires_at == NOW + dt.timedelta(days=settings.RETAILER_LINK_DAYS)


def test_make_link_is_one_statement(account, django_assert_num_queries):
    with django_assert_num_queries(1):
        make_link(account, at=NOW)


def test_make_link_twice_gives_the_same_link(account):
    invoice = bill(account.customer)
    first = make_link(account, invoice, at=NOW)
    again = make_link(account, invoice, at=NOW + dt.timedelta(days=3))
    assert first.url == again.url
    assert make_link(account, at=NOW).url != first.url
    assert RetailerLink.objects.filter(account=account).count() == 2


def test_an_expired_link_is_not_given_out_again(account, settings):
    first = make_link(account, at=NOW)
    later = NOW + dt.timedelta(days=settings.RETAILER_LINK_DAYS)
    second = make_link(account, at=later)
    assert first.url != second.url
    with pytest.raises(EndedLink):
        find_link(token_of(first.link), at=later)
    assert find_link(token_of(second.link), at=later).pk == second.link.pk


def test_a_link_of_another_customers_invoice_is_never_made(account):
    invoice = bill(AccountFactory().customer)
    with pytest.raises(ValueError, match="is not an invoice of account"):
        make_link(account, invoice, at=NOW)


def test_the_database_refuses_a_second_living_link(account):
    make_link(account, at=NOW)
    with pytest.raises(IntegrityError, match="one_living_retailer_link"), transaction.atomic():
        RetailerLink.objects.create(account=account, created_at=NOW, expires_at=NOW + dt.timedelta(days=1))


def test_open_link_counts(account):
    link = make_link(account, at=NOW).link
    token = token_of(link)
    open_link(token, at=NOW)
    open_link(token, at=NOW + dt.timedelta(hours=1))
    link.refresh_from_db()
    assert (link.opened, link.last_opened_at) == (2, NOW + dt.timedelta(hours=1))


def test_a_link_ends_at_its_end(account):
    link = make_link(account, at=NOW).link
    open_link(token_of(link), at=link.expires_at - dt.timedelta(seconds=1))
    with pytest.raises(EndedLink):
        open_link(token_of(link), at=link.expires_at)


def test_a_revoked_link_is_ended_and_says_by_whom(account):
    clerk = UserFactory()
    link = make_link(account, at=NOW).link
    revoke_link(link, by=clerk, at=NOW)
    revoke_link(link, by=None, at=NOW + dt.timedelta(days=1))
    assert (link.revoked_by, link.revoked_at) == (clerk, NOW)
    with pytest.raises(EndedLink):
        open_link(token_of(link), at=NOW)


def test_replace_link_ends_the_old_address(account):
    old = make_link(account, at=NOW)
    new = replace_link(old.link, by=None, at=NOW)
    assert new.url != old.url
    assert find_link(token_of(new.link), at=NOW).pk == new.link.pk
    with pytest.raises(EndedLink):
        find_link(token_of(old.link), at=NOW)


@pytest.mark.parametrize("change", ["", "x", "cut", "upper", "foreign", "nul"])
def test_a_tampered_token_never_reaches_the_database(account, change, django_assert_num_queries):
    token = token_of(make_link(account, at=NOW).link)
    uid = token.split(".")[0]
    bad = {
        "": "",
        "x": token + "x",
        "cut": token[:-1],
        "upper": token.swapcase(),
        "foreign": Signer(salt="somebody else", sep=".").sign(uid),
        "nul": "\x00",
    }[change]
    with django_assert_num_queries(0), pytest.raises(UnknownLink):
        find_link(bad, at=NOW)


def test_a_signed_uid_without_a_link_is_unknown(account):
    link = RetailerLink(account=account, created_at=NOW, expires_at=timezone.now())
    with pytest.raises(UnknownLink):
        find_link(token_of(link), at=NOW)
