"""Printed documents: what stands on the paper, and the paper itself as PDF."""

from .paper import preload, to_pdf
from .printed import PrintedDocument, of_credit_note, of_invoice

__all__ = ["PrintedDocument", "of_credit_note", "of_invoice", "preload", "to_pdf"]
