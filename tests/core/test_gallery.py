"""The living page: every component there is stands on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "core"
ELSEWHERE = {
    "page_head": "the head of the page itself",
    "crumbs": "the top of the page itself",
    "messages": "the top of the page itself",
    "filter_bar": "needs the address of a list",
    "toast": "comes out of band and goes by itself",
    "dialog": "opens over the page",
    "attachment": "needs a stored file",
    "field": "one of “fields”",
    "figure": "one of “figures”",
    "detail": "one of “details”",
    "icon": "the tag “icon”",
    "action": "part of “empty” and “need”",
    "actions": "the head of a record",
}


def test_every_component_stands_on_the_page(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    page = client.get("/_/components/")
    assert page.status_code == 200
    drawn = {Path(used.name).stem for used in page.templates if used.name and "core/components/" in used.name}
    all_of_them = {file.stem for file in (TEMPLATES / "components").glob("[a-z]*.html")}
    assert all_of_them - drawn - set(ELSEWHERE) == set()
    assert set(ELSEWHERE) <= all_of_them


def test_the_page_asks_nothing_of_the_samples(client):
    """No poll, no form that goes anywhere: what is shown is only shown."""
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    assert "every " not in client.get("/_/components/").content.decode().split("hx-trigger=")[-1][:12]
