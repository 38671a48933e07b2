"""The printed file of an invoice: made once, kept under a name nobody guesses, made anew when a payment changed it."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core.dates import local_date
from credit import documents
from credit.models import CreditAccount, CreditNote, Invoice, Payment, Refund, WriteOff

from .links import living_link, url_of


def make_invoice_pdf(invoice: Invoice, *, at: dt.datetime) -> Invoice:
    """Make and store the PDF unless the stored one is still true. Safe to run twice, also at once.

    Takes a tenth of a second and writes to the storage: never call it inside a transaction that holds a lock.
    """
    if _is_true(invoice):
        return invoice
    old = invoice.pdf.name
    link = living_link(invoice, at=at)
    printed = documents.of_invoice(invoice, on=local_date(at), link_url=url_of(link) if link else "")
    content = ContentFile(documents.to_pdf(printed))
    name = default_storage.save(_new_name(invoice), content)
    # Whoever stores second while two make it takes his own file away again.
    kept = Invoice.objects.filter(pk=invoice.pk, pdf=old).update(pdf=name, pdf_made_at=at)
    unused = old if kept else name
    if unused:
        default_storage.delete(unused)
    invoice.refresh_from_db(fields=["pdf", "pdf_made_at"])
    return invoice


def read_invoice_pdf(invoice: Invoice, *, at: dt.datetime) -> bytes:
    """The PDF as it is now, made on the spot when the worker has not yet or the file is gone."""
    invoice = make_invoice_pdf(invoice, at=at)
    try:
        with invoice.pdf.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        Invoice.objects.filter(pk=invoice.pk, pdf=invoice.pdf.name).update(pdf="", pdf_made_at=None)
        invoice = make_invoice_pdf(Invoice.objects.get(pk=invoice.pk), at=at)
        with invoice.pdf.open("rb") as file:
            return bytes(file.read())


def print_document(account: CreditAccount, number: str) -> bytes | None:
    """A receipt, credit note, write-off or refund of this account as PDF, made on the spot; None when it has none so
    called. Another account's is as if it did not exist."""
    if "\x00" in number:
        return None
    makers: list[tuple[Any, Any]] = [
        (Payment, documents.of_payment),
        (CreditNote, documents.of_credit_note),
        (WriteOff, documents.of_write_off),
        (Refund, documents.of_refund),
    ]
    for model, printed in makers:
        found = model.objects.filter(account=account, number=number).first()
        if found is not None:
            return documents.to_pdf(printed(found))
    return None


def _is_true(invoice: Invoice) -> bool:
    """A file is true while nothing was allocated to the invoice since it was made."""
    if not invoice.pdf or invoice.pdf_made_at is None:
        return False
    return not invoice.allocations.filter(at__gte=invoice.pdf_made_at).exists()


def _new_name(invoice: Invoice) -> str:
    return f"invoices/{invoice.issued_on:%Y/%m}/{invoice.number}-{secrets.token_urlsafe(16)}.pdf"
