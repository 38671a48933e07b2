"""What a row about money owed means."""

from .account import CreditAccount, CreditGroup, LimitKind, OrderCommitment
from .bank import BankLine, BankStatement, PayerAlias
from .call import CollectionCall
from .cheque import BankAccount, Cheque, ChequeDeposit, ChequeStep
from .decision import CreditDecision
from .dispute import Dispute
from .dunning import (
    DunningItem,
    DunningLevel,
    DunningNotice,
    DunningPause,
    DunningRun,
    DunningSettings,
)
from .gateway import Checkout, GatewayEvent, GatewayPayment
from .instalment import Instalment, InstalmentPlan, OpenPart
from .invoice import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from .late_fee import FeeExemption, LateFee, LateFeePolicy
from .ledger import Allocation, ReceivableEntry
from .limit import Assessment, CreditApproval, LimitRequest
from .link import RetailerLink
from .notice import PaymentNotice
from .opening import OpeningImport, OpeningRow
from .payment import Payment
from .promise import PromiseToPay
from .refund import Chargeback, Refund
from .terms import PaymentTerms, TermsLine
from .write_off import WriteOff, WriteOffLine

__all__ = [
    "Allocation",
    "Assessment",
    "BankAccount",
    "BankLine",
    "BankStatement",
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
    "DunningItem",
    "DunningLevel",
    "DunningNotice",
    "DunningPause",
    "DunningRun",
    "DunningSettings",
    "FeeExemption",
    "GatewayEvent",
    "GatewayPayment",
    "Instalment",
    "InstalmentPlan",
    "Invoice",
    "InvoiceLine",
    "LateFee",
    "LateFeePolicy",
    "LimitKind",
    "LimitRequest",
    "OpenPart",
    "OpeningImport",
    "OpeningRow",
    "OrderCommitment",
    "PayerAlias",
    "Payment",
    "PaymentNotice",
    "PaymentTerms",
    "PromiseToPay",
    "ReceivableEntry",
    "Refund",
    "RetailerLink",
    "TermsLine",
    "WriteOff",
    "WriteOffLine",
]
