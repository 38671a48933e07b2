"""Message text as HTML: escaped first, then links and, on WhatsApp, its bold, italic and struck words.

Standard library only: the sandbox's phone and our own pages show a message by the same rules.
"""

import re
from html import escape

LINK = re.compile(r"https?://[^\s<>\"']+")
MARKS = {"*": "strong", "_": "em", "~": "s"}
MARKED = re.compile(r"(?<![\w*_~])([*_~])(?=\S)(.+?)(?<=\S)\1(?![\w*_~])")


def as_html(text: str, *, rich: bool) -> str:
    parts, at = [], 0
    for found in LINK.finditer(text):
        url = found[0].rstrip(".,;:!?)")
        parts += [
            _words(text[at : found.start()], rich),
            f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(url)}</a>',
        ]
        at = found.start() + len(url)
    return "".join([*parts, _words(text[at:], rich)])


def _words(text: str, rich: bool) -> str:
    html = escape(text)
    if rich:
        html = MARKED.sub(lambda found: f"<{MARKS[found[1]]}>{found[2]}</{MARKS[found[1]]}>", html)
    return html.replace("\n", "<br>")
