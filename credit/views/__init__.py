"""Screens of money owed."""

from .accounts import AccountChange, CustomerPanel, DocumentByNumber, Ledger
from .ageing import Ageing, AgeingDocuments
from .checkouts import (
    GatewayPaymentList,
    GatewayPaymentSettle,
    GatewayWebhook,
    RetailerPaid,
    RetailerPay,
)
from .cheque_bank import (
    BankAccountAdd,
    ChequeBounce,
    ChequeClear,
    ChequeDepositAdd,
    ChequeDepositDetail,
    ChequeDepositList,
    ChequeDepositPdf,
    ChequeReturn,
    ChequeTakeBack,
)
from .cheques import ChequeAdd, ChequeDetail, ChequeList
from .disputes import (
    DisputeAdd,
    DisputeDetail,
    DisputeList,
    DisputeReject,
    DisputeUphold,
    DisputeWithdraw,
)
from .invoices import CreditNotePdf, InvoiceList, InvoicePdf, InvoiceSend
from .links import AccountLinkMake, LinkMake, LinkReplace, LinkRevoke, LinksPanel, LinksRevoke
from .notes import CreditNoteAdd
from .notices import NoticeApprove, NoticeDetail, NoticeList, NoticeReject, NoticeWithdraw
from .payments import PaymentAdd, PaymentList, PaymentReverse
from .promises import PromiseAdd, PromiseDetail, PromiseList, PromiseWithdraw
from .records import InvoiceDetail, InvoicePaper, InvoiceSheet, PaymentDetail
from .retailer import Retailer, RetailerAsk, RetailerPdf
from .shop import RetailerChosen, RetailerDispute, RetailerProof
from .standing import CustomerFigures, RatingWhy
from .statements import (
    RetailerStatement,
    RetailerStatementPdf,
    StatementPage,
    StatementPdf,
    StatementSend,
)

__all__ = [
    "AccountChange",
    "AccountLinkMake",
    "Ageing",
    "AgeingDocuments",
    "BankAccountAdd",
    "ChequeAdd",
    "ChequeBounce",
    "ChequeClear",
    "ChequeDepositAdd",
    "ChequeDepositDetail",
    "ChequeDepositList",
    "ChequeDepositPdf",
    "ChequeDetail",
    "ChequeList",
    "ChequeReturn",
    "ChequeTakeBack",
    "CreditNoteAdd",
    "CreditNotePdf",
    "CustomerFigures",
    "CustomerPanel",
    "DisputeAdd",
    "DisputeDetail",
    "DisputeList",
    "DisputeReject",
    "DisputeUphold",
    "DisputeWithdraw",
    "DocumentByNumber",
    "GatewayPaymentList",
    "GatewayPaymentSettle",
    "GatewayWebhook",
    "InvoiceDetail",
    "InvoiceList",
    "InvoicePaper",
    "InvoicePdf",
    "InvoiceSend",
    "InvoiceSheet",
    "Ledger",
    "LinkMake",
    "LinkReplace",
    "LinkRevoke",
    "LinksPanel",
    "LinksRevoke",
    "NoticeApprove",
    "NoticeDetail",
    "NoticeList",
    "NoticeReject",
    "NoticeWithdraw",
    "PaymentAdd",
    "PaymentDetail",
    "PaymentList",
    "PaymentReverse",
    "PromiseAdd",
    "PromiseDetail",
    "PromiseList",
    "PromiseWithdraw",
    "RatingWhy",
    "Retailer",
    "RetailerAsk",
    "RetailerChosen",
    "RetailerDispute",
    "RetailerPaid",
    "RetailerPay",
    "RetailerPdf",
    "RetailerProof",
    "RetailerStatement",
    "RetailerStatementPdf",
    "StatementPage",
    "StatementPdf",
    "StatementSend",
]
