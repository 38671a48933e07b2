"""Which texts the sources ask gettext for: Python by its syntax tree, templates by Django's own reading of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"tests", "benchmarks", "bin", "docs", "static", "staticfiles", "locale", "node_modules"}
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
CONTEXT_PLURAL = {"npgettext", "npgettext_lazy"}
CALL = re.compile(r"\b(?:_|n?p?gettext)\(")


class Message(NamedTuple):
    """One text to translate. `plural` and `context` are "" where there is none."""

    text: str
    plural: str = ""
    context: str = ""


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Every file that may hold text for people: the apps' Python without migrations, and all templates."""
    for app in sorted(folder.parent for folder in root.glob("*/__init__.py")):
        if app.name not in NOT_OURS:
            yield from (file for file in sorted(app.rglob("*.py")) if "migrations" not in file.parts)
    yield from (file for file in sorted((root / "templates").rglob("*")) if file.is_file())


def messages_in(files: Iterable[Path]) -> dict[Message, list[Path]]:
    """Each text with the files that ask for it. Texts that differ only in having a plural become one."""
    found: dict[Message, list[Path]] = {}
    for file in files:
        for message in messages_of(file):
            found.setdefault(message, [])
            if file not in found[message]:
                found[message].append(file)
    for message in [m for m in found if m.plural]:
        found[message] += found.pop(message._replace(plural=""), [])
    return found


def messages_of(file: Path) -> Iterator[Message]:
    """The texts of one file."""
    source = file.read_text()
    if file.suffix == ".py":
        yield from _of_python(source)
    else:
        yield from _of_template(source)


def _of_python(source: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and (message := _asked_by(node)):
            yield message


def _of_template(source: str) -> Iterator[Message]:
    from django.utils.translation.template import templatize

    code = templatize(source)
    for begun in CALL.finditer(code):
        if (call := _call_at(code, begun.start())) and (message := _asked_by(call)):
            yield message


def _call_at(code: str, start: int) -> ast.Call | None:
    """The call that begins there; its text may hold brackets itself, so the first end that makes sense counts."""
    end = start
    while (end := code.find(")", end) + 1) > 0:
        try:
            call = ast.parse(code[start:end], mode="eval").body
        except SyntaxError:
            continue
        return call if isinstance(call, ast.Call) else None
    return None


def _asked_by(call: ast.Call) -> Message | None:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    given = [_constant(argument) for argument in call.args]
    wanted = {
        **dict.fromkeys(PLAIN, 1),
        **dict.fromkeys(PLURAL | CONTEXT, 2),
        **dict.fromkeys(CONTEXT_PLURAL, 3),
    }
    texts = given[: wanted.get(name, 0)]
    if not texts or len(texts) < wanted[name] or None in texts or not all(texts):
        return None
    said = [text or "" for text in texts]
    if name in PLAIN:
        return Message(said[0])
    if name in PLURAL:
        return Message(said[0], plural=said[1])
    return Message(said[1], plural="".join(said[2:]), context=said[0])


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
