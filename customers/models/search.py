"""What of a customer can be searched, and the triggers that keep it so: an import by COPY is searchable too.

`Customer.search_text` holds everything in one folded column under a trigram index. `CustomerWord` holds the distinct
words in it: a typed word that nobody has is corrected against them, which costs the words and not the customers.
"""

from __future__ import annotations

from typing import Any, TypeVar

import pgtrigger
from django.db import models
from django.db.models import Func, QuerySet, Value
from django.db.models.functions import Length

from core.phones import phone_digits, plain_digits

MOST_WORDS = 8
Rows = TypeVar("Rows", bound=QuerySet[Any])


class Fold(Func):
    """`search_fold`: lower case, without accents, digits of any script as 0–9."""

    function = "search_fold"
    output_field = models.TextField()


class CustomerWord(models.Model):
    """A word that occurs in the search text of some customer."""

    word = models.CharField(max_length=40, primary_key=True, db_collation="C")

    class Meta:
        indexes = [models.Index(Length("word"), name="customer_word_by_length")]

    def __str__(self) -> str:
        return self.word


def words_of(text: str) -> list[str]:
    """What must occur, each: the digits when it is (a part of) a phone number, else the words."""
    text = text.replace("\x00", "").strip()[:200]
    digits = phone_digits(text)
    if len(digits) >= 4:
        return [digits]
    return plain_digits(text).split()[:MOST_WORDS]


def containing(customers: Rows, text: str) -> Rows:
    """The customers whose search text holds every word of `text`. What LIKE takes for a sign is escaped by the ORM."""
    for word in words_of(text):
        customers = customers.filter(search_text__contains=Fold(Value(word)))
    return customers


_KEEP_TEXT = r"""
    NEW.search_text = search_fold(regexp_replace(concat_ws(' ',
        NEW.name, NEW.company_name, NEW.first_name, NEW.middle_name, NEW.last_name, NEW.account_number,
        'C-' || lpad(NEW.id::text, greatest(5, length(NEW.id::text)), '0'),
        NEW.email, NEW.second_email, NEW.phone, NEW.second_phone, NEW.whatsapp,
        (SELECT string_agg(concat_ws(' ', c.name, c.email, c.second_email, c.phone, c.second_phone), ' ' ORDER BY c.id)
           FROM customers_contact c WHERE c.customer_id = NEW.id)
    ), '\s+', ' ', 'g'));
    RETURN NEW;
"""

# E-mail addresses and numbers are not words. Who has new ones to add waits for others who add some: a transaction that
# writes twice would otherwise hold words that another wants, while it wants words of the other.
_LEARN = r"""
    IF EXISTS ({new_words}) THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('customer words', 0));
        INSERT INTO customers_customerword (word) {new_words} ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
"""
_NEW_WORDS = r"""
    SELECT DISTINCT found.word COLLATE "C" AS word
      FROM ({changed}) AS changed
     CROSS JOIN regexp_split_to_table(
               regexp_replace(changed.search_text, '\S+@\S+', ' ', 'g'), '[[:space:][:digit:][:punct:]]+'
           ) AS found(word)
     WHERE length(found.word) BETWEEN 3 AND 40
       AND NOT EXISTS (SELECT FROM customers_customerword known WHERE known.word = found.word)
"""

# Touching the customer makes its own trigger write the text anew.
_RETELL = """
    UPDATE customers_customer SET search_text = '' WHERE id IN ({changed});
    RETURN NULL;
"""


def _learn(changed: str) -> str:
    return _LEARN.format(new_words=_NEW_WORDS.format(changed=changed))


def _after(
    name: str, operation: Any, func: str, *, old: str | None = None, new: str | None = None
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(old=old, new=new),
        func=func,
    )


CUSTOMER_TRIGGERS = [
    pgtrigger.Trigger(
        name="keep_search_text",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=_KEEP_TEXT,
    ),
    _after(
        "learn_words_of_new",
        pgtrigger.Insert,
        _learn("SELECT search_text FROM news"),
        new="news",
    ),
    _after(
        "learn_words_of_changed",
        pgtrigger.Update,
        _learn(
            "SELECT news.search_text FROM news JOIN olds USING (id) WHERE news.search_text <> olds.search_text"
        ),
        old="olds",
        new="news",
    ),
]
CONTACT_TRIGGERS = [
    _after(
        "tell_of_new", pgtrigger.Insert, _RETELL.format(changed="SELECT customer_id FROM news"), new="news"
    ),
    _after(
        "tell_of_changed",
        pgtrigger.Update,
        _RETELL.format(changed="SELECT customer_id FROM news UNION SELECT customer_id FROM olds"),
        old="olds",
        new="news",
    ),
    _after(
        "tell_of_gone", pgtrigger.Delete, _RETELL.format(changed="SELECT customer_id FROM olds"), old="olds"
    ),
]
