"""The forms of every list: what nobody should send, and who may not send anything."""

from __future__ import annotations

import pytest

from core.models import Job, ListLayout, SavedView
from core.screens import ListScreen
from tests.doors.nasty import NASTY
from tests.doors.test_bad_input import complaints, knock, screens, world  # noqa: F401 (fixtures)
from tests.doors.world import as_role

pytestmark = pytest.mark.django_db
SOME = NASTY[::7]


def test_nonsense_in_the_forms_of_a_list_is_refused_or_does_no_harm(knock, world):  # noqa: F811
    wrong = []
    for door in screens(ListScreen):
        path = door.path(world, world.mine)
        verbs = [action.name for action in door.screen.bulk]
        for nonsense in SOME:
            for sent in (
                {"do": nonsense},
                {
                    "do": "columns",
                    "state": nonsense,
                    "order": [nonsense],
                    "column": [nonsense],
                    "move": nonsense,
                },
                {"do": "view", "state": f"view={nonsense}", "verb": nonsense, "name": nonsense},
                {"do": "export", "kind": nonsense, "state": nonsense},
                {"do": "bulk", "bulk": nonsense, "row": [nonsense], "whole": nonsense},
                *(
                    {"do": "bulk", "bulk": verb, "row": [f"{nonsense}@{nonsense}"], "confirmed": "1"}
                    for verb in verbs
                ),
            ):
                answer = knock("post", path, sent)
                wrong += [(door.name, sent, what) for what in complaints(answer) if answer.status_code >= 500]
            answer = knock("get", path, {"view": nonsense, "cols": nonsense, "done": nonsense})
            wrong += [(door.name, nonsense[:30], problem) for problem in complaints(answer)]
    assert wrong == []


def test_a_view_keeps_any_name_or_says_why_not(knock, world):  # noqa: F811
    (door,) = [d for d in screens(ListScreen) if d.name == "orders:order_list"]
    for nonsense in NASTY:
        answer = knock(
            "post", door.path(world, world.mine), {"do": "view", "state": f"q={nonsense}", "name": nonsense}
        )
        assert answer.status_code == 302
        assert set(answer.changed) <= {"core_savedview"}


def test_a_bulk_verb_touches_nothing_of_another_and_nothing_without_its_right(client, world):  # noqa: F811
    """Each verb of each list, on all that is theirs, by somebody who sees only the own customers."""
    client.force_login(as_role(world, "Support agent"))
    for door in screens(ListScreen):
        path = door.path(world, world.mine)
        for action in door.screen.bulk:
            if action.permission and action.collect is None:
                sent = {"do": "bulk", "bulk": action.name, "row": ["1"], "confirmed": "1"}
                assert client.post(path, sent).status_code == 403, (door.name, action.name)
    client.force_login(as_role(world, "Sales manager"))
    theirs = world.theirs.pks["orders:order_detail"]
    sent = {"do": "bulk", "bulk": "cancel", "row": [theirs], "confirmed": "1", "bulk-reason": "No"}
    client.post("/orders/", sent)
    job = Job.objects.filter(kind="core.list_bulk").latest("pk")
    assert (job.done, job.refused) == (1, 1)
    assert world.theirs.customer.name not in str(list(job.failures.values()))
    assert not SavedView.objects.exists()
    assert not ListLayout.objects.exists()
