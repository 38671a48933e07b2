"""The look at a page that other journeys trust: it sees what it should."""

import pytest

from .axe import faults

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><title>A page</title><style>
@media (prefers-color-scheme: %s) { p { color: #999; background: #aaa } }
</style></head><body><main><h1>A page</h1><p>Words</p>%s</main></body></html>"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pale_words_are_found_in_either_theme(page, theme):
    page.set_content(PAGE % (theme, ""))
    (fault,) = faults(page)
    assert f"{theme}: color-contrast" in fault
    assert page.evaluate("matchMedia('(prefers-color-scheme: light)').matches")


def test_what_is_wrong_in_both_is_said_once(page):
    page.set_content(PAGE % ("print", '<img src="data:," id="x">'))
    (fault,) = faults(page)
    assert "light: image-alt" in fault
