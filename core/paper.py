"""HTML to PDF by WeasyPrint, with what is the same for every paper prepared once per process.

Importing WeasyPrint and reading the fonts of the machine takes seconds, a paper then takes a tenth of one: workers
call `preload` when they start. No paper reaches out: its style sheet, logo and codes are handed over with it.
"""

from __future__ import annotations

import atexit
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.template.loader import get_template

# Pango's font map and the font configuration behind it are not made for two threads at once.
_one_at_a_time = threading.Lock()


def html_to_pdf(html: str, styles: str) -> bytes:
    """A paper as PDF, fonts embedded in part. `styles` names the template of its style sheet."""
    from weasyprint import HTML

    fonts, fetcher = _fonts()
    sheet = _styles(styles)
    with _one_at_a_time, _without_collecting():
        made = HTML(string=html, url_fetcher=fetcher, media_type="print")
        return bytes(made.write_pdf(stylesheets=[sheet], font_config=fonts, cache={}))


def preload(styles: str) -> None:
    """Load WeasyPrint, the fonts and this style sheet, so that the first paper is as fast as the others."""
    _styles(styles)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Laying out makes many objects that all live to the end. Looking through them for garbage again and again took
    nearly half of the time of forty lines; it is done once afterwards instead. Here, and not whenever and in whichever
    thread it would happen next: what Pango made must be given back by one thread at a time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        if was_on:
            gc.enable()


@atexit.register
def _give_back() -> None:
    """Let go of the fonts while the libraries that made them are still there."""
    _styles.cache_clear()
    _fonts.cache_clear()
    gc.collect()


@cache
def _fonts() -> tuple[Any, Any]:
    """Fonts, and what fetches pictures: only those that come inside the paper, whatever it says."""
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    return FontConfiguration(), URLFetcher(allowed_protocols={"data"})


@cache
def _styles(template: str) -> Any:
    from weasyprint import CSS

    fonts, fetcher = _fonts()
    css = get_template(template).template.source  # type: ignore[attr-defined]
    return CSS(string=css, font_config=fonts, url_fetcher=fetcher)
