"""Triggers that keep what is searched beside what is said, whoever writes: form, import, admin or SQL."""

from __future__ import annotations

from typing import Any

import pgtrigger


def keep_search_text(changes: Any, expression: str) -> pgtrigger.Trigger:
    """`search_text` is the lower-case text of the row, for a trigram index."""
    return pgtrigger.Trigger(
        name="keep_search_text",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | changes,
        func=f"NEW.search_text := lower({expression}); RETURN NEW;",
    )


def keep_words() -> list[pgtrigger.Trigger]:
    """Every word of a text that was written is known to the correction of typos. Once per statement, not per row."""
    return [
        pgtrigger.Trigger(
            name=f"keep_words_on_{name}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(new="written"),
            func=KEEP_WORDS,
        )
        for name, operation in (("insert", pgtrigger.Insert), ("update", pgtrigger.Update))
    ]


# Sorted, so that two writers of the same words wait for each other in the same order.
KEEP_WORDS = """
INSERT INTO inventory_searchword (word)
SELECT DISTINCT word FROM written, regexp_split_to_table(search_text, '[^[:alnum:]]+') AS word
WHERE length(word) BETWEEN 3 AND 64
ORDER BY word
ON CONFLICT (word) DO NOTHING;
RETURN NULL;
"""
