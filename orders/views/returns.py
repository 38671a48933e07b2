"""Goods that come back: the list, asking, one of them, its verbs and its paper."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.changes import Source, Tracked
from core.errors import Refusal
from core.keys import read_key
from core.money import ZERO, format_money
from core.screens import (
    Action,
    ActionScreen,
    Badge,
    Column,
    Crumb,
    Figure,
    FormScreen,
    ListScreen,
    RecordScreen,
    Screen,
    Tab,
    version_of,
)
from credit.models import Invoice, Refund
from credit.states import Word
from credit.views.retailer import pdf_response
from customers.models import Customer
from customers.queries.search import search_customers
from inventory.models import Product
from orders import operations
from orders.forms.returns import ReceiveReturnForm, ReturnFilter, ReturnForm, SettleReturnForm
from orders.models import Disposition, Return, ReturnLine, ReturnPart
from orders.operations.drafts import default_location
from orders.operations.settling import house_fee, kept_pieces, worth_of_return
from orders.queries.pages import Event
from orders.queries.returns import credit_notes_of, returnable, search_returns, supplier_lines, with_pieces
from orders.slips import of_return, slip_pdf

from .lists import ORDERS
from .verbs import ReasonScreen, acting

RETURNS = Crumb(_("Returns"), "orders:return_list")
NEW = Action(
    _("New return"), "orders:return_add", permission="orders.add_return", tone="primary", icon="plus"
)


def state_word(rma: Return) -> Any:
    return Word(str(rma.step), rma.tone)


def of_state(*states: str) -> Any:
    return lambda rows, user: rows.filter(state__in=states)


def _credited(rma: Return) -> Decimal | None:
    """Nothing is said before it is settled."""
    return rma.credited if rma.credited else None


class ReturnList(ListScreen):
    queryset = with_pieces(Return.objects.select_related("customer"))
    permission_required = "orders.view_return"
    title = _("Returns")
    crumbs = [ORDERS]
    columns = [
        Column(_("Return"), "number", kind="code", link=True, sub="customer.name", phone="title"),
        Column(_("Asked"), "asked_at", kind="ago", order="asked_at", phone="label"),
        Column(_("Pieces"), "pieces", kind="number", phone="figure"),
        Column(_("State"), state_word, kind="status", phone="show", key="state"),
        Column(_("Settlement"), "get_settlement_display"),
        Column(_("Credited"), _credited, kind="money", currency="currency", phone="label", key="credited"),
        Column(_("Restocking fee"), "fee", kind="money", currency="currency", hidden=True),
        Column(_("Why no fee"), "fee_waived_reason", hidden=True),
        Column(_("Received"), "received_at", kind="ago", hidden=True),
        Column(_("Settled"), "settled_at", kind="ago", hidden=True),
        Column(_("Asked by the shop"), "from_shop", hidden=True),
        Column(_("Customer"), "customer.name", hidden=True),
        Column(_("Phone"), "customer.phone", kind="phone", hidden=True),
        Column(_("Note"), "note", hidden=True),
        Column(_("Why it ended"), "ended_reason", hidden=True),
    ]
    ordering = ["-asked_at"]
    search_hint = _("Return, invoice, shop, phone…")
    filterset_class = ReturnFilter
    tabs = [
        Tab("all", _("All")),
        Tab(
            "decide",
            _("To decide"),
            lambda rows, user: rows.filter(state=Return.State.ASKED, accepted_at=None),
        ),
        Tab(
            "coming",
            _("On the way"),
            lambda rows, user: rows.filter(state=Return.State.ASKED, accepted_at__isnull=False),
        ),
        Tab("settle", _("To settle"), of_state(Return.State.RECEIVED)),
        Tab("settled", _("Settled"), of_state(Return.State.SETTLED)),
    ]
    actions = [NEW]
    export_permission = "orders.view_return"
    empty = _("Nothing came back yet.")
    empty_action = NEW

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_returns(rows, text)


class ReturnAdd(FormScreen):
    """First whose goods come back, then which. `?customer=12` or `?invoice=7` skips the first step."""

    permission_required = "orders.add_return"
    template_name = "orders/return_add.html"
    title = _("New return")
    button = _("Note the return")
    crumbs = [ORDERS, RETURNS]
    form_class = ReturnForm

    @cached_property
    def invoice(self) -> Invoice | None:
        asked = self.request.POST.get("invoice") or self.request.GET.get("invoice") or ""
        if not asked:
            return None
        rows = Invoice.objects.visible_to(self.request.user).select_related("account__customer")
        return get_object_or_404(rows, pk=read_key(asked) or 0)

    @cached_property
    def customer(self) -> Customer | None:
        """Whose goods; 404 when not in sight."""
        if self.invoice is not None:
            return self.invoice.account.customer
        asked = self.request.POST.get("customer") or self.request.GET.get("customer") or ""
        if not asked:
            return None
        return get_object_or_404(Customer.objects.visible_to(self.request.user), pk=read_key(asked) or 0)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.customer is None:
            text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
            hits = search_customers(text, user=request.user) if text else []
            context = self.get_context_data(q=text, hits=hits)
            return self.response_class(
                request, ["orders/return_customer.html"], context, using=self.template_engine
            )
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.customer is None:
            raise Http404
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        assert self.customer is not None
        of = [self.invoice.pk] if self.invoice else None
        lines = [line for line in returnable(self.customer.pk, invoices=of) if line.left and line.product_id]
        return {**super().get_form_kwargs(), "lines": lines[:MOST_LINES]}

    def perform(self, form: ReturnForm) -> Return:
        assert self.customer is not None
        return operations.request_return(
            self.customer,
            form.items(),
            note=form.cleaned_data["note"],
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self, rma: Return) -> str:
        return gettext("Return %(number)s is noted.") % {"number": rma.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            customer=self.customer,
            invoice=self.invoice,
            fields_template="orders/_return_fields.html",
            **kwargs,
        )


MOST_LINES = 100


class ReturnDetail(RecordScreen):
    """What comes back, what came, where it went, and how it ended."""

    queryset = Return.objects.select_related(
        "customer", "asked_by", "accepted_by", "received_by", "settled_by", "ended_by", "fee_document"
    )
    permission_required = "orders.view_return"
    template_name = "orders/return_detail.html"
    crumbs = [ORDERS, RETURNS]
    context_object_name = "rma"
    attachments = "orders.add_return"

    def subtitle(self, rma: Return) -> str:
        return str(rma.customer.name)

    def badges(self, rma: Return) -> Sequence[Badge]:
        return [Badge(rma.step, rma.tone)]

    def figures(self, rma: Return) -> Sequence[Figure]:
        came = sum(part.pieces for line in self.lines for part in line.parts.all())
        figures = [
            Figure(_("Pieces"), sum(line.quantity for line in self.lines), kind="number"),
            Figure(_("Came"), came, kind="number"),
        ]
        if rma.settled_at:
            figures += [
                Figure(_("Credited"), rma.credited, kind="money", currency=rma.currency),
                Figure(
                    _("Restocking fee"),
                    rma.fee,
                    kind="money",
                    currency=rma.currency,
                    note=rma.fee_waived_reason,
                ),
            ]
        else:
            figures.append(Figure(_("Worth about"), self.worth, kind="money", currency=rma.currency))
        return figures

    def actions(self, rma: Return) -> Sequence[Action]:
        def verb(label: Any, name: str, permission: str, **more: Any) -> Action:
            return Action(
                label,
                f"orders:return_{name}",
                (rma.pk,),
                permission=f"orders.{permission}",
                version=version_of(rma),
                **more,
            )

        slip = Action(
            _("Slip"), "orders:return_slip", (rma.pk,), permission="orders.view_return", icon="printer"
        )
        if rma.state == Return.State.ASKED and rma.accepted_at is None:
            return [
                verb(
                    _("Accept"), "accept", "accept_return", tone="primary", icon="check", post=True, ask=True
                ),
                verb(_("Reject"), "reject", "accept_return", ask=True),
                verb(_("Receive"), "receive", "receive_return", icon="inbox-arrow-down"),
                slip,
                verb(_("Cancel"), "cancel", "accept_return", ask=True, tone="danger"),
            ]
        if rma.state == Return.State.ASKED:
            return [
                verb(_("Receive"), "receive", "receive_return", tone="primary", icon="inbox-arrow-down"),
                slip,
                verb(_("Reject"), "reject", "accept_return", ask=True),
                verb(_("Cancel"), "cancel", "accept_return", ask=True, tone="danger"),
            ]
        rest = [slip]
        if self.without_supplier:
            rest.append(
                Action(
                    _("Put on a return to the supplier"),
                    "orders:return_to_supplier",
                    (rma.pk,),
                    permission="inventory.add_supplierreturn",
                    icon="truck",
                    post=True,
                    ask=True,
                )
            )
        if rma.state == Return.State.RECEIVED:
            return [verb(_("Settle"), "settle", "settle_return", tone="primary", icon="scale"), *rest]
        return rest

    def history(self, rma: Return) -> list[Source]:
        return [*super().history(rma), Tracked(Return, {"id": rma.pk})][:1]

    @cached_property
    def lines(self) -> list[ReturnLine]:
        parts = Prefetch("parts", ReturnPart.objects.select_related("location").order_by("pk"))
        rows = self.object.lines.select_related("invoice_line__invoice", "product").prefetch_related(parts)
        return list(rows.order_by("position"))

    @cached_property
    def for_supplier(self) -> dict[int, Any]:
        """Lines of returns to suppliers that have pieces of it; nobody asks where none goes there."""
        return supplier_lines(self.object) if self._going_to_supplier() else {}

    def _going_to_supplier(self) -> list[ReturnLine]:
        supplier = Disposition.SUPPLIER
        return [line for line in self.lines if any(p.disposition == supplier for p in line.parts.all())]

    @property
    def without_supplier(self) -> list[ReturnLine]:
        """Lines with pieces for a supplier that stand on no return to one."""
        return [line for line in self._going_to_supplier() if line.position not in self.for_supplier]

    @property
    def worth(self) -> Decimal:
        shares = worth_of_return(self.object, self.lines, {line.pk: line.quantity for line in self.lines})
        return sum(shares.values(), ZERO)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rma = self.object
        user = self.request.user
        notes = list(credit_notes_of(rma)) if user.has_perm("credit.view_creditnote") else []
        refunds: list[Refund] = []
        if notes and user.has_perm("credit.view_refund"):
            refunds = list(Refund.objects.filter(credit_note__in=notes).order_by("pk"))
        return super().get_context_data(
            lines=self.lines,
            for_supplier=list(self.for_supplier.values()),
            without_supplier=self.without_supplier,
            sees_supplier=user.has_perm("inventory.view_supplierreturn"),
            notes=notes,
            refunds=refunds,
            replacement=getattr(rma, "replacement", None),
            events=events_of(rma),
            has_aside=True,
            **kwargs,
        )


def events_of(rma: Return) -> list[Event]:
    """What happened with it, newest first."""
    from customers.models import TimelineEntry
    from customers.queries.timeline import icon_of

    rows = TimelineEntry.objects.filter(customer_id=rma.customer_id, about=f"orders.return:{rma.pk}")
    return [
        Event(icon_of(e.event), e.text, e.at, e.by) for e in rows.select_related("by").order_by("-at", "-pk")
    ]


class ReturnAccept(ActionScreen):
    queryset = Return.objects.select_related("customer")
    permission_required = "orders.accept_return"
    title = _("Accept the return")
    button = _("Accept")
    crumbs = [ORDERS, RETURNS]
    success_message = _("Accepted. The shop is told to send the goods.")

    def question(self, rma: Return) -> str:
        return gettext("%(shop)s is told to send the goods.") % {"shop": rma.customer.name}

    def perform(self, rma: Return) -> Return:
        return operations.accept_return(rma, **acting(self.request))


class ReturnReject(ReasonScreen):
    queryset = Return.objects.select_related("customer")
    permission_required = "orders.accept_return"
    title = _("Reject the return")
    button = _("Reject")
    crumbs = [ORDERS, RETURNS]
    success_message = _("Rejected. The customer reads your reason.")

    def question(self, order: Any) -> str:
        return gettext("The customer reads your reason.")

    def perform(self, form: Any) -> Return:
        return operations.reject_return(
            self.object, reason=form.cleaned_data["reason"], **acting(self.request)
        )


class ReturnCancel(ReasonScreen):
    queryset = Return.objects.select_related("customer")
    permission_required = "orders.accept_return"
    title = _("Cancel the return")
    button = _("Cancel the return")
    crumbs = [ORDERS, RETURNS]
    success_message = _("The return is cancelled.")

    def question(self, order: Any) -> str:
        return gettext("Its pieces may come back with another return.")

    def perform(self, form: Any) -> Return:
        return operations.cancel_return(
            self.object, reason=form.cleaned_data["reason"], **acting(self.request)
        )


class ReturnToSupplier(ActionScreen):
    """Pieces for a supplier that nobody was known to sell us when they came."""

    queryset = Return.objects.select_related("customer")
    permission_required = ("orders.view_return", "inventory.add_supplierreturn")
    title = _("Put on a return to the supplier")
    button = _("Put them there")
    crumbs = [ORDERS, RETURNS]

    def question(self, rma: Return) -> str:
        return gettext(
            "They are collected for the product's supplier, and leave the stock when that is sent."
        )

    def perform(self, rma: Return) -> None:
        left = operations.put_on_supplier_return(rma, by=self.request.user, at=timezone.now())
        if left:
            names = Product.objects.filter(pk__in=left).values_list("name", flat=True)
            raise Refusal(
                gettext(
                    "Nobody is known to sell us %(products)s. Add a supplier on the product's page first."
                )
                % {"products": ", ".join(names)},
                code="no_supplier",
            )

    success_message = _("They stand on a return to the supplier.")


class ReturnReceive(FormScreen):
    """Count what came, by hand or by scan, each piece to where it goes."""

    queryset = Return.objects.select_related("customer")
    permission_required = "orders.receive_return"
    template_name = "orders/return_receive.html"
    title = _("Receive returned goods")
    button = _("Book what came")
    crumbs = [ORDERS, RETURNS]
    form_class = ReceiveReturnForm
    success_message = _("Booked. The return can be settled.")

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = self.object.lines.select_related("product", "invoice_line").order_by("position")
        return {**super().get_form_kwargs(), "lines": list(rows)}

    def get_initial(self) -> dict[str, Any]:
        try:
            return {"shelf": default_location()}
        except Refusal:
            return {}

    def perform(self, form: ReceiveReturnForm) -> Return:
        return operations.receive_return(
            self.object,
            form.came(),
            conditions=form.conditions(),
            shelf=form.cleaned_data["shelf"],
            **acting(self.request),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            rma=self.object, fields_template="orders/_return_receive_fields.html", **kwargs
        )


class ReturnSettle(FormScreen):
    """Credit, refund, replace; and the restocking fee."""

    queryset = Return.objects.select_related("customer")
    permission_required = "orders.settle_return"
    template_name = "orders/return_settle.html"
    title = _("Settle the return")
    button = _("Settle")
    crumbs = [ORDERS, RETURNS]
    form_class = SettleReturnForm

    @cached_property
    def lines(self) -> list[ReturnLine]:
        return list(self.object.lines.select_related("invoice_line", "product").order_by("position"))

    @cached_property
    def kept(self) -> dict[int, int]:
        return kept_pieces(self.object)

    @cached_property
    def worth(self) -> dict[int, Decimal]:
        return worth_of_return(self.object, self.lines, self.kept)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "nothing_kept": not self.kept,
            "may_refund": self.request.user.has_perm("credit.request_refund"),
        }

    def get_initial(self) -> dict[str, Any]:
        house = house_fee(self.lines, self.worth)
        return {"fee": house} if house else {}

    def perform(self, form: SettleReturnForm) -> Return:
        told = form.cleaned_data
        return operations.settle_return(
            self.object,
            told["settlement"],
            fee_percent=told.get("fee_percent"),
            fee=told.get("fee"),
            waived_reason=told.get("waived_reason", ""),
            refund_method=told.get("refund_method") or Refund.Method.BANK,
            pay_to=told.get("pay_to", ""),
            **acting(self.request),
        )

    def success_url(self, result: Return) -> str:
        order = getattr(result, "replacement", None)
        return str(order.get_absolute_url() if order else result.get_absolute_url())

    def get_success_message(self, result: Return) -> str:
        order = getattr(result, "replacement", None)
        if order is not None:
            return gettext("%(number)s is settled. Confirm the new order: it says what is short.") % {
                "number": result.number
            }
        return gettext("%(number)s is settled.") % {"number": result.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        total = sum(self.worth.values(), ZERO)
        return super().get_context_data(
            rma=self.object,
            rows=[(line, self.kept.get(line.pk, 0), self.worth[line.pk]) for line in self.lines],
            total=total,
            house=house_fee(self.lines, self.worth),
            house_percent=Decimal(settings.RESTOCKING_FEE_PERCENT),
            said=format_money(total, self.object.currency),
            fields_template="orders/_return_settle_fields.html",
            **kwargs,
        )


class ReturnSlip(Screen):
    queryset = Return.objects.select_related("customer")
    permission_required = "orders.view_return"
    title = _("Return slip")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rma = self.get_object()
        return pdf_response(slip_pdf(of_return(rma)), rma.number)
