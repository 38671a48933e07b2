"""Printed documents: what stands on the paper, and the paper itself as PDF."""

from .deposit import PrintedDeposit, of_deposit
from .paper import preload, to_pdf
from .printed import PrintedDocument, of_credit_note, of_invoice
from .statement import PrintedStatement, of_statement

__all__ = [
    "PrintedDeposit",
    "PrintedDocument",
    "PrintedStatement",
    "of_credit_note",
    "of_deposit",
    "of_invoice",
    "of_statement",
    "preload",
    "to_pdf",
]
