"""Message text as HTML: escaped first, then links and, on WhatsApp, its bold, italic and struck words."""

import re
import time
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


def national(number: str) -> str:
    """Groups of digits are read more easily than a run: +91 98200 12345."""
    digits = number.lstrip("+")
    if not digits.isdigit() or len(digits) < 10:
        return number
    return (
        f"+{digits[:-10]} {digits[-10:-5]} {digits[-5:]}"
        if len(digits) > 10
        else f"{digits[:5]} {digits[5:]}"
    )


def clock(at: float, now: float) -> str:
    """The hour of today, the date of any other day."""
    then, today = time.localtime(at), time.localtime(now)
    return time.strftime("%H:%M" if then[:3] == today[:3] else "%d %b", then)


def _words(text: str, rich: bool) -> str:
    html = escape(text)
    if rich:
        html = MARKED.sub(lambda found: f"<{MARKS[found[1]]}>{found[2]}</{MARKS[found[1]]}>", html)
    return html.replace("\n", "<br>")
