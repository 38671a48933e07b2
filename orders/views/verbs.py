"""The verbs of an order, each one button."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import F, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.keys import read_key
from core.money import format_money, parse_money
from core.screens import ActionScreen, Crumb, FormScreen
from orders import operations, queries
from orders.forms import ReasonForm, ReleaseForm
from orders.models import Order, QuotedPrices, Status
from orders.operations import Item, Preview
from orders.queries.quoted import promised_prices, since_quoted

ORDERS = Crumb(_("Orders"), "orders:order_list")


def acting(request: HttpRequest) -> dict[str, Any]:
    """Who acts, when, and which version of the order they saw."""
    return {"by": request.user, "at": timezone.now(), "version": read_key(request.POST.get("version"))}


def foresee(order: Order) -> Preview | Refusal:
    """What confirming an order would do now, or why it can't be said."""
    names = ("product_id", "quantity", "discount", "when_short", "substitute_id")
    items = [Item(*line) for line in order.lines.values_list(*names)]
    try:
        return operations.preview_order(
            order.customer,
            items,
            currency=order.currency,
            location=order.location,
            at=timezone.now(),
            promised=promised_prices(order),
        )
    except Refusal as refusal:
        return refusal


class OrderAskAgain(ActionScreen):
    queryset = Order.objects.select_related("customer")
    permission_required = "orders.add_order"
    title = _("Ask again")
    button = _("Ask again")
    crumbs = [ORDERS]

    def question(self, order: Order) -> str:
        return gettext("Those who may approve it are told that it still waits.")

    def perform(self, order: Order) -> list[Any]:
        return operations.ask_again(order, **acting(self.request))

    def get_success_message(self, obj: Order, result: list[Any]) -> str:
        return gettext("Asked again: %(names)s.") % {"names": ", ".join(str(each) for each in result[:3])}


class OrderConfirm(ActionScreen):
    queryset = Order.objects.select_related("customer", "location", "quotation")
    permission_required = "orders.confirm_order"
    title = _("Confirm order")
    button = _("Confirm")
    crumbs = [ORDERS]
    template_name = "orders/confirm.html"
    dialog_template_name = "orders/_confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_sell = operations.may_sell_below_cost(self.request.user)
        preview = foresee(self.object)
        quoted = None
        if isinstance(preview, Preview):
            quoted = since_quoted(self.object, preview.lines, by=self.request.user, at=timezone.now())
        return super().get_context_data(
            preview=preview,
            quoted=quoted if quoted and quoted.changed else None,
            may_sell_below_cost=may_sell,
            **kwargs,
        )

    def perform(self, order: Order) -> Order:
        choice = self.request.POST.get("quoted_prices", "")
        choice = choice if choice in QuotedPrices.values else ""
        seen = self.request.POST.get("seen_today" if choice == QuotedPrices.TODAY else "seen_total", "")
        total: Decimal | None = parse_money(seen) if seen else None
        why = self.request.POST.get("below_cost_reason", "").replace("\x00", "")
        return operations.confirm_order(
            order,
            seen_total=total,
            below_cost_reason=why,
            quoted_prices=choice,
            **acting(self.request),
        )

    def get_success_message(self, obj: Order, result: Order) -> str:
        if result.status == Status.CREDIT_HOLD:
            return gettext("The order is on credit hold. Somebody who may approve it sees it in the queue.")
        return gettext("Order %(code)s is confirmed.") % {"code": result.code}


class OrderDeliver(ActionScreen):
    model = Order
    permission_required = "orders.deliver_order"
    title = _("Deliver order")
    button = _("Deliver")
    crumbs = [ORDERS]
    success_message = _("Delivered.")

    def question(self, order: Order) -> str:
        pieces = sum(order.lines.values_list("reserved", flat=True))
        return gettext("Hands over the %(pieces)d reserved pieces. What is backordered goes on waiting.") % {
            "pieces": pieces
        }

    def perform(self, order: Order) -> Order:
        return operations.deliver_order(order, **acting(self.request))


class ReasonScreen(FormScreen):
    """A verb that needs a reason. The page says what will happen above the field."""

    queryset: ClassVar[Any] = Order.objects.select_related("customer", "credit_decision")
    form_class = ReasonForm
    crumbs = [ORDERS]

    def question(self, order: Order) -> str:
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            fields_template="orders/_reason_fields.html",
            question=self.question(self.object),
            back_url=self.object.get_absolute_url(),
            **kwargs,
        )


class OrderCancel(ReasonScreen):
    permission_required = "orders.cancel_order"
    title = _("Cancel order")
    button = _("Cancel the order")
    success_message = _("The order is cancelled.")

    def question(self, order: Order) -> str:
        return gettext("Frees what is reserved and takes its invoices back by credit notes.")

    def perform(self, form: Any) -> Order:
        reason = form.cleaned_data["reason"]
        return operations.cancel_order(self.object, reason=reason, **acting(self.request))


class OrderCloseShort(ReasonScreen):
    permission_required = "orders.cancel_order"
    title = _("Close the order short")
    button = _("Close it short")
    success_message = _("Closed. The rest is not coming, and the customer is told.")

    def question(self, order: Order) -> str:
        told = order.lines.aggregate(went=Sum("delivered"), rest=Sum(F("quantity") - F("delivered")))
        said = ngettext(
            "%(went)d delivered, %(rest)d piece is given up.",
            "%(went)d delivered, %(rest)d pieces are given up.",
            told["rest"] or 0,
        ) % {"went": told["went"] or 0, "rest": told["rest"] or 0}
        return f"{said} " + gettext(
            "What is reserved goes back to the shelf, nothing waits any more, and what was billed and did not go is "
            "credited. The customer is told. This can't be undone."
        )

    def perform(self, form: Any) -> Order:
        reason = form.cleaned_data["reason"]
        return operations.close_short(self.object, reason=reason, **acting(self.request))


class OrderReopen(ReasonScreen):
    permission_required = "orders.reopen_order"
    title = _("Return order to draft")
    button = _("Return to draft")
    success_message = _("The order is a draft again.")

    def question(self, order: Order) -> str:
        return gettext(
            "Frees what is reserved, takes its invoices back, and lets it be changed. It then passes every check again."
        )

    def perform(self, form: Any) -> Order:
        reason = form.cleaned_data["reason"]
        return operations.reopen_order(self.object, reason=reason, **acting(self.request))


class OrderRelease(ReasonScreen):
    permission_required = "orders.release_order"
    form_class = ReleaseForm
    title = _("Approve held order")
    button = _("Approve")
    success_message = _("Approved: the order is confirmed.")

    def question(self, order: Order) -> str:
        amount = format_money(order.total, order.currency)
        why = queries.why_held(order)
        return gettext("%(why)s Approving confirms it over %(amount)s all the same.") % {
            "why": why,
            "amount": amount,
        }

    def perform(self, form: Any) -> Order:
        told = form.cleaned_data
        return operations.release_order(
            self.object, reason=told["reason"], until=told["until"], **acting(self.request)
        )

    def success_url(self, result: Any) -> str:
        return result.get_absolute_url()


class OrderReject(ReasonScreen):
    permission_required = "orders.release_order"
    title = _("Reject held order")
    button = _("Reject")
    success_message = _("Rejected: the order is a draft again, and the customer was told.")

    def question(self, order: Order) -> str:
        return gettext(
            "The order becomes a draft again. The customer and the representative read your reason."
        )

    def perform(self, form: Any) -> Order:
        reason = form.cleaned_data["reason"]
        return operations.reject_order(self.object, reason=reason, **acting(self.request))

    def success_url(self, result: Any) -> str:
        return reverse("orders:hold_queue")
