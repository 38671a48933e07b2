"""What axe finds on a page as it stands: every rule once, and the colours again in the other theme."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"type": "tag", "values": TAGS}
COLOURS = {"type": "rule", "values": ["color-contrast"]}
"""The rule whose answer depends on the theme; all others read the document and the layout, which themes share."""

SETTLE = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame(); await frame();
    await Promise.all(document.getAnimations().map(each => each.finished.catch(() => null)));
}"""
"""New colours fade in; half-way they are nobody's colours."""


def faults(tab: Any, themes: Iterable[str] = ("light", "dark")) -> list[str]:
    """Everything in the first theme, the colours in the others too; the page is left in the first."""
    first, *others = themes
    found = []
    if not tab.evaluate("() => 'axe' in window"):
        tab.evaluate(axe_script())
    show(tab, first)
    found += axe(tab, first, EVERYTHING)
    for theme in others:
        show(tab, theme)
        found += axe(tab, theme, COLOURS)
    if others:
        show(tab, first)
    return found


def show(tab: Any, theme: str) -> None:
    tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
    tab.evaluate(SETTLE)


def axe(tab: Any, how: str, rules: dict[str, Any]) -> list[str]:
    """What axe finds, one line a rule, with the first element it means."""
    options = json.dumps({"runOnly": rules, "resultTypes": ["violations"]})
    found = tab.evaluate(f"() => axe.run({options}).then(done => done.violations)")
    return [
        f"axe, {how}: {each['id']} ({each['help']}) {len(each['nodes'])} ×, as {each['nodes'][0]['html'][:160]}"
        f" — {'; '.join(check['message'] for check in each['nodes'][0]['any'][:1])}"
        for each in found
    ]


@cache
def axe_script() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
