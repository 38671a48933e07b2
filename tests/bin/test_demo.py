"""The demo as a stranger runs it: a new PostgreSQL and Valkey, the main job through the running system, all ends."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from _local.tools import ROOT

KEPT = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.mark.slow(70)
@pytest.mark.xdist_group("demo")
def test_demo_once_performs_the_main_job_and_tells_it_as_json(tmp_path: Path) -> None:
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment["TRADELINE_LOCAL"] = str(tmp_path / "local")

    done = subprocess.run(
        [ROOT / "bin" / "demo", "--once", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )

    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads(done.stdout)
    assert told["ok"] is True
    assert [step["step"] for step in told["steps"] if not step["ok"]] == []
    assert len(told["steps"]) >= 8, "order, decision, reservation, invoice, message, link, payment, limit"
    assert {"role", "email", "password"} == set(told["logins"][0])
    assert list((tmp_path / "local" / "run").glob("*.pid")) == [], "a process was left running"
