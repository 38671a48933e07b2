"""Printed documents: what stands on the paper, and the paper itself as PDF."""

from .advice import PrintedAdvice, of_payment, of_refund, of_write_off
from .ageing import PrintedAgeing, of_ageing
from .deposit import PrintedDeposit, of_deposit
from .paper import preload, to_pdf
from .printed import PrintedDocument, of_credit_note, of_invoice
from .statement import PrintedStatement, of_statement

__all__ = [
    "PrintedAdvice",
    "PrintedAgeing",
    "PrintedDeposit",
    "PrintedDocument",
    "PrintedStatement",
    "of_ageing",
    "of_credit_note",
    "of_deposit",
    "of_invoice",
    "of_payment",
    "of_refund",
    "of_statement",
    "of_write_off",
    "preload",
    "to_pdf",
]
