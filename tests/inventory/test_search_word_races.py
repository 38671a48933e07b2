"""Names with new words, written by two people at the same moment."""

from __future__ import annotations

import contextlib
import threading
from functools import partial

import pytest
from django.db import transaction

from inventory.models import Product, SearchWord
from tests.factories.inventory import ProductFactory
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_new_words_written_in_opposite_order_do_not_deadlock():
    """Guard: the advisory lock in KEEP_WORDS."""
    met = threading.Barrier(2)

    def write(first: str, second: str) -> str:
        with transaction.atomic():
            ProductFactory(sku=f"1{first[0]}", name=first)  # two letters are no word
            with contextlib.suppress(threading.BrokenBarrierError):
                met.wait(
                    timeout=0.5
                )  # without the guard both come here, each with a word that the other wants
            ProductFactory(sku=f"2{second[0]}", name=second)
        return "done"

    assert (
        race([partial(write, "moonbeam", "starlight"), partial(write, "starlight", "moonbeam")])
        == ["done"] * 2
    )
    assert Product.objects.count() == 4
    assert SearchWord.objects.filter(word__in=["moonbeam", "starlight"]).count() == 2
