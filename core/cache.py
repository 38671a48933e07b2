"""A cache that may be away: a dead Valkey makes nothing fail, it only makes nothing remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def _or(answer: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give `answer` instead of failing when the server can't be reached; called when it is a function."""

    def wrap(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return method(self, *args, **kwargs)
            except (RedisError, OSError) as error:
                log.warning("cache_away", operation=method.__name__, error=str(error))
                return answer(self, *args, **kwargs) if callable(answer) else answer

        return call

    return wrap


def _default(_self: Any, _key: Any, default: Any = None, version: Any = None) -> Any:
    return default


class ForgetfulRedisCache(RedisCache):
    """Django's cache on Redis, that forgets while the server is away: reads find nothing, writes are lost.

    What must not be lost is never kept only here. Limits on attempts are open meanwhile; log-in still works.
    """

    get = _or(_default)(RedisCache.get)
    get_many = _or(lambda *_a, **_k: {})(RedisCache.get_many)
    set = _or(None)(RedisCache.set)
    set_many = _or(lambda *_a, **_k: [])(RedisCache.set_many)
    add = _or(True)(RedisCache.add)
    touch = _or(False)(RedisCache.touch)
    delete = _or(False)(RedisCache.delete)
    delete_many = _or(None)(RedisCache.delete_many)
    has_key = _or(False)(RedisCache.has_key)
    incr = _or(1)(RedisCache.incr)
    clear = _or(False)(RedisCache.clear)
