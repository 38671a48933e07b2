"""What a log line may say."""

import subprocess
import sys

import pytest
from django.conf import settings

# In a process of its own: setting up logging would take away the handlers of the tests beside it.
FAILING = """
import structlog
from core.logs import configure

configure({{"level": "INFO", "json": {json}}})


def log_in():
    typed = "correct " + "horse"
    return len(typed) / 0


try:
    log_in()
except ZeroDivisionError:
    structlog.get_logger("shop").exception("login_failed", password="battery" + "staple", shop="Sapphire")
"""


@pytest.mark.parametrize("json", [True, False])
def test_a_traceback_names_its_lines_and_no_values(json):
    done = subprocess.run(
        [sys.executable, "-c", FAILING.format(json=json)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    for said in ("login_failed", "Sapphire", "in log_in", "ZeroDivisionError: division by zero"):
        assert said in done.stderr
    for unsaid in ("correct horse", "batterystaple"):
        assert unsaid not in done.stderr
