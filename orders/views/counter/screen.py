"""The counter's page. Works by posting the whole form; with htmx, the same posts answer in small parts.

Nothing that was typed is ever taken from the page: a search, a new line, another price, a refusal all come back with
every field as it was. `do` names the button: find, add:12, remove:12, set:12:3, swap:12:31, pick:7, why:12, update,
save, confirm. What is answered depends on what htmx will swap:

    counter        the change alone: sum, live cells of each line, new lines (the page's script sends these)
    counter-body   everything between the page's head and foot
    hits, customer-hits    what a search found
    dialog-body    why a price is what it is
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import local_date
from core.errors import Refusal
from core.keys import find, read_key
from core.money import format_money, parse_money
from core.screens import Crumb, FormScreen, go, version_of
from customers.models import Customer
from customers.queries import search_customers
from orders import operations, queries
from orders.forms import OrderForm, typed_lines
from orders.models import Order, QuotedPrices, Status
from orders.operations.drafts import default_location
from orders.queries.quoted import Quoted, promised_prices

from .sheet import Sheet
from .shown import OneWay, Shown
from .unmet import count_change, count_search, count_short

PART = {
    "counter": "orders/_counter_change.html",
    "hits": "orders/_counter_hits.html",
    "customer-hits": "orders/_counter_customer_hits.html",
    "dialog-body": "orders/_counter_why.html",
}


class Counter(FormScreen):
    """What writing and changing an order share."""

    form_class = OrderForm
    template_name = "orders/counter.html"
    body_template_name = "orders/_counter.html"
    crumbs = [Crumb(gettext_lazy("Orders"), "orders:order_list")]

    customer: Customer | None = None
    sheet: Sheet
    refusal: Refusal | None = None
    torn = False
    quoted_prices = ""  # which prices count, once somebody was asked
    opened = True  # as it is stored, before anybody typed

    # --- what comes in ---------------------------------------------------------------------------------------------
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self._find()
        self.opened = self.htmx_target not in {"hits", "customer-hits"}
        self.start()
        if not self.opened:
            return self.found()
        return self.show(self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self._find()
        self.opened = False
        self.start()
        lines, self.torn = typed_lines(request.POST)
        self.sheet = Sheet(lines)
        verb, _colon, which = request.POST.get("do", "update").partition(":")
        if verb in {"save", "confirm", "ask"}:
            self.quoted_prices = which if which in QuotedPrices.values else ""
            return self.store(confirm=verb == "confirm", ask=verb == "ask")
        if verb == "pick" and self.object is None:
            self.customer = find(self.customers(), which) or self.customer
        before = list(self.sheet.lines)
        self.sheet.take(verb, which)
        self.sheet.take_all(*[request.POST.getlist(name) for name in ("add", "swap", "scan")])
        response = self.show(self.get_form(), status=422 if self.torn else 200)
        by, customer = request.user.pk, self.customer
        count_change(response, before, verb, which, by=by, customer=customer, location=lambda: self.location)
        return response

    @abstractmethod
    def start(self) -> None:
        """Read the customer and, when the page is opened, the lines."""

    def customers(self) -> Any:
        return Customer.objects.visible_to(self.request.user)

    # --- what is written -------------------------------------------------------------------------------------------
    def store(self, *, confirm: bool, ask: bool = False) -> HttpResponse:
        """Save, save and confirm, or save and ask somebody to. A refusal changes nothing and loses nothing."""
        if confirm and not self.request.user.has_perm("orders.confirm_order"):
            raise PermissionDenied
        form = self.get_form()
        valid = all([form.is_valid(), *[line.is_valid() for line in self.sheet.lines]])
        try:
            if self.torn:
                raise torn()
            if self.customer is None:
                raise Refusal(_("Choose the customer first."), code="no_customer")
            if not self.sheet.lines:
                raise Refusal(_("Add at least one product."), code="no_lines")
            if not valid:
                return self.show(form, status=422)
            with transaction.atomic():
                order = self.write(self.customer, form, confirm=confirm)
                if ask:
                    operations.ask_below_cost(order, by=self.request.user, at=timezone.now())
        except Refusal as refusal:
            self.refusal = refusal
            form.add_error(None, refusal.text)
            return self.show(form, status=422)
        self.tell(order, confirm=confirm)
        response = go(self.request, order.get_absolute_url())
        if confirm and order.status == Status.BACKORDERED:
            count_short(response, order, by=self.request.user.pk)
        return response

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

    @property
    def may_hold(self) -> bool:
        """Whoever saw that credit approves is asked again when it no longer does."""
        return self.request.POST.get("seen_verdict") != "approved"

    # --- what is shown ---------------------------------------------------------------------------------------------
    def show(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        if self.torn and self.refusal is None:
            self.refusal = torn()
            form.add_error(None, self.refusal.text)
        target = self.htmx_target
        name = PART.get(target, self.body_template_name) if target else self.template_name
        version = self.request.POST.get("version") or (version_of(self.object) if self.object else "")
        sheet = self.sheet
        shown = Shown(
            self.customer,
            sheet,
            location=lambda: self.location,
            currency=self.object.currency if self.object else "",
            user=self.request.user,
            promised=promised_prices(self.object) if self.object else {},
        )
        verb, _colon, which = self.request.POST.get("do", "").partition(":")
        whole = target not in PART
        asked = read_key(which) if verb == "why" else None
        data = self.get_context_data(
            form=form,
            object=self.object,
            customer=self.customer,
            shown=shown,
            rows=shown.rows,
            fresh=sheet.fresh,
            places=sheet.places,
            more=sheet.more,
            said=sheet.said(shown.products),
            unknown=sheet.unknown,
            refusal=self.refusal,
            ways=[*self.refused_ways(), *shown.ways(self.request.path)],
            why=next((row for row in shown.rows if row.product.pk == asked), None),
            devices=queries.devices_of([asked]).get(asked, []) if asked else [],
            key=self.idempotency_key,
            version=version,
            sees_cost=self.request.user.has_perm("inventory.view_cost"),
            may_confirm=self.request.user.has_perm("orders.confirm_order"),
            may_sell_below_cost=operations.may_sell_below_cost(self.request.user),
            find="" if verb == "add" else self.typed("find"),
            offers=self.offers() if whole and verb != "add" else [],
            customer_find="" if verb == "pick" else self.typed("customer_find"),
            customer_hits=self.customer_hits() if whole and verb != "pick" else [],
            recent=self.recent() if whole else [],
            buyer=self.buyer() if whole else None,
            **context,
        )
        return self.response_class(self.request, [name], data, using=self.template_engine, status=status)

    def found(self) -> HttpResponse:
        """What a search found, and nothing else."""
        data: dict[str, Any] = {
            "request": self.request,
            "customer": self.customer,
            "find": self.typed("find"),
            "customer_find": self.typed("customer_find"),
            "sees_cost": self.request.user.has_perm("inventory.view_cost"),
        }
        if self.htmx_target == "hits":
            data["offers"] = self.offers()
        else:
            data["customer_hits"] = self.customer_hits()
            data["recent"] = self.recent()
        name = PART[self.htmx_target]
        response = self.response_class(self.request, [name], data, using=self.template_engine)
        if data.get("find") and self.customer and "offers" in data:
            count_search(
                response, data["find"], data["offers"], by=self.request.user.pk, customer=self.customer
            )
        return response

    def refused_ways(self) -> list[OneWay]:
        """The way out of a refusal that is not about credit."""
        told = self.refusal.details if self.refusal else {}
        if made := told.get("order"):
            return [OneWay(_("Open %(code)s") % {"code": made.code}, page=made.get_absolute_url())]
        quoted: Quoted | None = told.get("quoted")
        if quoted is None:
            return []
        ways = [OneWay(_("Keep the quoted prices"), quoted.quotation.number, do="confirm:keep")]
        if quoted.today_total is not None:
            total = format_money(quoted.today_total, self.currency)
            ways.append(OneWay(_("Take today's prices"), total, do="confirm:today"))
        return ways

    def typed(self, name: str) -> str:
        return self.request.POST.get(name, self.request.GET.get(name, "")).replace("\x00", "").strip()[:120]

    @cached_property
    def location(self) -> Any:
        return self.object.location if self.object else default_location()

    @property
    def currency(self) -> str:
        return self.object.currency if self.object else getattr(self.customer, "currency", "")

    def offers(self) -> list[queries.Offer]:
        text = self.typed("find")
        if not text or self.customer is None:
            return []
        on = local_date(timezone.now())
        return queries.offers(text, self.customer, location=self.location, on=on, currency=self.currency)

    def customer_hits(self) -> list[Any]:
        text = self.typed("customer_find")
        if not text or self.object:
            return []
        return search_customers(text, user=self.request.user, limit=8)

    def recent(self) -> list[Any]:
        """Offered before anybody types."""
        if self.object or self.typed("customer_find"):
            return []
        return queries.recent_customers(self.request.user)

    def buyer(self) -> queries.Buyer | None:
        if self.customer is None:
            return None
        return queries.buyer(self.customer, on=local_date(timezone.now()))


def torn() -> Refusal:
    return Refusal(
        _("The lines of this page came incomplete, so nothing was stored. Look at each line and try again."),
        code="torn_lines",
    )
