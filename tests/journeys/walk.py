"""Every page of the site, from the URL resolver: a new address is walked without anybody adding it to a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.test import Client
from django.urls import reverse

from tests.doors.world import Door

AWAY = {"account_logout"}
"""Opening it would end the walk."""


MADE_UP = {
    "account_confirm_email": {"key": "made-up"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "made-up"},
}
"""Pages of the login package whose address holds a secret from an e-mail: here, a wrong one."""


class Page(NamedTuple):
    """A whole HTML page: what its door is called, where it is, and whether it is seen without a login."""

    name: str
    path: str
    public: bool


def pages(person: Any, doors: Iterable[Door], path_of: Callable[[Door], str | None]) -> list[Page]:
    """Which doors answer a GET with a whole page, to `person` or to nobody. `path_of`: where one is (None: nowhere).

    Parts of pages, files, JSON and doors that only take a POST answer something else and are not pages.
    """
    known, nobody = Client(), Client()
    known.force_login(person)
    found = []
    for door in doors:
        if door.name in AWAY:
            continue
        made_up = MADE_UP.get(door.name)
        path = reverse(door.name, kwargs=made_up) if made_up else path_of(door)
        if path is None:
            continue
        if is_page(nobody, path):
            found.append(Page(door.name, path, True))
        elif is_page(known, path):
            found.append(Page(door.name, path, False))
    return found


def is_page(client: Client, path: str) -> bool:
    response = client.get(path)
    html = response.status_code == 200 and response.get("Content-Type", "").startswith("text/html")
    if not html or response.streaming:
        return False
    return bytes(response.content[:40]).lstrip().lower().startswith(b"<!doctype html")
