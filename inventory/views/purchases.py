"""Purchase orders: the list, the page of one, writing, sending, closing, and receiving by scan."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.keys import read_key
from core.screens import (
    Action,
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
from core.templatetags.figures import moment, status_tone
from inventory import queries
from inventory.forms.purchasing import ArrivalForm, CloseForm, ExpectForm, PurchaseForm, SendForm
from inventory.models import (
    GoodsReceipt,
    Location,
    Product,
    PurchaseOrder,
    PurchaseStatus,
    StockLevel,
    Supplier,
)
from inventory.operations.arrivals import receive_purchase
from inventory.operations.purchasing import (
    change_purchase,
    close_purchase,
    create_purchase,
    expect_lines,
    send_purchase,
)
from inventory.papers import purchase_pdf
from messaging.models import OutboundMessage

from .products import STOCK
from .receiving import GoodsReceive

PURCHASES = Crumb(_("Purchase orders"), "inventory:purchase_list")
VIEW, CHANGE = "inventory.view_purchaseorder", "inventory.change_purchaseorder"
NEW = Action(
    _("New purchase order"),
    "inventory:purchase_add",
    permission="inventory.add_purchaseorder",
    tone="primary",
    icon="plus",
)
COST = "inventory.view_cost"


class PurchaseFilter(filters.FilterSet):
    supplier = filters.ModelChoiceFilter(label=_("Supplier"), queryset=Supplier.objects.all())
    status = filters.MultipleChoiceFilter(label=_("Status"), choices=PurchaseStatus.choices)
    location = filters.ModelChoiceFilter(label=_("Where to"), queryset=Location.objects.all())

    class Meta:
        model = PurchaseOrder
        fields = ["supplier", "status", "location"]


class PurchaseList(ListScreen):
    queryset = PurchaseOrder.objects.select_related("supplier", "location").annotate(
        expected=Min("lines__expected_on", filter=Q(lines__outstanding__gt=0))
    )
    permission_required = VIEW
    title = _("Purchase orders")
    crumbs = [STOCK]
    columns = [
        Column(_("Order"), "__str__", key="number", kind="code", link=True, sub="supplier.name", phone="title"),
        Column(_("Written"), "created_at", kind="date", order="created_at"),
        Column(_("Ordered"), "sent_at", kind="date", phone="label"),
        Column(_("Status"), "status", kind="status", phone="show"),
        Column(_("Next expected"), "expected", kind="date", phone="show"),
        Column(_("Where to"), "location.name"),
        Column(_("Total"), "total", kind="money", currency="currency", phone="figure", permission=COST),
    ]  # fmt: skip
    ordering = ["-created_at"]
    search_hint = _("Number, supplier…")
    filterset_class = PurchaseFilter
    tabs = [
        Tab("open", _("To come"), lambda rows, user: rows.filter(status__in=PurchaseOrder.OPEN)),
        Tab("late", _("Late"), lambda rows, user: rows.late(timezone.localdate())),
        Tab("draft", _("Drafts"), lambda rows, user: rows.filter(status=PurchaseStatus.DRAFT)),
        Tab("all", _("All")),
    ]
    actions = [NEW]
    export_permission = VIEW
    empty = _("Nothing has been ordered yet.")
    empty_action = NEW

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(Q(number__icontains=text) | Q(supplier__name__icontains=text))


class PurchaseDetail(RecordScreen):
    queryset = PurchaseOrder.objects.select_related("supplier", "location", "created_by")
    permission_required = VIEW
    template_name = "inventory/purchase_detail.html"
    crumbs = [STOCK, PURCHASES]
    context_object_name = "order"
    attachments = CHANGE

    @cached_property
    def lines(self) -> list[Any]:
        return list(self.object.lines.select_related("product").order_by("position"))

    def subtitle(self, obj: Any) -> str:
        return " · ".join([str(obj.supplier), str(obj.location)])

    def badges(self, obj: Any) -> Sequence[Badge]:
        badges = [Badge(obj.get_status_display(), status_tone(obj.status))]
        if obj.to_send_again:
            badges.append(Badge(_("changed, not sent again"), "warn"))
        return badges

    def figures(self, obj: Any) -> Sequence[Figure]:
        user: Any = self.request.user
        figures = [
            Figure(_("Pieces"), sum(line.quantity for line in self.lines), kind="number"),
            Figure(_("Received"), sum(line.received for line in self.lines), kind="number"),
            Figure(_("To come"), sum(line.outstanding for line in self.lines), kind="number"),
        ]
        if user.has_perm(COST):
            figures.append(Figure(_("Total"), obj.total, kind="money", currency=obj.currency))
        return figures

    def actions(self, obj: Any) -> Sequence[Any]:
        here, draft = (obj.pk,), obj.status == PurchaseStatus.DRAFT
        living = draft or obj.is_open
        return [
            Action(_("Receive"), "inventory:purchase_receive", here, permission="inventory.receive_goods",
                   tone="primary", icon="inbox-arrow-down") if obj.is_open else None,
            Action(_("Send") if draft else _("Send again"), "inventory:purchase_send", here,
                   permission="inventory.send_purchaseorder", tone="primary" if draft else "", ask=True)
            if living else None,
            Action(_("Change"), "inventory:purchase_change", here, permission=CHANGE, icon="pencil")
            if living else None,
            Action(_("Print"), "inventory:purchase_pdf", here, permission=COST, icon="printer"),
            Action(_("Other day"), "inventory:purchase_expect", here, permission=CHANGE, ask=True)
            if obj.is_open else None,
            Action(_("Close"), "inventory:purchase_close", here, permission="inventory.close_purchaseorder",
                   tone="danger", ask=True) if living else None,
        ]  # fmt: skip

    def details(self, obj: Any) -> dict[str, Any]:
        user: Any = self.request.user
        rate = obj.exchange_rate if obj.exchange_rate != 1 and user.has_perm(COST) else ""
        return {
            "order": [
                (_("Supplier"), obj.supplier),
                (_("Where to"), obj.location),
                (_("Payment terms"), obj.payment_terms),
                (_("Exchange rate"), rate),
                (_("Written"), " · ".join(filter(None, [moment(obj.created_at), str(obj.created_by or "")]))),
                (_("Ordered"), moment(obj.sent_at) if obj.sent_at else ""),
                (_("Note to the supplier"), obj.note),
                (_("Why it was closed"), obj.close_reason),
            ]
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order = self.object
        return super().get_context_data(
            has_aside=True,
            lines=self.lines,
            warnings=warnings_of(order, self.lines),
            sendings=order.sendings.select_related("by"),
            messages_sent=OutboundMessage.objects.filter(
                about=f"inventory.purchaseorder:{order.pk}"
            ).order_by("-queued_at"),
            receipts=order.receipts.select_related("by").order_by("-at"),
            today=timezone.localdate(),
            **kwargs,
        )


def warnings_of(order: PurchaseOrder, lines: Sequence[Any]) -> list[str]:
    """What the supplier would not like: less than they sell at once, or a part of a pack."""
    if order.status != PurchaseStatus.DRAFT:
        return []
    offers = order.supplier.products.filter(product__in=[line.product_id for line in lines])
    sold = {offer.product_id: offer for offer in offers}
    found = []
    for line in lines:
        offer = sold.get(line.product_id)
        if offer and line.quantity < offer.minimum_quantity:
            text = gettext("%(product)s: they sell at least %(least)s.")
            found.append(text % {"product": line.product, "least": offer.minimum_quantity})
        elif offer and line.quantity % offer.pack_size:
            text = gettext("%(product)s: they sell it in packs of %(pack)s.")
            found.append(text % {"product": line.product, "pack": offer.pack_size})
    minimum = order.supplier.minimum_amount
    if minimum and order.total < minimum:
        found.append(
            gettext("The order is below their minimum of %(amount)s %(currency)s.")
            % {"amount": minimum, "currency": order.currency}
        )
    return found


class PurchaseForms(GoodsReceive):
    """Lines by search and scan, as at a receipt."""

    permission_required: ClassVar[Any] = (CHANGE, COST)
    title: ClassVar[Any] = _("New purchase order")
    crumbs = [STOCK, PURCHASES]
    form_class: ClassVar[Any] = PurchaseForm
    head: ClassVar[tuple[str, ...]] = ("supplier", "location", "exchange_rate", "payment_terms", "note")
    button: ClassVar[Any] = _("Save")
    success_message: ClassVar[Any] = _("Saved.")

    def ordered(self) -> list[dict[str, str]]:
        return []

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "lines": self.ordered()}


class PurchaseAdd(PurchaseForms):
    """`?supplier=3&products=12:40,15:10` begins with these products and pieces: the shortage list leads here."""

    permission_required = ("inventory.add_purchaseorder", COST)

    def ordered(self) -> list[dict[str, str]]:
        asked: dict[int, str] = {}
        for each in self.request.GET.get("products", "")[:4000].split(","):
            key, _colon, pieces = each.partition(":")
            if pk := read_key(key):
                asked[pk] = str(read_key(pieces, digits=8) or 1)
        supplier = read_key(self.request.GET.get("supplier"))
        known = Product.objects.filter(pk__in=asked)
        prices: dict[int, Any] = {}
        if supplier:
            offers = Supplier.objects.filter(pk=supplier, products__product__in=asked)
            prices = dict(offers.values_list("products__product", "products__price"))
        return [
            {
                "product": product.sku,
                "quantity": asked[product.pk],
                "unit_cost": f"{prices[product.pk].normalize():f}" if prices.get(product.pk) else "",
            }
            for product in known.order_by("name")
        ]

    def perform(self, form: PurchaseForm) -> PurchaseOrder:
        told = form.cleaned_data
        order = create_purchase(
            told["supplier"],
            told["lines"],
            location=told["location"],
            note=told["note"],
            reference=self.idempotency_key,
            by=self.request.user,
            at=timezone.now(),
        )
        if order.version == 1 and (told["exchange_rate"] or told["payment_terms"]):
            order = change_purchase(
                order,
                told["lines"],
                exchange_rate=told["exchange_rate"],
                payment_terms=told["payment_terms"] or None,
                at=timezone.now(),
            )
        return order


class PurchaseChange(PurchaseForms):
    model = PurchaseOrder
    title = _("Change purchase order")
    head = ("location", "exchange_rate", "payment_terms", "note")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self._find()
        return super().post(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        order = self.object
        return {
            "supplier": order.supplier_id,
            "location": order.location_id,
            "exchange_rate": order.exchange_rate,
            "payment_terms": order.payment_terms,
            "note": order.note,
        }

    def get_form(self) -> Any:
        form = super().get_form()
        form.fields["supplier"].disabled = True
        supplier: Any = form.fields["supplier"]
        supplier.queryset = Supplier.objects.filter(pk=self.object.supplier_id)
        if self.object.status != PurchaseStatus.DRAFT:
            form.fields["exchange_rate"].disabled = True
        return form

    def ordered(self) -> list[dict[str, str]]:
        lines = self.object.lines.select_related("product").order_by("position")
        return [
            {
                "product": line.product.sku,
                "quantity": str(line.quantity),
                "unit_cost": f"{line.price.normalize():f}",
            }
            for line in lines
        ]

    def perform(self, form: PurchaseForm) -> PurchaseOrder:
        told = form.cleaned_data
        known: Any = version_of(self.object)
        return change_purchase(
            self.object,
            told["lines"],
            location=told["location"],
            payment_terms=told["payment_terms"],
            note=told["note"],
            exchange_rate=told["exchange_rate"],
            version=known if isinstance(known, int) else None,
            at=timezone.now(),
        )


class PurchaseSend(FormScreen):
    queryset = PurchaseOrder.objects.select_related("supplier")
    permission_required = "inventory.send_purchaseorder"
    title = _("Send the purchase order")
    crumbs = [STOCK, PURCHASES]
    form_class = SendForm
    button = _("Send")
    success_message = _("Ordered.")

    def get_initial(self) -> dict[str, Any]:
        who = self.object.supplier.contacts.filter(gets_orders=True).exclude(email="").first()
        return {"recipient": who.email if who else self.object.supplier.email}

    def perform(self, form: SendForm) -> PurchaseOrder:
        return send_purchase(
            self.object,
            recipient=form.cleaned_data["recipient"],
            by=self.request.user,
            at=timezone.now(),
        )


class PurchaseClose(FormScreen):
    model = PurchaseOrder
    permission_required = "inventory.close_purchaseorder"
    title = _("Close the purchase order")
    crumbs = [STOCK, PURCHASES]
    form_class = CloseForm
    button = _("Close")
    success_message = _("Nothing more is expected.")

    def perform(self, form: CloseForm) -> PurchaseOrder:
        return close_purchase(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user, at=timezone.now()
        )


class PurchaseExpect(FormScreen):
    model = PurchaseOrder
    permission_required = CHANGE
    title = _("Expected on another day")
    crumbs = [STOCK, PURCHASES]
    form_class = ExpectForm
    button = _("Save")
    success_message = _("Saved.")

    def perform(self, form: ExpectForm) -> PurchaseOrder:
        open_lines = self.object.lines.filter(outstanding__gt=0).values_list("pk", flat=True)
        return expect_lines(self.object, dict.fromkeys(open_lines, form.cleaned_data["day"]))


class PurchasePdf(Screen):
    queryset = PurchaseOrder.objects.select_related("supplier", "location")
    permission_required = (VIEW, COST)
    title = _("Purchase order as PDF")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        order = self.get_object()
        return pdf(purchase_pdf(order), order.number or f"draft-{order.pk}")


def pdf(content: bytes, name: str) -> HttpResponse:
    """A paper that opens in the browser, kept nowhere on the way."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )


class PurchaseReceive(GoodsReceive):
    """What came for an order: each scan counts one piece more of its line; nothing is stored before "Receive"."""

    queryset = PurchaseOrder.objects.select_related("supplier", "location")
    permission_required: ClassVar[Any] = ("inventory.receive_goods", VIEW)
    title: ClassVar[Any] = _("Receive a purchase order")
    crumbs = [STOCK, PURCHASES]
    template_name = "inventory/receive.html"
    lines_template_name = "inventory/_arrival_lines.html"
    head = ("damaged_to", "document", "rest_on", "more_is_right")
    asked = ("product", "quantity", "damaged", "shelf")

    @property
    def form_class(self) -> Any:
        return partial(ArrivalForm, order=self.object)

    def get_title(self) -> str:
        return gettext("Receive %(order)s") % {"order": self.object} if self.object else str(self.title)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self._find()
        return super().post(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        aside = Location.objects.filter(kind=Location.Kind.DAMAGED).order_by("pk").first()
        return {"damaged_to": aside}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "lines": self.to_come()}

    def to_come(self) -> list[dict[str, str]]:
        """The lines that wait, each with the shelf its product lies on."""
        lines = self.object.lines.filter(outstanding__gt=0).select_related("product").order_by("position")
        levels = StockLevel.objects.filter(
            location=self.object.location_id, product__in=[line.product_id for line in lines]
        )
        shelves = dict(levels.values_list("product_id", "shelf"))
        return [
            {
                "product": line.product.sku,
                "quantity": "",
                "damaged": "",
                "shelf": shelves.get(line.product_id, ""),
            }
            for line in lines
        ]

    def add(self, lines: list[dict[str, str]], key: str) -> dict[str, Any]:
        """A scan: one piece more of its line. What is not on the order is said, loudly, and not counted."""
        product = self.scanned(key)
        if product is None:
            return self.found(self.request.POST.get("find", ""))
        if not self.object.lines.filter(product=product).exists():
            said = gettext("%(product)s is not on %(order)s. Put it aside.")
            return {"said": said % {"product": product.name, "order": self.object}, "wrong": True}
        same = next((line for line in lines if line["product"] == product.sku), None)
        if same is None:
            same = dict.fromkeys(self.asked, "") | {"product": product.sku}
            lines.insert(0, same)
        pieces = same["quantity"].strip()
        same["quantity"] = str(int(pieces) + 1) if pieces.isascii() and pieces.isdigit() else "1"
        said = ngettext(
            "%(product)s: %(pieces)s piece.", "%(product)s: %(pieces)s pieces.", int(same["quantity"])
        )
        return {
            "said": said % {"product": product.name, "pieces": same["quantity"]},
            "fresh": product.sku,
            "shelf": same["shelf"],
        }

    def scanned(self, key: str) -> Product | None:
        if key:
            known = Product.objects.filter(pk=int(key)) if key.isdecimal() and len(key) < 18 else None
            return known.first() if known is not None else None
        text = self.request.POST.get("find", "")
        found = queries.by_code([text]).get(text)
        if found is not None:
            return found
        theirs = self.object.supplier.products.filter(sku__iexact=text.strip()).exclude(sku="")
        offer = theirs.select_related("product").first() if "\x00" not in text else None
        return offer.product if offer else None

    def perform(self, form: ArrivalForm) -> GoodsReceipt:
        told = form.cleaned_data
        return receive_purchase(
            self.object,
            told["pieces"],
            more_is_right=told["more_is_right"],
            damaged_to=told["damaged_to"],
            rest_on=told["rest_on"],
            document=told["document"],
            reference=self.idempotency_key,
            by=self.request.user,
            at=timezone.now(),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "fields_template": "inventory/_arrival_fields.html", "order": self.object}


def receive_url(order: PurchaseOrder) -> str:
    return reverse("inventory:purchase_receive", args=[order.pk])
