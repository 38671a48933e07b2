"""Screens of money owed."""

from .accounts import AccountChange, CustomerPanel, DocumentByNumber, Ledger
from .ageing import Ageing, AgeingDocuments
from .invoices import CreditNotePdf, InvoiceDetail, InvoiceList, InvoicePdf, InvoiceSend
from .links import AccountLinkMake, LinkMake, LinkReplace, LinkRevoke, LinksPanel, LinksRevoke
from .notes import CreditNoteAdd
from .payments import PaymentAdd, PaymentDetail, PaymentList, PaymentReverse
from .promises import PromiseAdd, PromiseDetail, PromiseList, PromiseWithdraw
from .retailer import Retailer, RetailerAsk, RetailerPdf

__all__ = [
    "AccountChange",
    "AccountLinkMake",
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
    "LinksPanel",
    "LinksRevoke",
    "PaymentAdd",
    "PaymentDetail",
    "PaymentList",
    "PaymentReverse",
    "PromiseAdd",
    "PromiseDetail",
    "PromiseList",
    "PromiseWithdraw",
    "Retailer",
    "RetailerAsk",
    "RetailerPdf",
]
