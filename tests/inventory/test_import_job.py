"""A worker is killed in the middle of an import, another one finishes it: every row once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from core import jobs
from core.jobs import turns
from core.models import Job
from inventory.models import ImportBatch, Product
from inventory.operations import accept_import, start_import
from tests.factories.accounts import UserFactory
from tests.factories.inventory import ProductFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]
ROWS = 1300  # three steps
PATIENCE = 60


def start_worker(log: Path) -> subprocess.Popen[bytes]:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {
        "DATABASE_URL": database.geturl(),
        "REDIS_URL": django_settings.REDIS_URL,
        "MEDIA_ROOT": str(django_settings.MEDIA_ROOT),
    }
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "solo", "-l", "WARNING"]
    with log.open("wb") as out:
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )


def until(look, log: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < ends, log.read_text()
        time.sleep(0.05)


def waits_for_a_row() -> bool:
    """Whether another connection to this database waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_killed_worker_leaves_an_import_that_another_finishes_with_every_row_once(tmp_path):
    person = UserFactory(role="Storekeeper")
    in_the_second_step = ProductFactory(sku="SKU-700", name="Old name")
    rows = "".join(f"SKU-{number},Back glass {number},{number}\n" for number in range(ROWS))
    batch = accept_import(
        ContentFile(f"Article,Title,Rate\n{rows}".encode(), name="list.csv"), by=person, at=timezone.now()
    )
    batch = start_import(batch, batch.mapping, by=person, at=timezone.now())
    first = start_worker(tmp_path / "first.log")
    second = None
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Product.objects.select_for_update().get(pk=in_the_second_step.pk)
            held.set()
            let_go.wait(PATIENCE)
        connection.close()

    holder = threading.Thread(target=hold)
    try:
        holder.start()
        assert held.wait(PATIENCE)
        until(waits_for_a_row, tmp_path / "first.log")
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        let_go.set()
        holder.join()

        job = Job.objects.get()
        assert (job.state, job.done, job.claim) == ("running", 500, 1)
        until(lambda: not waits_for_a_row(), tmp_path / "first.log")
        Job.objects.update(beat_at=timezone.now() - turns.LOST_AFTER * 2)
        assert jobs.sweep(at=timezone.now()) == 1
        second = start_worker(tmp_path / "second.log")
        until(lambda: not Job.objects.under_way().exists(), tmp_path / "second.log")
    finally:
        let_go.set()
        for worker in (first, second):
            if worker is not None and worker.poll() is None:
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()

    job.refresh_from_db()
    batch = ImportBatch.objects.get()
    assert (job.state, job.done, job.total, job.claim) == ("done", ROWS, ROWS, 2)
    assert (batch.state, batch.created, batch.updated, batch.refused) == ("done", ROWS - 1, 1, 0)
    assert batch.outcomes.count() == ROWS
    assert Product.objects.count() == ROWS
