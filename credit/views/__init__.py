"""Screens of money owed."""

from .accounts import AccountChange, CustomerPanel, DocumentByNumber, Ledger
from .ageing import Ageing, AgeingDocuments
from .invoices import CreditNotePdf, InvoiceDetail, InvoiceList, InvoicePdf, InvoiceSend
from .links import LinkMake, LinkReplace, LinkRevoke
from .notes import CreditNoteAdd
from .payments import PaymentAdd, PaymentDetail, PaymentList, PaymentReverse
from .promises import PromiseAdd, PromiseDetail, PromiseList, PromiseWithdraw
from .retailer import Retailer, RetailerPdf

__all__ = [
    "AccountChange",
    "Ageing",
    "AgeingDocuments",
    "CreditNoteAdd",
    "CreditNotePdf",
    "CustomerPanel",
    "DocumentByNumber",
    "InvoiceDetail",
    "InvoiceList",
    "InvoicePdf",
    "InvoiceSend",
    "Ledger",
    "LinkMake",
    "LinkReplace",
    "LinkRevoke",
    "PaymentAdd",
    "PaymentDetail",
    "PaymentList",
    "PaymentReverse",
    "PromiseAdd",
    "PromiseDetail",
    "PromiseList",
    "PromiseWithdraw",
    "Retailer",
    "RetailerPdf",
]
