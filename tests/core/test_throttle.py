"""Counting how often somebody comes."""

import pytest
from django.test import RequestFactory

from core.throttle import address_of, too_often


def test_within_the_limit_everybody_may_come():
    assert [too_often("a", limit=2, seconds=60) for _ in range(3)] == [False, False, True]


def test_each_key_is_counted_alone():
    too_often("a", limit=1, seconds=60)
    assert too_often("b", limit=1, seconds=60) is False
    assert too_often("a", limit=1, seconds=60) is True


def test_when_the_window_is_over_counting_starts_anew(valkey):
    too_often("a", limit=1, seconds=60)
    (key,) = valkey.keys("*throttle*")
    assert 0 < valkey.ttl(key) <= 60
    valkey.delete(key)
    assert too_often("a", limit=1, seconds=60) is False


def test_without_a_cache_nobody_is_stopped(settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert [too_often("a", limit=1, seconds=60) for _ in range(3)] == [False] * 3


@pytest.mark.parametrize("key", ["\x00", "ü" * 500, "a b\nc", "\ud800"])
def test_what_strangers_send_is_no_cache_key(key):
    assert too_often(key, limit=1, seconds=60) is False


def test_behind_our_proxy_the_last_hop_counts_and_nothing_that_was_made_up(settings):
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="1.1.1.1, 2.2.2.2", REMOTE_ADDR="10.0.0.1")
    assert address_of(request) == "10.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert address_of(request) == "2.2.2.2"
