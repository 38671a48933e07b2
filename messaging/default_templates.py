"""The words a new installation starts with, by language. Whoever edits one keeps the edit: `migrate` only adds what is
missing. A language without words for an event falls back to the installation's own (messaging.operations.queueing)."""

from __future__ import annotations

from . import default_words_dunning as dunning
from . import default_words_returns as returns
from . import default_words_stock as stock
from .default_words import ENGLISH, Words
from .default_words_ar import ARABIC
from .default_words_hi import HINDI

DEFAULTS: dict[str, dict[str, Words]] = {
    "en": ENGLISH | dunning.ENGLISH | returns.ENGLISH | stock.ENGLISH,
    "hi": HINDI | dunning.HINDI | returns.HINDI | stock.HINDI,
    "ar": ARABIC | dunning.ARABIC | returns.ARABIC | stock.ARABIC,
}
