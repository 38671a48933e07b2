"""Encryption of sensitive fields at rest, with keys that can be rotated.

`FIELD_ENCRYPTION_KEYS` lists keys, newest first: the first encrypts, all decrypt. A blind index (HMAC of the
normalised value under a key derived from the newest one) lets a value be found exactly without decrypting rows; it is
looked up under every key. To rotate: put a new key in front, run `manage.py rotate_field_keys`, drop the old one.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()


@functools.lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, "field-encryption"))) for key in keys])


def encrypt(text: str) -> str:
    """Encrypt with the newest key. An empty text stays empty."""
    return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS)).encrypt(text.encode()).decode() if text else ""


def decrypt(stored: str) -> str:
    """Decrypt with whichever key fits; raises `cryptography.fernet.InvalidToken` when none does."""
    return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS)).decrypt(stored.encode()).decode() if stored else ""


def blind_index(text: str) -> str:
    """A keyed digest of the value, upper-cased and without separators, for exact look-up. Empty stays empty."""
    return next(iter(blind_indexes(text)), "")


def blind_indexes(text: str) -> list[str]:
    """The digests under every key, the newest first: rows written before a rotation are found through the others."""
    plain = "".join(c for c in text.upper() if c.isalnum()).encode()
    if not plain:
        return []
    keys = [_derived(secret, "blind-index") for secret in settings.FIELD_ENCRYPTION_KEYS]
    return [hmac.new(key, plain, hashlib.sha256).hexdigest() for key in keys]


def is_current(stored: str) -> bool:
    """Whether a stored text was encrypted with the newest key."""
    try:
        _fernet((settings.FIELD_ENCRYPTION_KEYS[0],)).decrypt(stored.encode())
    except InvalidToken:
        return False
    return True
