"""What is done with many orders at once, each by the operation of its own page."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.screens import Acting, BulkAction
from orders import operations
from orders.forms import ReasonForm
from orders.models import Order, Status
from orders.slip_batches import MOST, packing_slips, pick_list


def _confirm(order: Order, acting: Acting) -> str:
    confirmed = operations.confirm_order(order, by=acting.by, at=acting.at, version=order.version)
    if confirmed.status == Status.CREDIT_HOLD:
        return gettext("on credit hold; somebody who may approve it sees it in the queue")
    return str(confirmed.get_status_display()).lower()


def _deliver(order: Order, acting: Acting) -> str:
    delivered = operations.deliver_order(order, by=acting.by, at=acting.at, version=order.version)
    return str(delivered.get_status_display()).lower()


def _cancel(order: Order, acting: Acting) -> None:
    operations.cancel_order(
        order, reason=acting.values["reason"], by=acting.by, at=acting.at, version=order.version
    )


def _release(order: Order, acting: Acting) -> str:
    released = operations.release_order(
        order, reason=acting.values["reason"], by=acting.by, at=acting.at, version=order.version
    )
    return str(released.get_status_display()).lower()


def _reject(order: Order, acting: Acting) -> None:
    operations.reject_order(
        order, reason=acting.values["reason"], by=acting.by, at=acting.at, version=order.version
    )


PICK_ACTIONS = [
    BulkAction(
        _("Pick list"),
        "pick_list",
        collect=pick_list,
        permission="orders.pick_order",
        ask=_("Makes one list of all of them: every product by shelf, then order by order."),
        icon="clipboard-document-list",
        most=MOST,
    ),
    BulkAction(
        _("Packing slips"),
        "packing_slips",
        collect=packing_slips,
        permission="orders.pick_order",
        ask=_("Makes a slip without prices for the box of each."),
        icon="printer",
        most=MOST,
    ),
]
ORDER_ACTIONS = [
    BulkAction(
        _("Confirm"),
        "confirm",
        perform=_confirm,
        permission="orders.confirm_order",
        ask=_("Each draft reserves its stock and is invoiced, or is held when credit says no."),
        tone="primary",
    ),
    BulkAction(
        _("Deliver"),
        "deliver",
        perform=_deliver,
        permission="orders.deliver_order",
        ask=_("Hands over what is reserved for each. What is backordered goes on waiting."),
        icon="truck",
    ),
    BulkAction(
        _("Cancel orders"),
        "cancel",
        perform=_cancel,
        permission="orders.cancel_order",
        ask=_("Frees what is reserved and takes their invoices back by credit notes."),
        form_class=ReasonForm,
        tone="danger",
    ),
    *PICK_ACTIONS,
]
HOLD_ACTIONS = [
    BulkAction(
        _("Approve"),
        "release",
        perform=_release,
        permission="orders.release_order",
        ask=_("Each is confirmed although the rule says no, and the decision is recorded under your name."),
        form_class=ReasonForm,
        tone="primary",
    ),
    BulkAction(
        _("Reject"),
        "reject",
        perform=_reject,
        permission="orders.release_order",
        ask=_("Each becomes a draft again. Customer and representative read your reason."),
        form_class=ReasonForm,
        tone="danger",
    ),
]
