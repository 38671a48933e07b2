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


# Who has new words to add waits for others who add some: a transaction that writes twice would otherwise hold words
# that another wants, while it wants words of the other.
KEEP_WORDS = """
IF EXISTS (
    SELECT FROM written, regexp_split_to_table(search_text, '[^[:alnum:]]+') AS said (word)
    WHERE length(said.word) BETWEEN 3 AND 64
        AND NOT EXISTS (SELECT FROM inventory_searchword AS known WHERE known.word = said.word)
) THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('search words', 0));
    INSERT INTO inventory_searchword (word)
    SELECT DISTINCT word FROM written, regexp_split_to_table(search_text, '[^[:alnum:]]+') AS word
    WHERE length(word) BETWEEN 3 AND 64
    ON CONFLICT (word) DO NOTHING;
END IF;
RETURN NULL;
"""


def keep_spellings() -> list[pgtrigger.Trigger]:
    """Every name, alias and code of a phone stands in DeviceSpelling, by the statement that wrote it."""
    return [
        pgtrigger.Trigger(
            name=f"keep_spellings_on_{name}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(new="written"),
            func=func,
        )
        for name, operation, func in (
            ("insert", pgtrigger.Insert, KEEP_SPELLINGS),
            ("update", pgtrigger.Update, FORGET_SPELLINGS + KEEP_SPELLINGS),
        )
    ]


FORGET_SPELLINGS = """
DELETE FROM inventory_devicespelling WHERE device_model_id IN (SELECT id FROM written);
"""
# The kinds are those of DeviceSpelling.Kind; the lowest is kept where two come to the same string.
KEEP_SPELLINGS = """
INSERT INTO inventory_devicespelling (device_model_id, kind, key)
SELECT written.id, min(said.kind), said.key
FROM written
JOIN inventory_brand AS brand ON brand.id = written.brand_id
CROSS JOIN LATERAL (
    SELECT spelt.kind + part.more AS kind, device_key(part.before || spelt.text) AS key
    FROM (
        SELECT 0 AS kind, code AS text FROM jsonb_array_elements_text(written.codes) AS code
        UNION ALL SELECT 1, written.name
        UNION ALL SELECT 2, alias FROM jsonb_array_elements_text(written.aliases) AS alias
    ) AS spelt
    CROSS JOIN LATERAL (VALUES (0, ''), (3 - spelt.kind, brand.name || ' ')) AS part (more, before)
) AS said
WHERE said.key <> '' AND length(said.key) <= 220
GROUP BY written.id, said.key
ORDER BY written.id, said.key;
RETURN NULL;
"""
