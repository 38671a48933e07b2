"""Writes on money owed: accounts and decisions, invoices and credit notes, payments and what they pay."""

from .accounts import LockedAccount, commit_order, lock_account, open_account, set_limit
from .allocations import allocate, apply_unallocated, oldest_first
from .bank import (
    approve_line,
    book_line,
    clear_line,
    confirm_best,
    ignore_line,
    link_line,
    take_suggestion,
    undo_line,
)
from .bank_files import accept_statement, change_bank_account, rescore, start_reading
from .calls import record_call
from .charges import charge_line, issue_debit_note
from .checkouts import (
    look_at,
    open_checkout,
    settle_gateway_payment,
    start_checkout,
    store_gateway_event,
    sweep_checkouts,
    work_gateway_event,
)
from .cheque_deposits import (
    bounce_cheque,
    clear_cheque,
    deposit_cheques,
    remind_of_cheques,
    take_back_cheque,
)
from .cheques import return_cheque, take_cheque
from .credit_notes import issue_credit_note, void_invoice
from .decisions import decide, gather, preview
from .disputes import (
    can_be_disputed,
    raise_dispute,
    reject_dispute,
    uphold_dispute,
    withdraw_dispute,
)
from .dunning import ask_for_run, dunning_day, go_through, may_leave, remind, run_now, start_due_run, stop_run
from .dunning_pauses import pause_dunning, resume_dunning
from .gateway_refunds import send_refund, sweep_refunds
from .instalments import agree_plan, cancel_plan
from .invoices import BilledLine, issue_invoice
from .late_fees import charge_all, charge_fees, end_exemption, exempt_from_fees, waive_fee
from .links import make_link, new_link, url_of
from .notices import announce_payment, approve_notice, reject_notice, withdraw_notice
from .openings import accept_opening, import_receivables, start_opening, start_undo, take_back_row
from .payments import record_payment, reverse_payment
from .promises import record_promise, settle_due, settle_promises, withdraw_promise
from .reallocation import share_out, use_rests
from .refunds import (
    approve_refund,
    pay_out_refund,
    put_back,
    reject_refund,
    request_refund,
    return_refund,
)
from .statements import print_statement, send_monthly_statements, send_statement
from .write_offs import (
    approve_write_off,
    recover_write_off,
    reject_write_off,
    request_surplus_write_off,
    request_write_off,
)

__all__ = [
    "BilledLine",
    "LockedAccount",
    "accept_opening",
    "accept_statement",
    "agree_plan",
    "allocate",
    "announce_payment",
    "apply_unallocated",
    "approve_line",
    "approve_notice",
    "approve_refund",
    "approve_write_off",
    "ask_for_run",
    "book_line",
    "bounce_cheque",
    "can_be_disputed",
    "cancel_plan",
    "change_bank_account",
    "charge_all",
    "charge_fees",
    "charge_line",
    "clear_cheque",
    "clear_line",
    "commit_order",
    "confirm_best",
    "decide",
    "deposit_cheques",
    "dunning_day",
    "end_exemption",
    "exempt_from_fees",
    "gather",
    "go_through",
    "ignore_line",
    "import_receivables",
    "issue_credit_note",
    "issue_debit_note",
    "issue_invoice",
    "link_line",
    "lock_account",
    "look_at",
    "make_link",
    "may_leave",
    "new_link",
    "oldest_first",
    "open_account",
    "open_checkout",
    "pause_dunning",
    "pay_out_refund",
    "preview",
    "print_statement",
    "put_back",
    "raise_dispute",
    "record_call",
    "record_payment",
    "record_promise",
    "recover_write_off",
    "reject_dispute",
    "reject_notice",
    "reject_refund",
    "reject_write_off",
    "remind",
    "remind_of_cheques",
    "request_refund",
    "request_surplus_write_off",
    "request_write_off",
    "rescore",
    "resume_dunning",
    "return_cheque",
    "return_refund",
    "reverse_payment",
    "run_now",
    "send_monthly_statements",
    "send_refund",
    "send_statement",
    "set_limit",
    "settle_due",
    "settle_gateway_payment",
    "settle_promises",
    "share_out",
    "start_checkout",
    "start_due_run",
    "start_opening",
    "start_reading",
    "start_undo",
    "stop_run",
    "store_gateway_event",
    "sweep_checkouts",
    "sweep_refunds",
    "take_back_cheque",
    "take_back_row",
    "take_cheque",
    "take_suggestion",
    "undo_line",
    "uphold_dispute",
    "url_of",
    "use_rests",
    "void_invoice",
    "waive_fee",
    "withdraw_dispute",
    "withdraw_notice",
    "withdraw_promise",
    "work_gateway_event",
]
