"""`.env.example` names every setting there is, and no other."""

import itertools
import re

from _local.tools import ROOT

IN_CODE = re.compile(r"""\benv(?:\.\w+)?\(\s*["']([A-Z0-9_]+)["']|environ\.get\(\s*["']([A-Z0-9_]+)["']""")
IN_COMPOSE = re.compile(r"\$\{([A-Z0-9_]+)")
NAMED = re.compile(r"(?:# )?([A-Z0-9_]+)=")


def names_read() -> set[str]:
    files = [*(ROOT / "config").glob("*.py"), ROOT / "gunicorn.conf.py"]
    found = {name for file in files for pair in IN_CODE.findall(file.read_text()) for name in pair if name}
    return found | set(IN_COMPOSE.findall((ROOT / "docker-compose.yml").read_text()))


def test_env_example_names_exactly_the_settings_that_are_read() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = [match[1] for line in lines if (match := NAMED.match(line))]
    assert sorted(named) == sorted(names_read())


def test_env_example_explains_each_setting_or_the_group_it_stands_in() -> None:
    """Above a name stands a sentence, or another name of the same group."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    for above, line in itertools.pairwise(lines):
        if NAMED.match(line):
            assert NAMED.match(above) or re.match("# [a-zA-Z]", above), line
