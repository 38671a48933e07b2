"""PostgreSQL and Valkey of bin/: remembered, recovered after `kill -9`, and never two at once in one folder."""

import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest
from _local.homes import remove
from _local.processes import Process, Processes, locked, stop_leftovers
from _local.services import DURABLE, Services, forget_lost_homes, outside_place, port_of, valkey_answers
from _local.tools import Stop, python
from redis import Redis


@pytest.fixture
def home(tmp_path: Path):
    yield tmp_path / "home"
    stop_leftovers(tmp_path / "home")
    remove(outside_place(tmp_path / "home"))


def kill_everything(processes: Processes) -> None:
    """As `kill -9` of every process would: nobody gets to clean up."""
    for process in processes.started:
        assert process.popen
        os.killpg(process.popen.pid, signal.SIGKILL)
        process.popen.wait()


@pytest.mark.slow
def test_services_come_back_with_their_data_after_kill_9_of_everything(home: Path) -> None:
    first = Processes(home)
    environment = Services(home, first, DURABLE).start()
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute("create table kept as select 42 as answer")
    Redis.from_url(environment["REDIS_URL"]).rpush("queue", "task")
    time.sleep(1.1)  # Valkey writes its file once a second
    kill_everything(first)

    stop_leftovers(home)
    with Processes(home) as second:
        again = Services(home, second, DURABLE).start()
        assert again == environment
        with psycopg.connect(again["DATABASE_URL"]) as connection:
            assert connection.execute("select answer from kept").fetchone() == (42,)
        assert Redis.from_url(again["REDIS_URL"]).lrange("queue", 0, -1) == [b"task"]


@pytest.mark.slow
def test_services_left_running_by_a_killed_command_are_stopped_first(home: Path) -> None:
    abandoned = Processes(home)
    environment = Services(home, abandoned, DURABLE).start()

    assert stop_leftovers(home) == 2

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(environment["DATABASE_URL"])
    assert not valkey_answers(environment["REDIS_URL"])
    assert all(process.ended() for process in abandoned.started)


@pytest.mark.slow
def test_postgres_is_as_the_project_needs_it(home: Path) -> None:
    with Processes(home) as processes:
        environment = Services(home, processes, DURABLE).start()
        with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:

            def shown(name: str) -> str:
                row = connection.execute(f"show {name}").fetchone()
                assert row
                return row[0]

            assert shown("server_version").startswith("18.")
            assert [shown(name) for name in ("fsync", "synchronous_commit", "full_page_writes")] == ["on"] * 3
            assert shown("server_encoding") == "UTF8"
            for extension in ("pg_trgm", "btree_gist", "fuzzystrmatch", "unaccent"):
                connection.execute(f"create extension {extension}")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(environment["DATABASE_URL"].replace(environment["PGPASSWORD"], "guessed"))


def test_a_stale_pid_file_does_not_keep_a_process_from_starting_nor_harm_who_has_its_number(
    home: Path,
) -> None:
    innocent = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        (home / "run").mkdir(parents=True)
        (home / "run" / "web.pid").write_text(f"{innocent.pid} 15\n")
        assert stop_leftovers(home) == 0
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_a_process_that_ignores_a_polite_stop_is_killed_with_its_children(home: Path, monkeypatch) -> None:
    monkeypatch.setattr("_local.processes.PATIENCE", 0.3)
    process = Process("stubborn", home, ["sh", "-c", "trap '' TERM; sleep 60 & wait; sleep 60"])
    process.start()
    time.sleep(0.2)
    process.stop()
    lock = locked(process.pid_file)
    assert lock is not None, "a child still holds the lock"
    lock.close()


def test_a_process_that_dies_is_named_with_the_end_of_its_log(home: Path) -> None:
    with Processes(home) as processes:
        processes.start("worker", [python(), "-c", "raise SystemExit('no broker')"])
        with pytest.raises(Stop, match=r"worker ended \(exit status 1\)[\s\S]*no broker"):
            processes.wait_until(lambda: False, what="The worker")


def test_a_process_that_dies_while_serving_is_started_again(home: Path, monkeypatch) -> None:
    monkeypatch.setattr("_local.processes.SHORT_LIFE", 0.0)
    with Processes(home) as processes:
        process = processes.start("worker", ["sleep", "60"])
        assert process.popen
        first = process.popen.pid
        process.popen.kill()
        process.popen.wait()
        processes.revive()
        assert not process.ended()
        assert process.popen.pid != first


def test_a_process_that_cannot_start_is_not_tried_for_ever(home: Path) -> None:
    with Processes(home) as processes:
        process = processes.start("worker", [python(), "-c", "raise SystemExit('no broker')"])
        assert process.popen
        process.popen.wait()
        with pytest.raises(Stop, match="no broker"):
            processes.revive()


def test_data_kept_outside_is_deleted_only_when_its_home_is_gone(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("_local.services.OUTSIDE", tmp_path)
    for name, home in (("kept", tmp_path), ("lost", tmp_path / "gone")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "home").write_text(str(home))
    forget_lost_homes()
    assert [place.name for place in tmp_path.iterdir()] == ["kept"]


def test_ports_are_remembered_while_free(home: Path) -> None:
    home.mkdir()
    port = port_of(home, "web")
    assert port_of(home, "web") == port
    assert port_of(home, "sandbox") != port


def test_a_taken_port_is_replaced(home: Path) -> None:
    import socket

    home.mkdir()
    port = port_of(home, "web")
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert port_of(home, "web") != port
