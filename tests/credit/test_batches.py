"""Many invoices in one file: each once, in their order, also when the worker broke off."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.utils import timezone
from pypdf import PdfReader

from core import jobs
from credit.models import Invoice
from credit.operations import batches
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill
from tests.factories.orders import customer_with_credit

pytestmark = pytest.mark.django_db


@jobs.job_kind("tests.batch", permission="credit.view_invoice")
def batch(run):
    make = batches.one_zip if run.params["zip"] else batches.one_pdf
    printed = run.cursor.get("printed", [])
    return make(run, Invoice.objects.filter(pk__in=run.params["pks"]).exclude(pk__in=printed).order_by("pk"))


def done(*, as_zip, pks):
    job = jobs.start(
        "tests.batch",
        "Batch",
        by=UserFactory(role="Credit controller"),
        at=timezone.now(),
        params={"zip": as_zip, "pks": pks},
        total=len(pks),
    )
    jobs.run_job(job.pk)
    job.refresh_from_db()
    return job


def test_invoices_become_one_pdf_and_one_zip_also_after_a_break(monkeypatch):
    customer = customer_with_credit("100000")
    invoices = [bill(customer, total=total) for total in ("100.00", "200.00", "300.00")]
    pks = [invoice.pk for invoice in invoices]

    real, calls = batches.make_invoice_pdf, iter([True, False, True, True, True])
    monkeypatch.setattr(batches, "make_invoice_pdf", lambda *a, **k: real(*a, **k) if next(calls) else 1 / 0)
    job = done(as_zip=False, pks=pks)
    assert (job.state, job.done) == ("running", 1)
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.sentence, job.result_name) == ("done", "3 invoices in one file.", "invoices.pdf")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(job.result.read())).pages]
    assert [sum(invoice.number in page for page in pages) for invoice in invoices] == [1, 1, 1]
    monkeypatch.undo()

    with zipfile.ZipFile(io.BytesIO(done(as_zip=True, pks=pks).result.read())) as archive:
        assert archive.namelist() == [f"{invoice.number}.pdf" for invoice in invoices]


def test_too_many_for_one_pdf_is_said(monkeypatch):
    monkeypatch.setattr(batches, "MOST_IN_ONE_PDF", 1)
    invoices = [bill(customer_with_credit("100000"), total="100.00") for _ in range(2)]
    job = done(as_zip=False, pks=[invoice.pk for invoice in invoices])
    assert (job.state, "at most 1 invoices" in job.sentence) == ("failed", True)
