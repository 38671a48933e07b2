"""The documents of money on paper and on screen."""

from __future__ import annotations

from django.template.loader import get_template, render_to_string
from django.utils import translation

from core import paper
from core.paper import html_to_pdf

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


def to_pdf(
    document: PrintedDocument | PrintedStatement | PrintedDeposit | PrintedAdvice | PrintedAgeing,
) -> bytes:
    """The document as PDF, in the language of its customer, fonts embedded in part."""
    with translation.override(document.language):
        template = TEMPLATES.get(type(document), TEMPLATE)
        html = render_to_string(template, {"document": document, "rtl": translation.get_language_bidi()})
    return html_to_pdf(html, STYLES)


def on_screen(document: PrintedDocument) -> tuple[str, str]:
    """The same document as a page of its own, to look at, and the style sheet that stands in it."""
    with translation.override(document.language):
        html = render_to_string(TEMPLATE, {"document": document, "rtl": translation.get_language_bidi()})
    style = get_template(STYLES).template.source + SHEET  # type: ignore[attr-defined]
    return html.replace("</head>", f"<style>{style}</style></head>", 1), style


def preload() -> None:
    """Load WeasyPrint, the fonts and the style sheet, so that the first document is as fast as the others."""
    paper.preload(STYLES)
