"""The page of one order."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.changes import Source, Tracked
from core.errors import Refusal
from core.money import format_money
from core.screens import Action, Badge, Crumb, Figure, PanelScreen, RecordScreen, Way, inlines, version_of
from core.templatetags.figures import moment, status_tone
from customers.models.choices import DeliveryMethod
from inventory.models import Product
from orders import operations, queries
from orders.forms import OrderForm
from orders.models import Order, OrderLine, Reorder, Status
from orders.queries.pages import margin_of, promised

from .verbs import foresee

HOLDING = {Status.DRAFT, Status.CREDIT_HOLD}
GOING = {Status.CONFIRMED, Status.BACKORDERED}


class OrderDetail(RecordScreen):
    """What was asked, why it may go or is held, and what became of it."""

    queryset = Order.objects.select_related(
        "customer", "location", "credit_decision__by", "created_by", "confirmed_by"
    )
    permission_required = "orders.view_order"
    template_name = "orders/order_detail.html"
    crumbs = [Crumb(gettext_lazy("Orders"), "orders:order_list")]
    attachments = "orders.change_order"
    inline = inlines(OrderForm, "orders.change_order", "customer_reference", "delivery_method", "note")

    def subtitle(self, order: Order) -> str:
        return order.code

    def get_title(self) -> str:
        return str(self.object.customer.name)

    def badges(self, order: Order) -> Sequence[Badge]:
        badges = [Badge(order.get_status_display(), status_tone(order.status))]
        return [*badges, Badge(_("Closed short"), "warn")] if order.closed_short_at else badges

    def figures(self, order: Order) -> Sequence[Figure]:
        lines = self.lines
        pieces = sum(each.line.quantity for each in lines)
        delivered = sum(each.line.delivered for each in lines)
        waiting = sum(each.line.backordered for each in lines)
        given_up = sum(each.line.given_up for each in lines)
        figures = [
            Figure(_("Total"), order.total, kind="money", currency=order.currency),
            Figure(
                _("Pieces"),
                pieces,
                kind="number",
                note=_("%(n)d backordered") % {"n": waiting}
                if waiting
                else _("%(n)d given up") % {"n": given_up}
                if given_up
                else "",
                tone="warn" if waiting else "",
            ),
            Figure(_("Delivered"), delivered, kind="number"),
        ]
        if self.invoices:
            owed = sum(invoice.outstanding for invoice in self.invoices)
            figures.append(
                Figure(
                    _("Outstanding"), owed, kind="money", currency=order.currency, tone="warn" if owed else ""
                )
            )
        return figures

    def actions(self, order: Order) -> Sequence[Action]:
        def verb(label: str, name: str, permission: str = "", **more: Any) -> Action:
            return Action(
                label,
                f"orders:order_{name}",
                (order.pk,),
                permission=f"orders.{permission or name}_order",
                ask=True,
                post=True,
                version=version_of(order),
                **more,
            )

        actions = []
        if order.status == Status.CREDIT_HOLD:
            actions += [
                verb(_("Approve"), "release", tone="primary", icon="check"),
                verb(_("Reject"), "reject", "release"),
                verb(_("Judge again"), "confirm", icon="arrow-path"),
            ]
        if order.status == Status.DRAFT:
            change = Action(_("Change"), "orders:order_change", (order.pk,), permission="orders.change_order")
            actions += [verb(_("Confirm"), "confirm", tone="primary", icon="check"), change]
        if order.status in HOLDING and self.lines:
            actions.append(
                Action(
                    _("Quotation"),
                    "orders:order_quote",
                    (order.pk,),
                    permission="orders.issue_quotation",
                    ask=True,
                    icon="document-text",
                )
            )
        if order.status in GOING and any(each.line.reserved for each in self.lines):
            actions.append(verb(_("Deliver"), "deliver", tone="primary", icon="truck"))
            actions += [
                Action(label, f"orders:order_{name}", (order.pk,), permission=f"orders.{right}", icon=icon)
                for label, name, right, icon in (
                    (_("Deliver a part"), "deliver_part", "deliver_order", "truck"),
                    (_("Pick"), "pick", "pick_order", "clipboard-document-list"),
                    (_("Pick list"), "pick_list", "view_order", "printer"),
                    (_("Packing slip"), "packing_slip", "view_order", "printer"),
                )
            ]
        if self.invoices and any(each.line.delivered for each in self.lines):
            actions.append(
                Action(
                    _("Return goods"),
                    href=f"{reverse('orders:return_add')}?invoice={self.invoices[0].pk}"
                    if len(self.invoices) == 1
                    else f"{reverse('orders:return_add')}?customer={order.customer_id}",
                    permission="orders.add_return",
                    icon="arrow-uturn-left",
                )
            )
        went = any(each.line.delivered for each in self.lines)
        if order.status in GOING and went:
            actions.append(verb(_("Close short"), "close_short", "cancel", tone="danger"))
        if order.status in GOING | {Status.CREDIT_HOLD} and not went:
            actions.append(verb(_("Return to draft"), "reopen"))
        if order.status in HOLDING | GOING and not went:
            actions.append(verb(_("Cancel"), "cancel", tone="danger"))
        return actions

    def details(self, order: Order) -> dict[str, Any]:
        customer = format_html(
            '<a class="link" href="{}">{}</a>', order.customer.get_absolute_url(), order.customer
        )
        delivery = dict(DeliveryMethod.choices).get(order.delivery_method, order.delivery_method)
        return {
            "order": [
                (_("Customer"), customer),
                (_("Number"), order.code),
                (_("Their reference"), order.customer_reference, "customer_reference"),
                (_("Delivery"), delivery, "delivery_method"),
                (_("From"), order.location),
                (_("Note"), order.note, "note"),
                *([(_("Sold below cost"), order.below_cost_reason)] if order.below_cost_reason else []),
                (_("Written"), _by(order.created_at, order.created_by)),
                (_("Confirmed"), _by(order.confirmed_at, order.confirmed_by)),
                (_("Delivered"), _by(order.delivered_at)),
                (_("Cancelled"), _by(order.cancelled_at)),
                (_("Closed short"), _by(order.closed_short_at, order.closed_short_reason)),
            ]
        }

    def may_inline(self, order: Order) -> bool:
        return order.status == Status.DRAFT

    def change_inline(self, order: Order, name: str, value: Any) -> Any:
        told = {name: value or (order.customer.delivery_method if name == "delivery_method" else "")}
        return operations.describe_order(order, by=self.request.user, at=timezone.now(), **told)

    def history(self, order: Order) -> list[Source]:
        return [
            *super().history(order),
            Tracked(
                OrderLine,
                {"order_id": order.pk},
                named="product",
                tells=("quantity", "unit_price", "discount"),
                rights={"unit_cost": "inventory.view_cost"},
            ),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order = self.object
        sees_cost = self.request.user.has_perm("inventory.view_cost")
        self.lines = queries.shown_lines(order, costs=sees_cost)
        self.invoices = list(queries.invoices_of(order))
        agreed = order.replaces_id is not None  # its prices stand: there is nothing to foresee
        foreseen = foresee(order) if order.status in HOLDING and self.lines and not agreed else None
        decision = order.credit_decision
        may_see_quotations = self.request.user.has_perm("orders.view_quotation")
        return super().get_context_data(
            lines=self.lines,
            invoices=self.invoices,
            quotations=list(order.quotations.all()) if may_see_quotations else [],
            today=timezone.localdate(),
            order_messages=list(queries.messages_about(order, self.invoices)),
            events=queries.events_of(order),
            decision=decision,
            judged=queries.judged(decision) if decision else None,
            preview=None if isinstance(foreseen, Refusal) else foreseen,
            problem=foreseen if isinstance(foreseen, Refusal) else None,
            ways=self.ways(order),
            sees_cost=sees_cost,
            margin=margin_of(self.lines) if sees_cost else None,
            costs_fifo=settings.COST_OF_SALES == "fifo",
            received=list(
                order.confirmations_of_delivery.select_related("invoice", "delivery").order_by("at")
            ),
            deliveries=self.deliveries(order),
            returns=self.returns(),
            reorder=Reorder.objects.filter(order=order).select_related("invoice").first(),
            has_aside=True,
            **kwargs,
        )

    def deliveries(self, order: Order) -> list[Any]:
        """What left already, the newest first; nobody asks of an order of which nothing left."""
        if not any(each.line.delivered for each in self.lines):
            return []
        rows = order.deliveries.select_related("invoice", "by", "confirmation")
        return list(rows.annotate(pieces=Sum("lines__pieces")).order_by("-at", "-pk"))

    def returns(self) -> list[Any]:
        """What came back, or is to."""
        seen = self.invoices and self.request.user.has_perm("orders.view_return")
        return list(queries.returns_of_invoices(self.invoices)) if seen else []

    def ways(self, order: Order) -> list[Way]:
        """What would let a held order go."""
        if order.status != Status.CREDIT_HOLD:
            return []
        ways = []
        pay = queries.to_pay(order)
        if pay and self.request.user.has_perm("credit.record_payment"):
            amount = format_money(pay, order.currency)
            if url := _address("credit:payment_add"):
                ways.append(
                    Way(_("Take a payment"), f"{url}?customer={order.customer_id}&amount={pay}", amount)
                )
        over = queries.over_by(order)
        if over and self.request.user.has_perm("credit.add_limitrequest"):
            decision = order.credit_decision
            needed = Decimal((decision and decision.inputs.get("limit")) or 0) + over
            url = reverse("credit:limit_request_add", args=[order.customer_id])
            ways.append(
                Way(
                    _("Ask for a limit"),
                    f"{url}?amount={needed}&about={order.reference}",
                    format_money(needed, order.currency),
                )
            )
        if self.request.user.has_perm("orders.release_order"):
            ways.append(Way(_("Approve it"), reverse("orders:order_release", args=[order.pk])))
        return ways


def _by(at: Any, by: Any = None) -> str:
    """A moment and who, in one line."""
    return " · ".join(filter(None, [moment(at) if at else "", str(by or "")]))


class ProductPanel(PanelScreen):
    """To whom pieces of a product are promised, on its page."""

    model = Product
    permission_required = "orders.view_order"
    template_name = "orders/product_panel.html"
    title = gettext_lazy("Promised")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        product = self.get_object()
        return super().get_context_data(
            product=product, promised=promised(product.pk, self.request.user), **kwargs
        )


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
