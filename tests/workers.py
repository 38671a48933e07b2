"""Loaded by pytest before the settings are (`-p tests.workers` in pyproject.toml): gives each parallel worker
its own Valkey database and media folder. PostgreSQL needs nothing here: pytest-django names a database per worker."""

import os
from urllib.parse import urlsplit

import pytest

if "DATABASE_URL" not in os.environ:
    raise pytest.UsageError(
        "Tests need a PostgreSQL and a Valkey: run bin/test, which starts both (same arguments)."
    )

if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    number = int(worker.removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()
    os.environ["MEDIA_ROOT"] = f"{os.environ['MEDIA_ROOT']}/{worker}"
