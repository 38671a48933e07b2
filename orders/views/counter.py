"""The counter: an order as it is typed. Works by posting the whole form; with htmx, the same posts answer in parts.

Nothing that was typed is ever taken from the page: a search, a new line, another price, a refusal all come back with
every field as it was. `do` names the button: find, add:12, remove:12, pick:7, update, save, confirm.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import local_date
from core.errors import Refusal
from core.money import parse_money
from core.screens import Crumb, FormScreen, go, version_of
from customers.models import Customer
from customers.queries import search_customers
from inventory.models import Product
from inventory.queries import Availability, availability
from orders import operations, queries
from orders.forms import LineForm, OrderForm, number, typed_lines
from orders.models import Order, Status
from orders.operations import Preview
from orders.operations.drafts import default_location
from pricing.queries import PricedLine


class Row(NamedTuple):
    """A typed line with its product, what is here, and its price once it can be said."""

    form: LineForm
    product: Product
    shelf: Availability
    priced: PricedLine | None


class Counter(FormScreen):
    """What writing and changing an order share."""

    form_class = OrderForm
    template_name = "orders/counter.html"
    body_template_name = "orders/_counter.html"
    crumbs = [Crumb(gettext_lazy("Orders"), "orders:order_list")]

    customer: Customer | None = None
    lines: list[LineForm]
    refusal: Refusal | None = None
    done: str = ""  # the button that was pressed, once it has done its work

    # --- what is on the page -------------------------------------------------------------------------------------
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self._find()
        self.start()
        return self.show(self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self._find()
        self.start()
        self.lines = typed_lines(request.POST)
        verb, _colon, which = request.POST.get("do", "update").partition(":")
        if verb in {"save", "confirm"}:
            return self.store(confirm=verb == "confirm")
        if pk := number(which):
            self.take(verb, pk)
        return self.show(self.get_form())

    @abstractmethod
    def start(self) -> None:
        """Read the customer and, when the page is opened, the lines."""

    def take(self, verb: str, pk: int) -> None:
        """Pick a customer, add a line or one more piece, take a line away."""
        self.done = verb
        if verb == "pick" and self.object is None:
            self.customer = self.customers().filter(pk=pk).first() or self.customer
        elif verb == "remove":
            self.lines = [line for line in self.lines if line.product_id != pk]
        elif verb == "add" and any(line.product_id == pk for line in self.lines):
            self.lines = [line.one_more() if line.product_id == pk else line for line in self.lines]
        elif verb == "add":
            self.lines.append(LineForm.typed(pk, 1))

    def customers(self) -> Any:
        return Customer.objects.visible_to(self.request.user)

    # --- what is written -------------------------------------------------------------------------------------------
    def store(self, *, confirm: bool) -> HttpResponse:
        """Save, or save and confirm. A refusal changes nothing and loses nothing."""
        if confirm and not self.request.user.has_perm("orders.confirm_order"):
            raise PermissionDenied
        form = self.get_form()
        valid = all([form.is_valid(), *[line.is_valid() for line in self.lines]])
        try:
            if self.customer is None:
                raise Refusal(_("Choose the customer first."), code="no_customer")
            if not self.lines:
                raise Refusal(_("Add at least one product."), code="no_lines")
            if not valid:
                return self.show(form, status=422)
            order = self.write(self.customer, form, confirm=confirm)
        except Refusal as refusal:
            self.refusal = refusal
            form.add_error(None, refusal.text)
            return self.show(form, status=422)
        self.tell(order, confirm=confirm)
        return go(self.request, order.get_absolute_url())

    @abstractmethod
    def write(self, customer: Customer, form: Any, *, confirm: bool) -> Order:
        """Call the operation that stores what was typed."""

    def tell(self, order: Order, *, confirm: bool) -> None:
        if order.status == Status.CREDIT_HOLD:
            text = _("Order %(code)s is on credit hold. Somebody who may approve it sees it in the queue.")
            messages.warning(self.request, text % {"code": order.code})
        else:
            text = _("Order %(code)s is confirmed.") if confirm else _("Draft %(code)s is saved.")
            messages.success(self.request, text % {"code": order.code})

    @property
    def seen_total(self) -> Any:
        """The total that stood beside the button; None when none did."""
        text = self.request.POST.get("seen_total", "")
        return parse_money(text) if text else None

    # --- what is shown ---------------------------------------------------------------------------------------------
    def show(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        name = self.body_template_name if self.htmx_target else self.template_name
        version = self.request.POST.get("version") or (version_of(self.object) if self.object else "")
        preview, problem = self.preview()
        shown = self.get_context_data(
            form=form,
            object=self.object,
            customer=self.customer,
            rows=self.rows(preview),
            preview=preview,
            problem=None if self.refusal else problem,
            key=self.idempotency_key,
            version=version,
            sees_cost=self.request.user.has_perm("inventory.view_cost"),
            may_confirm=self.request.user.has_perm("orders.confirm_order"),
            find="" if self.done == "add" else self.typed("find"),
            offers=self.offers(),
            on_lines={line.product_id for line in self.lines},
            customer_find="" if self.done == "pick" else self.typed("customer_find"),
            customer_hits=self.customer_hits(),
            **context,
        )
        return self.response_class(self.request, [name], shown, using=self.template_engine, status=status)

    def typed(self, name: str) -> str:
        return self.request.POST.get(name, self.request.GET.get(name, "")).replace("\x00", "").strip()[:120]

    @cached_property
    def location(self) -> Any:
        return self.object.location if self.object else default_location()

    @property
    def currency(self) -> str:
        return self.object.currency if self.object else getattr(self.customer, "currency", "")

    def preview(self) -> tuple[Preview | None, Refusal | None]:
        """Prices, tax and credit for the lines that can be read; or why they can't be said."""
        if self.customer is None or not self.lines:
            return None, None
        items = [line.item for line in self.lines if line.is_valid()]
        if not items:
            return None, None
        try:
            return operations.preview_order(
                self.customer,
                items,
                currency=self.object.currency if self.object else "",
                location=self.location,
                at=timezone.now(),
            ), None
        except Refusal as refusal:
            return None, refusal

    def rows(self, preview: Preview | None) -> Sequence[Row]:
        """The typed lines with their products; a product that is gone takes its line with it."""
        products = Product.objects.in_bulk([line.product_id for line in self.lines])
        shelf = availability(products, self.location) if products else {}
        priced = {line.product_id: line for line in preview.lines} if preview else {}
        return [
            Row(line, products[pk], shelf[pk], priced.get(pk))
            for line in self.lines
            if (pk := line.product_id) in products
        ]

    def offers(self) -> list[queries.Offer]:
        text = self.typed("find")
        if not text or self.customer is None or self.done == "add":
            return []
        on = local_date(timezone.now())
        return queries.offers(text, self.customer, location=self.location, on=on, currency=self.currency)

    def customer_hits(self) -> list[Any]:
        text = self.typed("customer_find")
        if not text or self.object or self.done == "pick":
            return []
        return search_customers(text, user=self.request.user, limit=8)


class OrderAdd(Counter):
    permission_required = "orders.add_order"
    title = gettext_lazy("New order")

    def start(self) -> None:
        asked = self.request.POST.get("customer") or self.request.GET.get("customer")
        self.customer = self.customers().filter(pk=number(asked)).first()
        self.lines = []

    def write(self, customer: Customer, form: Any, *, confirm: bool) -> Order:
        items = [line.item for line in self.lines]
        common: dict[str, Any] = {
            "by": self.request.user,
            "at": timezone.now(),
            "idempotency_key": self.idempotency_key,
        }
        if confirm:
            return operations.place_order(
                customer, items, seen_total=self.seen_total, **common, **form.values()
            )
        return operations.create_order(customer, items, **common, **form.values())


class OrderChange(Counter):
    queryset = Order.objects.select_related("customer", "location")
    permission_required = "orders.change_order"

    def get_title(self) -> str:
        return _("Change %(code)s") % {"code": self.object.code}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in OrderForm.base_fields}

    def start(self) -> None:
        self.customer = self.object.customer
        self.lines = [
            LineForm.typed(*line)
            for line in self.object.lines.values_list("product_id", "quantity", "discount")
        ]

    def write(self, customer: Customer, form: Any, *, confirm: bool) -> Order:
        items = [line.item for line in self.lines]
        version = number(self.request.POST.get("version"))
        common: dict[str, Any] = {"by": self.request.user, "at": timezone.now(), "version": version}
        if confirm:
            return operations.change_and_confirm_order(
                self.object, items, seen_total=self.seen_total, **common, **form.values()
            )
        return operations.change_order(self.object, items, **common, **form.values())
