"""Text that a template shows without asking gettext for it: between tags, and in attributes that people see or hear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, TokenType

SEEN = {"aria-label", "placeholder", "title", "alt", "aria-description", "data-label", "aria-roledescription"}
NO_TEXT = {"script", "style", "code", "kbd", "svg"}
TRANSLATED = {"blocktranslate", "blocktrans"}
CLASSES = re.compile(r"block \w+_class$")
"""What stands in such a block are names of style classes."""
HOLE = "\x00"
WORD = re.compile(r"[^\W\d_]{2,}")
ENTITY = re.compile(r"&\w+;")


def raw_text(source: str) -> list[str]:
    """Every piece of visible text with a word in it that no translate tag made."""
    finder = _Finder()
    finder.feed(_without_template(source))
    finder.close()
    return finder.found


def _without_template(source: str) -> str:
    """The HTML that is left: what the template language makes becomes a hole, comments go."""
    return "".join(_left(source))


def _left(source: str) -> Iterator[str]:
    until = ""
    for token in Lexer(source).tokenize():
        name = (
            token.contents.split()[0]
            if token.token_type == TokenType.BLOCK and token.contents.split()
            else ""
        )
        if until:
            until = "" if name == until else until
            continue
        if token.token_type == TokenType.BLOCK and CLASSES.match(token.contents):
            until = "endblock"
        elif name in TRANSLATED | {"comment", "verbatim"}:
            until = f"end{name}"
            yield HOLE if name in TRANSLATED else ""
        elif token.token_type == TokenType.TEXT:
            yield token.contents
        elif token.token_type == TokenType.VAR:
            yield HOLE
        # Both branches of an if stand there; a part of a word beside it is text all the same.


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NO_TEXT:
            self.inside.append(tag)
        self._look([value for name, value in attrs if name in SEEN and value])

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self._look([data])

    def _look(self, texts: list[str]) -> None:
        for text in texts:
            said = " ".join(text.replace(HOLE, " ").split())
            if WORD.search(ENTITY.sub("", said)):
                self.found.append(said)
