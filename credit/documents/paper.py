"""HTML to PDF by WeasyPrint, with what is the same for every document prepared once per process.

Importing WeasyPrint and reading the fonts of the machine takes seconds, a document then takes a tenth of one: workers
call `preload` when they start. No document reaches out: its style sheet, logo and code are handed over with it.
"""

from __future__ import annotations

import atexit
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.template.loader import get_template, render_to_string
from django.utils import translation

from .advice import PrintedAdvice
from .ageing import PrintedAgeing
from .deposit import PrintedDeposit
from .printed import PrintedDocument
from .statement import PrintedStatement

TEMPLATE = "credit/documents/document.html"
STATEMENT = "credit/documents/statement.html"
DEPOSIT = "credit/documents/deposit.html"
ADVICE = "credit/documents/advice.html"
AGEING = "credit/documents/ageing.html"
STYLES = "credit/documents/document.css"
SHEET = "html { background: #fff; } body { max-width: 178mm; margin: 0 auto; padding: 10mm 6mm; }"

TEMPLATES: dict[type, str] = {
    PrintedStatement: STATEMENT,
    PrintedAdvice: ADVICE,
    PrintedDeposit: DEPOSIT,
    PrintedAgeing: AGEING,
}

# Pango's font map and the font configuration behind it are not made for two threads at once.
_one_at_a_time = threading.Lock()


def to_pdf(
    document: PrintedDocument | PrintedStatement | PrintedDeposit | PrintedAdvice | PrintedAgeing,
) -> bytes:
    """The document as PDF, in the language of its customer, fonts embedded in part."""
    from weasyprint import HTML

    with translation.override(document.language):
        template = TEMPLATES.get(type(document), TEMPLATE)
        html = render_to_string(template, {"document": document, "rtl": translation.get_language_bidi()})
    fonts, styles, fetcher = _prepared()
    with _one_at_a_time, _without_collecting():
        made = HTML(string=html, url_fetcher=fetcher, media_type="print")
        return bytes(made.write_pdf(stylesheets=[styles], font_config=fonts, cache={}))


def on_screen(document: PrintedDocument) -> tuple[str, str]:
    """The same document as a page of its own, to look at, and the style sheet that stands in it."""
    with translation.override(document.language):
        html = render_to_string(TEMPLATE, {"document": document, "rtl": translation.get_language_bidi()})
    style = get_template(STYLES).template.source + SHEET  # type: ignore[attr-defined]
    return html.replace("</head>", f"<style>{style}</style></head>", 1), style


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
    _prepared.cache_clear()
    gc.collect()


def preload() -> None:
    """Load WeasyPrint, the fonts and the style sheet, so that the first document is as fast as the others."""
    _prepared()


@cache
def _prepared() -> tuple[Any, Any, Any]:
    """Fonts, style sheet, and what fetches pictures: only those that come inside the document, whatever it says."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    fonts = FontConfiguration()
    fetcher = URLFetcher(allowed_protocols={"data"})
    css = get_template(STYLES).template.source  # type: ignore[attr-defined]
    return fonts, CSS(string=css, font_config=fonts, url_fetcher=fetcher), fetcher
