"""The two doors of the counter."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.keys import find, read_key
from customers.models import Customer
from orders import operations
from orders.forms import LineForm, OrderForm
from orders.models import Order, QuotedPrices
from orders.operations import Item
from orders.operations.short import with_substitutes

from .screen import Counter
from .sheet import Sheet


class OrderAdd(Counter):
    permission_required = "orders.add_order"
    title = gettext_lazy("New order")

    def start(self) -> None:
        asked = self.request.POST.get("customer") or self.request.GET.get("customer")
        self.customer = find(self.customers(), asked)
        self.sheet = Sheet()

    def write(self, customer: Customer, form: Any, *, confirm: bool) -> Order:
        items = with_substitutes([line.item for line in self.sheet.lines], self.location)
        key = self.idempotency_key
        self.refuse_other_order(items, key)
        common: dict[str, Any] = {"by": self.request.user, "at": timezone.now(), "idempotency_key": key}
        if confirm:
            return operations.place_order(
                customer, items, seen_total=self.seen_total, may_hold=self.may_hold, **common, **form.values()
            )
        return operations.create_order(customer, items, **common, **form.values())

    def refuse_other_order(self, items: list[Item], key: str) -> None:
        """This page made an order already, its answer was lost, and then it was changed: say so, don't guess."""
        made = self.made_before(key)
        if made is None:
            return
        lines = made.lines.values_list("product_id", "quantity", "discount", "when_short", "substitute_id")
        if {Item(*line) for line in lines} != set(items):
            raise Refusal(
                _("This order was stored already, as %(code)s, with other lines. Open it to change it.")
                % {"code": made.code},
                code="stored_already",
                order=made,
            )

    def made_before(self, key: str) -> Order | None:
        return Order.objects.filter(idempotency_key=key).visible_to(self.request.user).first()


class OrderChange(Counter):
    queryset = Order.objects.select_related("customer", "location", "quotation")
    permission_required = "orders.change_order"

    def get_title(self) -> str:
        return _("Change %(code)s") % {"code": self.object.code}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in OrderForm.base_fields}

    def start(self) -> None:
        self.customer = self.object.customer
        lines = self.object.lines.values_list("product_id", "quantity", "discount", "when_short")
        self.sheet = Sheet(LineForm.typed(*line) for line in lines) if self.opened else Sheet()

    def write(self, customer: Customer, form: Any, *, confirm: bool) -> Order:
        items = with_substitutes([line.item for line in self.sheet.lines], self.location)
        version = read_key(self.request.POST.get("version"))
        common: dict[str, Any] = {"by": self.request.user, "at": timezone.now(), "version": version}
        if confirm:
            return operations.change_and_confirm_order(
                self.object,
                items,
                seen_total=None if self.quoted_prices == QuotedPrices.TODAY else self.seen_total,
                may_hold=self.may_hold,
                quoted_prices=self.quoted_prices,
                **common,
                **form.values(),
            )
        return operations.change_order(self.object, items, **common, **form.values())
