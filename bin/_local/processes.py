"""Long-running children: started with a log of their own, watched, stopped in order, and found again after a crash.

Each child holds a lock on its pid file from birth to death, handed to it as an open file. The kernel lets go of it when
the last of the child's processes ends, however it ends. So a locked pid file is a living child of ours, and a free one
is stale: no guessing from process numbers, which are used again.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from .tools import ROOT, Stop, say, tail

Account = dict[str, Any]
"""As whom, and in which folder, a program runs: what subprocess calls user, group, extra_groups and cwd."""

USED_BY_OTHERS = {"postgres", "valkey"}

SHORT_LIFE = 10.0
"""A child that ends within so many seconds of its start would only end again."""
PATIENCE = 15.0
"""Seconds a child is given to end by itself."""


def locked(file: Path) -> IO[str] | None:
    """Open the file holding its lock, or None while a living process holds it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = file.open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


@dataclass
class Process:
    """One child, leader of its own process group, so that Ctrl-C reaches only the command that started it."""

    name: str
    home: Path
    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    user: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    popen: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    asked: bool = False

    @property
    def log(self) -> Path:
        return self.home / "log" / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        return self.home / "run" / f"{self.name}.pid"

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        handle = locked(self.pid_file)
        if handle is None:
            raise Stop(f"{self.name} already runs here (process {self.pid_file.read_text().split()[0]}).")
        with handle, self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                self.argv,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[handle.fileno()],
                start_new_session=True,
                **{"cwd": ROOT, **(self.user or {})},
            )
            handle.truncate(0)
            handle.write(f"{self.popen.pid} {int(self.stop_signal)}\n")
        self.started_at = time.monotonic()

    def ended(self) -> bool:
        return self.popen is None or self.popen.poll() is not None

    def failure(self) -> str:
        code = self.popen.returncode if self.popen else None
        return f"{self.name} ended (exit status {code}). The end of {self.log}:\n{tail(self.log)}"

    def ask_to_stop(self) -> None:
        """Once: a second signal means "at once" to some."""
        if self.popen and not self.asked and self.popen.poll() is None:
            self.popen.send_signal(self.stop_signal)
        self.asked = True

    def stop(self) -> None:
        if self.popen is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(PATIENCE)
        signal_group(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        self.popen = None
        self.pid_file.unlink(missing_ok=True)


@dataclass
class Processes:
    """The children of one command. Leaving the `with` block stops them: first those that use others, then those."""

    home: Path
    started: list[Process] = field(default_factory=list)

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *failure: object) -> None:
        # A second Ctrl-C must not leave half of them behind; each is given PATIENCE at most.
        endings = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = [signal.signal(number, signal.SIG_IGN) for number in endings]
        for process in self.started:
            if process.name not in USED_BY_OTHERS:
                process.ask_to_stop()
        while self.started:
            self.started.pop().stop()
        for number, handler in zip(endings, before, strict=True):
            signal.signal(number, handler)

    def start(self, name: str, argv: Sequence[str], **options: Any) -> Process:
        """Start one more; `options` are the fields of `Process`."""
        process = Process(name, self.home, argv, **options)
        process.start()
        self.started.append(process)
        return process

    def stop(self, name: str) -> None:
        """Stop one of them, for a restart."""
        process = next(process for process in self.started if process.name == name)
        process.stop()
        self.started.remove(process)

    def check(self) -> None:
        """`Stop` with the end of its log if any child has died."""
        for process in self.started:
            if process.ended():
                raise Stop(process.failure())

    def revive(self) -> None:
        """Start again what has died, unless it died as soon as it was started: then `Stop`."""
        for process in self.started:
            if process.ended():
                if time.monotonic() - process.started_at < SHORT_LIFE:
                    raise Stop(process.failure())
                if _released(process.pid_file):
                    say(f"{process.failure()}\nStarting {process.name} again.")
                    process.start()

    def wait_until(self, ready: Callable[[], bool], *, what: str, seconds: float = 60) -> None:
        """Wait for `ready()`, watching the children meanwhile."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise Stop(
                    f"{what} was not ready within {seconds:.0f} seconds; see the logs in {self.home / 'log'}."
                )
            time.sleep(0.05)


def stop_leftovers(home: Path) -> int:
    """Stop what an earlier command left running in `home` when it was killed; returns how many that were."""
    left = count = [file for file in (home / "run").glob("*.pid") if not _released(file)]
    for polite in (True, False):
        for file in left:
            pid, number = file.read_text().split()
            signal_group(int(pid), signal.Signals(int(number)) if polite else signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        while left and time.monotonic() < deadline:
            time.sleep(0.05)
            left = [file for file in left if not _released(file)]
    if left:
        raise Stop(f"these processes of an earlier run do not end: {', '.join(file.stem for file in left)}.")
    return len(count)


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signal a child politely, or kill its whole group."""
    send = os.killpg if number == signal.SIGKILL else os.kill
    with contextlib.suppress(ProcessLookupError):
        send(pid, number)


def _released(file: Path) -> bool:
    """Forget a pid file nobody holds any more."""
    if (handle := locked(file)) is None:
        return False
    file.unlink(missing_ok=True)
    handle.close()
    return True
