"""Picking: which orders wait for it, and one of them on a phone, scan by scan."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.keys import read_key
from core.screens import Column, Crumb, ListScreen, Screen, Tab, go
from orders import queries
from orders.models import Order, Pick
from orders.operations.picking import mark_picked, start_pick
from orders.queries.picking import picks_of, to_pick

from .bulk import PICK_ACTIONS
from .lists import ORDERS

TO_PICK = Crumb(_("To pick"), "orders:pick_queue")


class PickQueue(ListScreen):
    """Orders with reserved pieces: by priority, then the oldest promise first."""

    queryset = to_pick().select_related("customer", "location")
    permission_required = "orders.pick_order"
    title = _("To pick")
    crumbs = [ORDERS]
    columns = [
        Column(_("Order"), "code", kind="code", link=True, sub="customer.name", phone="title"),
        Column(_("Promised"), "confirmed_at", kind="ago", phone="label"),
        Column(_("Pieces"), "pieces", kind="number", phone="figure"),
        Column(_("Picked"), "picked", kind="number", phone="label"),
        Column(_("Who picks"), "picker", phone="label"),
        Column(_("From"), "location.name"),
        Column(_("Priority"), "priority", kind="number", hidden=True),
        Column(_("Note"), "note", hidden=True),
        Column(_("Pick"), key="pick", template="orders/_pick_action.html", phone="show", file=False),
    ]
    ordering = ["priority", "confirmed_at"]
    search_hint = _("Order, shop, phone…")
    tabs = [
        Tab("all", _("All")),
        Tab("free", _("Nobody picks"), lambda rows, user: rows.filter(picker=None)),
        Tab("mine", _("Mine"), lambda rows, user: rows.filter(picks__picker=user, picks__ended_at=None)),
    ]
    bulk = PICK_ACTIONS
    export_permission = "orders.pick_order"
    empty = _("Nothing to pick: no confirmed order has pieces here.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return queries.search_orders(rows, text)


class OrderPick(Screen):
    """One order on a phone. Every scan is sent under a key of its own; the page keeps it until it is answered."""

    queryset = Order.objects.select_related("customer", "location")
    permission_required = "orders.pick_order"
    template_name = "orders/pick.html"
    part_template_name = "orders/_pick.html"
    http_method_names = ["get", "post", "head", "options"]
    crumbs = [ORDERS, TO_PICK]

    object: Order

    def get_title(self) -> str:
        return gettext("Pick %(code)s") % {"code": self.object.code}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        try:
            said = self.do(request)
        except Refusal as refusal:
            return self.show(said=refusal.text, tone="bad")
        if self.htmx_target != "pick" and not request.POST.get("code") and not request.POST.get("product"):
            return go(request, request.path)
        return self.show(said=said, tone="good")

    def do(self, request: HttpRequest) -> str:
        """Take it to pick, or count what was scanned or pressed; what to say."""
        code = request.POST.get("code", "").replace("\x00", "").strip()[:64]
        product = read_key(request.POST.get("product")) or 0
        who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        if not code and not product:
            start_pick(self.object, **who)
            return gettext("You pick this order.")
        mark = mark_picked(
            self.object,
            code,
            product_id=product,
            pieces=-1 if request.POST.get("back") else 1,
            reference=self.reference(request),
            **who,
        )
        each = next((p for p in self.picks if p.product_id == mark.product_id), None)
        if each is None:
            return ""
        told = {"product": each.name, "picked": each.picked, "pieces": each.pieces, "shelf": each.shelf}
        return gettext("%(product)s: %(picked)d of %(pieces)d.") % told

    def reference(self, request: HttpRequest) -> str:
        try:
            return f"pick:{uuid.UUID(request.POST.get('reference', ''))}"
        except ValueError:
            return f"pick:{uuid.uuid4()}"

    @property
    def picks(self) -> Any:
        return picks_of([self.object]).get(self.object.pk, [])

    def show(self, *, said: str = "", tone: str = "") -> HttpResponse:
        picks = self.picks
        pick = Pick.objects.filter(order=self.object, ended_at=None).select_related("picker").first()
        data = self.get_context_data(
            order=self.object,
            picks=picks,
            pick=pick,
            pieces=sum(each.pieces for each in picks),
            picked=sum(each.picked for each in picks),
            said=said,
            tone=tone,
            reference=str(uuid.uuid4()),
        )
        name = self.part_template_name if self.htmx_target == "pick" else self.template_name
        return self.response_class(self.request, [name], data, using=self.template_engine)
