"""What a row about money owed means."""

from .account import CreditAccount, CreditGroup, LimitKind, OrderCommitment, PaymentTerms
from .call import CollectionCall
from .cheque import BankAccount, Cheque, ChequeDeposit, ChequeStep
from .decision import CreditDecision
from .dispute import Dispute
from .gateway import Checkout, GatewayEvent, GatewayPayment
from .invoice import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from .ledger import Allocation, ReceivableEntry
from .limit import Assessment, CreditApproval, LimitRequest
from .link import RetailerLink
from .notice import PaymentNotice
from .payment import Payment
from .promise import PromiseToPay
from .refund import Chargeback, Refund
from .write_off import WriteOff, WriteOffLine

__all__ = [
    "Allocation",
    "Assessment",
    "BankAccount",
    "Chargeback",
    "Checkout",
    "Cheque",
    "ChequeDeposit",
    "ChequeStep",
    "CollectionCall",
    "CreditAccount",
    "CreditApproval",
    "CreditDecision",
    "CreditGroup",
    "CreditNote",
    "CreditNoteLine",
    "Dispute",
    "GatewayEvent",
    "GatewayPayment",
    "Invoice",
    "InvoiceLine",
    "LimitKind",
    "LimitRequest",
    "OrderCommitment",
    "Payment",
    "PaymentNotice",
    "PaymentTerms",
    "PromiseToPay",
    "ReceivableEntry",
    "Refund",
    "RetailerLink",
    "WriteOff",
    "WriteOffLine",
]
