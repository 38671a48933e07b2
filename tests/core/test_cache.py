"""With Valkey away the cache forgets; people can still log in."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client

from core.cache import ForgetfulRedisCache
from tests.factories.accounts import UserFactory

AWAY = "redis://127.0.0.1:9/0"


def test_cache_that_is_away_finds_nothing_and_fails_nothing():
    cache = ForgetfulRedisCache(AWAY, {"OPTIONS": {"socket_connect_timeout": 0.2}})
    cache.set("key", 1)
    assert cache.get("key", "nothing") == "nothing"
    assert cache.get_many(["key"]) == {}
    assert cache.add("key", 1) is True
    assert cache.incr("key") == 1
    assert cache.get_or_set("key", 5) == 5
    assert "key" not in cache
    assert cache.delete("key") is False


def test_cache_that_is_there_remembers(valkey):
    caches["default"].set("key", 1)
    assert caches["default"].get("key") == 1


@pytest.mark.django_db
def test_people_log_in_while_valkey_is_away(client: Client, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": AWAY}}
    user = UserFactory(role="Storekeeper")
    user.set_password("a long password")
    user.save()
    answer = client.post("/accounts/login/", {"login": user.email, "password": "a long password"})
    assert answer.status_code == 302
