"""What a row about money owed means."""

from .account import CreditAccount, CreditGroup, LimitKind, OrderCommitment, PaymentTerms
from .decision import CreditDecision
from .gateway import Checkout, GatewayEvent, GatewayPayment
from .invoice import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from .ledger import Allocation, ReceivableEntry
from .link import RetailerLink
from .payment import Payment
from .promise import PromiseToPay

__all__ = [
    "Allocation",
    "Checkout",
    "CreditAccount",
    "CreditDecision",
    "CreditGroup",
    "CreditNote",
    "CreditNoteLine",
    "GatewayEvent",
    "GatewayPayment",
    "Invoice",
    "InvoiceLine",
    "LimitKind",
    "OrderCommitment",
    "Payment",
    "PaymentTerms",
    "PromiseToPay",
    "ReceivableEntry",
    "RetailerLink",
]
