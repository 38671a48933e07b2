"""Text with `{{variables}}`: finding, checking and filling them. No logic inside: people write these."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _

VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
NUMBERED = re.compile(r"\{\{\s*(\d+)\s*\}\}")


def variables_in(text: str) -> list[str]:
    """Their names, each once, in the order of first appearance."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every variable replaced. KeyError names one that has no value: that is a bug of the caller."""
    return VARIABLE.sub(lambda found: values[found[1]], text)


def check_wording(text: str, known: Collection[str]) -> list[str]:
    """What is wrong with a template's text, in sentences for the person who typed it."""
    problems = []
    if unknown := [name for name in variables_in(text) if name not in known]:
        problems.append(
            _("There is no variable %(names)s here. You can use: %(known)s.")
            % {"names": ", ".join(f"{{{{{name}}}}}" for name in unknown), "known": ", ".join(sorted(known))}
        )
    rest = VARIABLE.sub("", text)
    if "{{" in rest or "}}" in rest:
        problems.append(
            _("A variable is written {{name}}: two braces on each side and a name of letters and _.")
        )
    return problems


def numbered(text: str, order: Sequence[str]) -> str:
    """The text as WhatsApp approves it, with {{1}}, {{2}} … in place of names."""
    return VARIABLE.sub(lambda found: f"{{{{{order.index(found[1]) + 1}}}}}", text)


def content_values(order: Sequence[str], values: Mapping[str, str]) -> dict[str, str]:
    """Values by number. WhatsApp refuses line breaks, tabs, runs of spaces and empty values (63013)."""
    return {str(at): " ".join(values[name].split()) or "–" for at, name in enumerate(order, start=1)}
