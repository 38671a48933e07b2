"""What people type about money owed. Forms check; operations write."""

from credit.forms.accounts import AccountForm
from credit.forms.ageing import AgeingForm
from credit.forms.bank import (
    BankColumnsForm,
    BankLineFilter,
    BookLineForm,
    ConfirmLinesForm,
    StatementFileForm,
)
from credit.forms.calls import CallFilter, CallForm
from credit.forms.charges import DebitNoteForm
from credit.forms.cheques import (
    BankAccountForm,
    BounceForm,
    ChequeFilter,
    ChequeForm,
    DepositForm,
    OnForm,
)
from credit.forms.disputes import DisputeFilter, DisputeForm, RejectForm, UpholdForm
from credit.forms.instalments import PlanForm
from credit.forms.invoices import InvoiceFilter
from credit.forms.limits import (
    AccountFilter,
    AccountsChangeForm,
    AccountsFileForm,
    ApprovalForm,
    ApproveLimitForm,
    LimitRequestFilter,
    LimitRequestForm,
    ReviewForm,
)
from credit.forms.notes import CreditNoteForm
from credit.forms.notices import ApproveForm, NoticeFilter
from credit.forms.openings import OpeningColumnsForm, OpeningFileForm
from credit.forms.payments import PaymentFilter, PaymentForm, Plan, payable, waits
from credit.forms.promises import PromiseFilter, PromiseForm
from credit.forms.reasons import ReasonForm, SettleForm
from credit.forms.refunds import PayoutForm, RefundFilter, RefundForm
from credit.forms.sharing import SharingForm
from credit.forms.statements import StatementForm
from credit.forms.write_offs import CreditNoteFilter, DecideForm, SurplusForm, WriteOffFilter, WriteOffForm

__all__ = [
    "AccountFilter",
    "AccountForm",
    "AccountsChangeForm",
    "AccountsFileForm",
    "AgeingForm",
    "ApprovalForm",
    "ApproveForm",
    "ApproveLimitForm",
    "BankAccountForm",
    "BankColumnsForm",
    "BankLineFilter",
    "BookLineForm",
    "BounceForm",
    "CallFilter",
    "CallForm",
    "ChequeFilter",
    "ChequeForm",
    "ConfirmLinesForm",
    "CreditNoteFilter",
    "CreditNoteForm",
    "DebitNoteForm",
    "DecideForm",
    "DepositForm",
    "DisputeFilter",
    "DisputeForm",
    "InvoiceFilter",
    "LimitRequestFilter",
    "LimitRequestForm",
    "NoticeFilter",
    "OnForm",
    "OpeningColumnsForm",
    "OpeningFileForm",
    "PaymentFilter",
    "PaymentForm",
    "PayoutForm",
    "Plan",
    "PlanForm",
    "PromiseFilter",
    "PromiseForm",
    "ReasonForm",
    "RefundFilter",
    "RefundForm",
    "RejectForm",
    "ReviewForm",
    "SettleForm",
    "SharingForm",
    "StatementFileForm",
    "StatementForm",
    "SurplusForm",
    "UpholdForm",
    "WriteOffFilter",
    "WriteOffForm",
    "payable",
    "waits",
]
