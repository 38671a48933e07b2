"""A person at a browser, without the browser: cookies, forms, redirects. Python's own library only."""

from __future__ import annotations

import html
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import NamedTuple

SECONDS = 30
Fields = Sequence[tuple[str, object]]


class Trouble(Exception):
    """A step that did not go as it should, in a sentence."""


class Page(NamedTuple):
    """What came back: where we ended up, its status, and its bytes."""

    url: str
    status: int
    body: bytes
    content_type: str

    @property
    def source(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def text(self) -> str:
        """What can be read on the page, words apart by single blanks."""
        reader = _Reader()
        reader.feed(self.source)
        return " ".join(" ".join(reader.words).split())

    def value(self, name: str) -> str:
        """The value of the first field of that name; "" when there is none."""
        for tag in re.findall(r"<input[^>]*>", self.source):
            found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
            if found.get("name") == name:
                return html.unescape(found.get("value", ""))
        return ""

    def find(self, pattern: str, what: str) -> str:
        """The first group of a pattern in the page's source; a Trouble that names `what` when it isn't there."""
        found = re.search(pattern, self.source)
        if not found:
            raise Trouble(f"{what} is not on {self.url}.")
        return html.unescape(found.group(1))

    def read(self, pattern: str, what: str) -> str:
        """The same in the text that people read."""
        found = re.search(pattern, self.text)
        if not found:
            raise Trouble(f"{what} can't be read on {self.url}.")
        return found.group(1)


class Browser:
    """One person's browser at one site."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def get(self, address: str) -> Page:
        return self._open(urllib.request.Request(self.absolute(address), headers={"Accept-Language": "en"}))  # noqa: S310 - http(s) of our own site

    def post(self, form: Page, fields: Fields, *, to: str = "") -> Page:
        """Send a form of a page with these fields, and its token."""
        token = form.value("csrfmiddlewaretoken")
        data = urllib.parse.urlencode([("csrfmiddlewaretoken", token), *fields]).encode()
        target = self.absolute(to or form.url)
        headers = {"Accept-Language": "en", "Referer": form.url, "Origin": self.base_url}
        return self._open(urllib.request.Request(target, data=data, headers=headers))  # noqa: S310 - as above

    def log_in(self, email: str, password: str) -> Page:
        """Log in by the login page; a Trouble when it says no."""
        asked = self.get("/accounts/login/")
        page = self.post(asked, [("login", email), ("password", password)])
        if "/accounts/login/" in page.url:
            raise Trouble(f"{email} could not log in (status {page.status}): {page.text[:300]}")
        return page

    def absolute(self, address: str) -> str:
        return urllib.parse.urljoin(f"{self.base_url}/", address)

    def _open(self, request: urllib.request.Request) -> Page:
        try:
            with self.opener.open(request, timeout=SECONDS) as answer:
                return _page(answer)
        except urllib.error.HTTPError as error:
            return _page(error)
        except OSError as error:
            raise Trouble(f"{request.full_url} did not answer: {error}") from error


def _page(answer: object) -> Page:
    got = answer
    return Page(got.geturl(), got.status, got.read(), got.headers.get("Content-Type", ""))  # type: ignore[attr-defined]


class _Reader(HTMLParser):
    """Collects what stands between the tags, scripts and styles left out."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"script", "style", "template"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style", "template"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)
