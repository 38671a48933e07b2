"""Long work: a worker may die at any moment, nothing is lost, nothing is done twice, and everything is said."""

from __future__ import annotations

import csv
import io
import threading
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.db import connection, transaction
from django.urls import resolve, reverse
from django.utils import timezone

from core import jobs
from core.errors import Refusal
from core.jobs import running, turns
from core.models import DocumentSeries, Job, JobFailure
from core.tasks import sender
from tests.factories.accounts import UserFactory
from tests.factories.inventory import ProductFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
COUNTED = "tests.counted"


def counting(run):
    """Writes one row per piece, so that a piece done twice is seen: its number is unique."""
    run.total = run.params.get("pieces", 5)
    for number in range(run.done, run.total):
        if number in run.params.get("broken", []):
            raise RuntimeError("the step broke")
        if number in run.params.get("refused", []):
            run.refuse(number, f"piece {number}", "It is bent.")
        DocumentSeries.objects.create(series=f"T{number}", year=2000, last=number)
        if number == run.params.get("no"):
            raise Refusal("The file is gone.")
        run.advance()
        yield
    run.keep("pieces.txt", b"all of them")
    return f"{run.total} pieces."


ended: list[Job] = []
jobs.job_kind(COUNTED, permission="inventory.view_product", ended=ended.append)(counting)


@pytest.fixture
def person():
    ended.clear()
    return UserFactory(role="Storekeeper")


def asked(by, **params):
    return jobs.start(COUNTED, "Counting", by=by, at=timezone.now(), params=params, back_url="/stock/")


def work(job):
    jobs.run_job(job.pk)
    job.refresh_from_db()
    return job


def written():
    return sorted(DocumentSeries.objects.filter(year=2000).values_list("last", flat=True))


def test_job_is_done_step_by_step_and_says_what_came_of_it(person):
    job = work(asked(person, refused=[2]))
    assert (job.state, job.done, job.total, job.refused, job.sentence) == ("done", 5, 5, 1, "5 pieces.")
    assert written() == [0, 1, 2, 3, 4]
    assert [(f.number, f.what, f.sentence) for f in job.failures.all()] == [(2, "piece 2", "It is bent.")]
    assert job.result.read() == b"all of them"
    assert [each.state for each in ended] == ["done"]
    assert (work(job).claim, written()) == (1, [0, 1, 2, 3, 4])  # the task came twice


def test_broken_step_leaves_nothing_goes_on_there_and_is_given_up_after_three_times(person):
    job = work(asked(person, broken=[3]))
    assert (job.state, job.done, job.attempts, job.worker) == ("running", 3, 1, "")
    assert written() == [0, 1, 2]
    work(job)
    job = work(job)
    assert (job.state, job.done) == ("failed", 3)
    assert "stopped at the same place 3 times" in job.sentence
    assert written() == [0, 1, 2]

    mended = work(_again(job))
    assert (mended.state, written()) == ("done", [0, 1, 2, 3, 4])


def _again(job):
    Job.objects.filter(pk=job.pk).update(state="queued", finished_at=None, attempts=0, params={})
    return Job.objects.get(pk=job.pk)


def test_refusal_ends_a_job_with_its_sentence(person):
    job = work(asked(person, no=1))
    assert (job.state, job.sentence, job.done, written()) == ("failed", "The file is gone.", 1, [0])


def test_whoever_lost_the_right_gets_nothing_done(person):
    job = asked(person)
    person.groups.clear()
    assert (work(job).state, written()) == ("failed", [])


def test_asking_twice_with_one_key_is_one_job(person):
    first, second = (
        jobs.start(COUNTED, "Once", by=person, at=timezone.now(), idempotency_key="k") for _ in range(2)
    )
    assert first == second
    with pytest.raises(LookupError):
        jobs.start("tests.unknown", "?", by=person, at=timezone.now())


def test_cancelled_before_a_worker_came_and_between_two_steps(person):
    waiting = jobs.ask_to_cancel(asked(person), at=timezone.now())
    assert (waiting.state, waiting.sentence) == ("cancelled", "Cancelled before anything was done.")
    assert work(waiting).claim == 0

    def cancels(run):
        for _ in range(3):
            jobs.ask_to_cancel(Job.objects.get(pk=run.job.pk), at=timezone.now())
            run.advance()
            yield
        return ""

    jobs.job_kind("tests.cancels")(cancels)
    job = work(jobs.start("tests.cancels", "Stop", by=person, at=timezone.now(), total=3))
    assert (job.state, job.done) == ("cancelled", 1)
    assert job.sentence == "Cancelled after 1 of 3. What was done stays."


def test_worker_taken_for_dead_can_write_nothing_when_it_wakes_up(person):
    job = asked(person)
    old = turns.claim(job.pk)
    assert old is not None
    assert turns.claim(job.pk) is None  # somebody has it
    Job.objects.update(beat_at=timezone.now() - turns.LOST_AFTER * 2)
    new = turns.claim(job.pk)
    assert new is not None
    assert (new.claim, new.attempts) == (2, 1)
    assert not turns.still_mine(old)
    with pytest.raises(running.TakenOver), transaction.atomic():
        running._save(old)
    assert turns.still_mine(new)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_and_a_slow_step_is_not_taken_for_a_dead_worker(person):
    inside, go_on = threading.Event(), threading.Event()

    def slow(run):
        inside.set()
        assert go_on.wait(10)
        DocumentSeries.objects.create(series="slow", year=2000, last=run.job.claim)
        yield
        return ""

    jobs.job_kind("tests.slow")(slow)
    job = jobs.start("tests.slow", "Slow", by=person, at=timezone.now())

    def in_a_thread():
        jobs.run_job(job.pk)
        connection.close()

    first = threading.Thread(target=in_a_thread)
    first.start()
    assert inside.wait(10)
    Job.objects.update(beat_at=timezone.now() - turns.LOST_AFTER * 10)
    jobs.run_job(job.pk)  # the second worker
    go_on.set()
    first.join()
    job.refresh_from_db()
    assert (job.state, job.claim, written()) == ("done", 1, [1])


@pytest.mark.django_db(transaction=True)
def test_dead_broker_loses_no_job(person, valkey):
    with mock.patch("core.tasks.current_app.send_task", side_effect=OSError("no broker")):
        job = asked(person)
        sender.flush()
        assert jobs.sweep(at=timezone.now() + timedelta(minutes=1)) == 0
    assert valkey.llen("tradeline") == 0
    assert jobs.sweep(at=timezone.now()) == 0  # it is young: its task may be on the way
    assert jobs.sweep(at=timezone.now() + timedelta(minutes=1)) == 1
    assert valkey.llen("tradeline") == 1
    assert work(job).state == "done"


def test_long_job_lets_others_go_first(person, monkeypatch):
    monkeypatch.setattr(running, "TURN", 0)
    with mock.patch.object(running, "send_now") as sent:
        job = work(asked(person, pieces=2))
    assert (job.state, job.done, job.worker) == ("running", 1, "")
    assert sent.call_args.args == ("core.run_job",)


def test_old_jobs_go_with_their_files(person):
    job = work(asked(person, refused=[1]))
    name, storage = job.result.name, job.result.storage
    assert jobs.clean_up(at=timezone.now()) == 0
    assert jobs.clean_up(at=timezone.now() + timedelta(days=31)) == 1
    assert (Job.objects.count(), JobFailure.objects.count(), storage.exists(name)) == (0, 0, False)


# --- pages ---------------------------------------------------------------------------------------------------------
def test_only_whoever_asked_sees_a_job_and_fetches_what_it_made(client, person):
    job = work(asked(person, refused=[2]))
    paths = [
        reverse(f"core:job_{what}", args=[job.pk]) for what in ("detail", "progress", "failures", "result")
    ]
    client.force_login(person)
    assert [client.get(path).status_code for path in paths] == [200] * 4
    said = client.get(paths[0]).content.decode()
    assert "5 pieces." in said
    assert "It is bent." in said
    assert "hx-trigger" not in said.partition('id="job-')[2].partition("</section>")[0]
    table = b"".join(client.get(paths[2]).streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(table))) == [["Row", "What", "Why"], ["2", "piece 2", "It is bent."]]
    assert client.get(f"{paths[2]}?export=xlsx").status_code == 200
    result = client.get(paths[3])
    assert b"".join(result.streaming_content) == b"all of them"
    assert "pieces.txt" in result["Content-Disposition"]

    person.groups.clear()
    assert client.get(paths[3]).status_code == 403
    client.force_login(UserFactory(is_superuser=True))
    assert [client.get(path).status_code for path in paths] == [404] * 4


def test_page_asks_again_while_it_is_under_way_and_less_often_with_time(client, person):
    job = asked(person)
    client.force_login(person)
    part = {"HX-Request": "true", "HX-Target": f"job-{job.pk}"}
    path = reverse("core:job_progress", args=[job.pk])
    assert 'hx-trigger="every 1s, look"' in client.get(path, headers=part).content.decode()
    Job.objects.update(asked_at=timezone.now() - timedelta(hours=1))
    Job.objects.update(state="running", started_at=timezone.now(), done=25, total=100, worked=60.0)
    said = client.get(path, headers=part).content.decode()
    assert 'hx-trigger="every 8s, look"' in said
    assert "25 of 100" in said
    assert "about 3 minutes left" in said
    client.post(reverse("core:job_cancel", args=[job.pk]), headers=part)
    job.refresh_from_db()
    assert (job.state, job.sentence) == ("cancelled", "Cancelled after 25 of 100. What was done stays.")
    answer = client.get(f"{path}?then=page", headers=part)
    assert answer["HX-Refresh"] == "true"


def test_bell_rings_for_whoever_left_and_is_read_by_coming_back(client, person):
    job = work(asked(person))
    rung = person.notifications.get()
    assert (rung.text, rung.url, rung.read_at) == ("Counting: 5 pieces.", job.get_absolute_url(), None)
    client.force_login(person)
    client.get(job.get_absolute_url())
    assert not person.notifications.filter(read_at=None).exists()

    watched = asked(person, pieces=0)
    client.get(watched.get_absolute_url())
    work(watched)
    assert person.notifications.count() == 1


# --- the file of a list ----------------------------------------------------------------------------------------------
def test_big_list_is_written_by_a_worker_as_the_person_sees_it(client, person, rf, monkeypatch):
    monkeypatch.setattr("core.jobs.exporting.AT_ONCE", 2)
    for number in range(5):
        ProductFactory(sku=f"SKU-{number}", name=f"=Glass {number}")
    ProductFactory(sku="OTHER", name="Battery")
    path = reverse("inventory:product_list")
    screen = list_screen(rf, path, "q=glass&sort=sku", person)
    job = jobs.start_export(screen, "csv", at=timezone.now())
    assert jobs.start_export(screen, "csv", at=timezone.now()) == job
    client.force_login(person)
    expected = b"".join(client.get(f"{path}?q=glass&sort=sku&export=csv").streaming_content)
    work(job)
    assert (job.state, job.done, job.sentence) == ("done", 5, "5 rows in one file.")
    assert job.result.read() == expected
    assert job.back_url == f"{path}?q=glass&sort=sku"
    sheet = work(jobs.start_export(screen, "xlsx", at=timezone.now()))
    assert sheet.result.read(2) == b"PK"

    late = jobs.start_export(screen, "csv", at=timezone.now())
    person.groups.clear()
    assert (work(late).state, late.result.name) == ("failed", "")
    assert client.get(reverse("core:job_result", args=[job.pk])).status_code == 403


def list_screen(rf, path, query, user):
    request = rf.get(f"{path}?{query}")
    request.user, request.resolver_match = user, resolve(path)
    screen = request.resolver_match.func.view_class()
    screen.setup(request)
    return screen
