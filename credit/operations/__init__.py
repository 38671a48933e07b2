"""Writes on money owed: accounts and decisions, invoices and credit notes, payments and what they pay."""

from .accounts import LockedAccount, commit_order, lock_account, open_account
from .allocations import allocate, apply_unallocated, oldest_first
from .approvals import (
    check_until,
    ended_approvals,
    give_approval,
    note_approval,
    settle_approval,
    withdraw_approval,
)
from .assessing import assess, assess_due
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
from .changing import change_account, set_limit
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
from .decisions import decide, gather, preview, would_pass
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
from .limits import (
    approve_limit_request,
    approvers,
    reject_limit_request,
    request_limit,
    send_up,
    withdraw_limit_request,
)
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
from .reviewing import close_temporary_limits, remind_of_temporary_limits, review_account
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
    "approve_limit_request",
    "approve_line",
    "approve_notice",
    "approve_refund",
    "approve_write_off",
    "approvers",
    "ask_for_run",
    "assess",
    "assess_due",
    "book_line",
    "bounce_cheque",
    "can_be_disputed",
    "cancel_plan",
    "change_account",
    "change_bank_account",
    "charge_all",
    "charge_fees",
    "charge_line",
    "check_until",
    "clear_cheque",
    "clear_line",
    "close_temporary_limits",
    "commit_order",
    "confirm_best",
    "decide",
    "deposit_cheques",
    "dunning_day",
    "end_exemption",
    "ended_approvals",
    "exempt_from_fees",
    "gather",
    "give_approval",
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
    "note_approval",
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
    "reject_limit_request",
    "reject_notice",
    "reject_refund",
    "reject_write_off",
    "remind",
    "remind_of_cheques",
    "remind_of_temporary_limits",
    "request_limit",
    "request_refund",
    "request_surplus_write_off",
    "request_write_off",
    "rescore",
    "resume_dunning",
    "return_cheque",
    "return_refund",
    "reverse_payment",
    "review_account",
    "run_now",
    "send_monthly_statements",
    "send_refund",
    "send_statement",
    "send_up",
    "set_limit",
    "settle_approval",
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
    "withdraw_approval",
    "withdraw_dispute",
    "withdraw_limit_request",
    "withdraw_notice",
    "withdraw_promise",
    "work_gateway_event",
    "would_pass",
]
