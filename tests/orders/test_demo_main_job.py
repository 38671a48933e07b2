"""The main job says clearly what went wrong. That it goes right is shown by bin/demo itself (tests/bin)."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from orders.demo.browser import Page
from orders.demo.main_job import Trouble, check_pdf


def test_nothing_is_sold_outside_a_demo(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=on"):
        call_command("demo_main_job")


@pytest.mark.django_db
def test_a_step_that_fails_ends_the_job_with_a_sentence(settings):
    settings.DEMO = True
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    out = StringIO()

    with pytest.raises(CommandError, match="The main job failed at templates"):
        call_command("demo_main_job", "--json", "--base-url", "http://127.0.0.1:9", stdout=out)

    (step,) = [json.loads(line) for line in out.getvalue().splitlines()]
    assert step["ok"] is False
    assert step["step"] == "templates"
    assert "could not be registered" in step["happened"]


def test_a_page_is_read_as_people_read_it():
    source = (
        '<html><head><style>.a{}</style></head><body><p>Total <b>₹1,200.00</b></p><script>let x = "₹9.00"</script>'
        '<input value="a&amp;b" type="hidden" name="key"></body></html>'
    )
    page = Page("http://here/", 200, source.encode(), "text/html")

    assert page.read(r"Total (\S+)", "The total") == "₹1,200.00"
    assert page.value("key") == "a&b"
    with pytest.raises(Trouble, match="The limit can't be read on http://here/"):
        page.read(r"Limit (\S+)", "The limit")


def test_a_pdf_of_another_invoice_is_refused():
    from weasyprint import HTML

    pdf = HTML(string="<p>INV-2026-00001</p>").write_pdf()

    assert check_pdf(pdf, "INV-2026-00001") == ", 1 page,"
    with pytest.raises(Trouble, match="INV-2026-00002"):
        check_pdf(pdf, "INV-2026-00002")
