"""Tasks are sent after the commit, by a thread of their own."""

from __future__ import annotations

import os
import threading
import time
from unittest import mock

import pytest
from django.db import transaction
from redis import Redis

from core.tasks import after_commit, sender

pytestmark = pytest.mark.django_db(transaction=True)


def waiting(valkey: Redis) -> int:
    sender.flush()
    return int(valkey.llen("tradeline"))


def test_task_leaves_after_the_commit_and_not_after_a_rollback(valkey: Redis):
    with transaction.atomic():
        after_commit("core.kept", number=1)
        assert waiting(valkey) == 0
    with transaction.atomic():
        after_commit("core.lost", number=2)
        transaction.set_rollback(True)
    assert waiting(valkey) == 1


def test_same_task_within_a_moment_is_sent_once_and_others_each(valkey: Redis):
    started = threading.Event()
    with mock.patch(
        "core.tasks.current_app.send_task", side_effect=lambda *_a, **_k: started.wait(5)
    ) as sent:
        after_commit("core.first")
        while not sent.called:
            time.sleep(0.005)
        for number in (1, 2, 2, 1, 2):
            after_commit("core.counted", number=number)
        started.set()
        sender.flush()
    assert [call.kwargs["kwargs"] for call in sent.call_args_list] == [{}, {"number": 1}, {"number": 2}]


def test_broker_that_hangs_keeps_nobody_waiting():
    released = threading.Event()
    with mock.patch("core.tasks.current_app.send_task", side_effect=lambda *_a, **_k: released.wait(10)):
        begun = time.perf_counter()
        after_commit("core.slow")
        took = time.perf_counter() - begun
        released.set()
        sender.flush()
    assert took < 5


def test_forked_child_sends_too(valkey: Redis):
    after_commit("core.parent")
    assert waiting(valkey) == 1
    child = os.fork()
    if not child:
        sender.put("core.child", {})
        os._exit(0 if sender.flush(10) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert waiting(valkey) == 2
