"""How often somebody may come: counted in the cache, so that all web processes count together.

A cache that is down counts nothing and stops nobody: an open page is better than a shop that can't see its bill.
"""

from __future__ import annotations

import hashlib

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def too_often(key: str, *, limit: int, seconds: int) -> bool:
    """Count one more for `key`; True when that is over `limit` within the window that its first one opened."""
    name = f"throttle:{hashlib.blake2s(key.encode(errors='replace')).hexdigest()}"  # what strangers send is no key
    try:
        if cache.add(name, 1, timeout=seconds):
            return limit < 1
        return int(cache.incr(name)) > limit
    except ValueError:  # the window closed between the two calls
        return False
    except (RedisError, OSError) as error:
        log.warning("throttle_without_cache", error=str(error))
        return False


def address_of(request: HttpRequest) -> str:
    """Where a request came from: what our own proxy says last when there is one, else the other end of the wire."""
    if settings.SECURE_PROXY_SSL_HEADER:
        said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
        if said:
            return said
    return str(request.META.get("REMOTE_ADDR", ""))
