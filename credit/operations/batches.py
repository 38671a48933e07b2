"""Many invoices as one file, made by a worker: one after another, so that a break costs one invoice."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pypdf import PdfWriter

from core.errors import Refusal
from core.jobs import Run, Steps
from credit.models import Invoice

from .printing import make_invoice_pdf, read_invoice_pdf

MOST_IN_ONE_PDF = 500
"""More pages than that nobody prints in one go, and joining them takes memory."""


def one_pdf(run: Run, invoices: Iterable[Invoice]) -> Steps:
    """All invoices one behind the other in one PDF, to be printed at once. A runner: see `core.jobs`."""
    if run.total is not None and run.total > MOST_IN_ONE_PDF:
        message = _("One PDF holds at most %(most)s invoices. Choose fewer, or take them as a zip file.")
        raise Refusal(message % {"most": MOST_IN_ONE_PDF})
    yield from _print(run, invoices)
    with PdfWriter() as book, tempfile.TemporaryFile() as file:
        for _number, page in _printed(run):
            book.append(io.BytesIO(page))
        book.write(file)
        file.seek(0)
        run.keep(_("invoices.pdf"), file)
    return _said(run)


def one_zip(run: Run, invoices: Iterable[Invoice]) -> Steps:
    """Each invoice as a PDF of its own in a zip file. A runner: see `core.jobs`."""
    yield from _print(run, invoices)
    with tempfile.TemporaryFile() as file:
        _pack(file, _printed(run))
        file.seek(0)
        run.keep(_("invoices.zip"), file)
    return _said(run)


def _print(run: Run, invoices: Iterable[Invoice]) -> Iterator[None]:
    """Have the PDF of each made and kept, one step each."""
    for invoice in invoices:
        make_invoice_pdf(invoice, at=timezone.now())
        run.cursor.setdefault("printed", []).append(invoice.pk)
        run.advance()
        yield


def _printed(run: Run) -> Iterator[tuple[str, bytes]]:
    """Number and PDF of those that were printed, in their order."""
    at = timezone.now()
    for pk in run.cursor.get("printed", []):
        invoice = Invoice.objects.get(pk=pk)
        yield invoice.number, read_invoice_pdf(invoice, at=at)


def _pack(file: IO[bytes], printed: Iterator[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # PDFs are compressed already
        for number, page in printed:
            archive.writestr(f"{number}.pdf", page)


def _said(run: Run) -> str:
    number = len(run.cursor.get("printed", []))
    if not number:
        raise Refusal(_("None of these invoices is there any more."))
    return ngettext("%d invoice in one file.", "%d invoices in one file.", number) % number
