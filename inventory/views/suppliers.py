"""Suppliers: the list, the page of one, what they sell us."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import django_filters as filters
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Badge, Column, Crumb, Figure, FormScreen, ListScreen, RecordScreen, Tab
from core.tables import start_table
from core.templatetags.figures import num
from inventory.forms.purchasing import ContactForm, SupplierForm, SupplierProductForm
from inventory.forms.tables import OfferTableForm, SupplierTableForm, TableForm
from inventory.importing import NO, YES
from inventory.models import PurchaseOrder, Supplier, SupplierContact, SupplierProduct
from inventory.operations.suppliers import add_contact, keep_offer
from inventory.queries.purchasing import defect_rates, lead_times, product_defect_rates, product_lead_times
from inventory.supplier_files import OFFERS
from inventory.supplier_files import SUPPLIERS as SUPPLIER_TABLE

from .products import STOCK

SUPPLIERS = Crumb(_("Suppliers"), "inventory:supplier_list")
VIEW, CHANGE = "inventory.view_supplier", "inventory.change_supplier"
SUPPLIER_RIGHTS = ("inventory.add_supplier", CHANGE)
OFFER_RIGHTS = ("inventory.add_supplierproduct", "inventory.change_supplierproduct", "inventory.view_cost")
NEW = Action(_("New supplier"), "inventory:supplier_add", permission="inventory.add_supplier", tone="primary")
SHOWN = 20
"""Rows of each kind on the page of a supplier; the lists have all."""


class SupplierList(ListScreen):
    queryset = Supplier.objects.annotate(
        offered=Count("products", filter=Q(products__is_gone=False), distinct=True)
    )
    permission_required = VIEW
    title = _("Suppliers")
    crumbs = [STOCK]
    columns = [
        Column(_("Supplier"), "name", link=True, sub="code", order="name", phone="title"),
        Column(_("E-mail for orders"), "email"),
        Column(_("Phone"), "phone", kind="phone"),
        Column(_("Currency"), "currency", kind="code", phone="show"),
        Column(_("Payment terms"), "payment_terms"),
        Column(_("Lead time in days"), "lead_time_days", kind="number", phone="label"),
        Column(_("Products"), "offered", kind="number", phone="figure"),
        Column(_("Country"), "country", kind="code", hidden=True),
        Column(
            _("Minimum order"), "minimum_amount", kind="money", currency="currency", hidden=True,
            permission="inventory.view_cost",
        ),
        Column(_("Code"), "code", kind="code", hidden=True),
        Column(_("Website"), "website", hidden=True),
        Column(_("Address"), "address", hidden=True),
        Column(_("Tax ID"), "tax_id", hidden=True),
        Column(_("Language"), "language", hidden=True),
        Column(_("Bought from"), lambda row: YES if row.is_active else NO, key="is_active", hidden=True),
        Column(_("Note"), "note", hidden=True),
    ]  # fmt: skip
    ordering = ["name"]
    search_hint = _("Name, e-mail…")
    tabs = [
        Tab("active", _("Bought from"), lambda rows, user: rows.filter(is_active=True)),
        Tab("all", _("All")),
    ]
    actions = [NEW]
    edit = Action(_("Change"), "inventory:supplier_change", permission=CHANGE)
    export_permission = VIEW
    empty = _("No suppliers yet.")
    empty_action = NEW

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        names = [column.name for column in self.columns if column.name != "offered"]
        self.actions = [  # type: ignore[misc]
            *type(self).actions,
            *table_actions(self, "inventory:supplier_import", SUPPLIER_RIGHTS, names),
        ]

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(Q(name__icontains=text) | Q(email__icontains=text) | Q(code__iexact=text))


class SupplierDetail(RecordScreen):
    model = Supplier
    permission_required = VIEW
    template_name = "inventory/supplier_detail.html"
    crumbs = [STOCK, SUPPLIERS]
    context_object_name = "supplier"
    attachments = CHANGE

    def subtitle(self, obj: Any) -> str:
        return " · ".join(filter(None, [obj.code, obj.email, obj.payment_terms]))

    def badges(self, obj: Any) -> Sequence[Badge]:
        return [] if obj.is_active else [Badge(_("not bought from"), "warn")]

    def figures(self, obj: Any) -> Sequence[Figure]:
        orders = PurchaseOrder.objects.filter(supplier=obj)
        took = lead_times([obj.pk]).get(obj.pk)
        defects = defect_rates([obj.pk])[obj.pk]
        late = orders.late(timezone.localdate()).count()
        return [
            Figure(
                _("Open orders"),
                orders.open().count(),
                kind="number",
                note=_("%(n)s late") % {"n": num(late)} if late else _("none late"),
                tone="warn" if late else "",
            ),
            Figure(
                _("Days to deliver"),
                took.median_days if took else None,
                kind="number",
                note=_("80 %% within %(p80)s, of %(n)s deliveries") % {"p80": took.p80_days, "n": took.n}
                if took
                else _("no purchase order delivered yet"),
            ),
            Figure(
                _("Defects"),
                f"{defects.percent} %" if defects.percent is not None else None,
                kind="text",
                note=_("%(back)s of %(came)s pieces went back")
                % {"back": num(defects.returned), "came": num(defects.received)},
            ),
        ]

    def actions(self, obj: Any) -> Sequence[Action]:
        return [
            Action(
                _("New purchase order"),
                permission="inventory.add_purchaseorder",
                tone="primary",
                href=f"{reverse('inventory:purchase_add')}?supplier={obj.pk}",
            ),
            Action(_("Change"), "inventory:supplier_change", (obj.pk,), permission=CHANGE, icon="pencil"),
            Action(
                _("Add a product"),
                "inventory:supplierproduct_add",
                (obj.pk,),
                permission="inventory.add_supplierproduct",
                ask=True,
            ),
            Action(_("Add a contact"), "inventory:supplier_contact", (obj.pk,), permission=CHANGE, ask=True),
            Action(
                _("Send goods back"),
                permission="inventory.add_supplierreturn",
                href=f"{reverse('inventory:supplierreturn_add')}?supplier={obj.pk}",
            ),
        ]

    def details(self, obj: Any) -> dict[str, Any]:
        return {
            "supplier": [
                (_("E-mail for orders"), obj.email),
                (_("Phone"), obj.phone),
                (_("Website"), obj.website),
                (_("Address"), obj.address),
                (_("Currency"), obj.currency),
                (_("Payment terms"), obj.payment_terms),
                (_("Lead time in days"), obj.lead_time_days),
                (_("Note"), obj.note),
            ]
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        supplier = self.object
        offers = list(supplier.products.select_related("product").order_by("product__name")[:SHOWN])
        times = product_lead_times([(supplier.pk, offer.product_id) for offer in offers])
        defects = product_defect_rates(supplier.pk)
        return super().get_context_data(
            has_aside=True,
            offers=[
                (offer, times.get((supplier.pk, offer.product_id)), defects.get(offer.product_id))
                for offer in offers
            ],
            contacts=supplier.contacts.all(),
            orders=supplier.orders.order_by("-created_at", "-pk")[:SHOWN],
            receipts=supplier.receipts.order_by("-at", "-pk")[:SHOWN],
            returns=supplier.returns.order_by("-at", "-pk")[:SHOWN],
            **kwargs,
        )


class SupplierAdd(FormScreen):
    permission_required = "inventory.add_supplier"
    title = _("New supplier")
    crumbs = [STOCK, SUPPLIERS]
    form_class = SupplierForm
    button = _("Save")
    success_message = _("Supplier added.")

    def perform(self, form: SupplierForm) -> Supplier:
        saved: Supplier = form.save()
        return saved


class SupplierChange(FormScreen):
    model = Supplier
    permission_required = CHANGE
    title = _("Change supplier")
    crumbs = [STOCK, SUPPLIERS]
    form_class = SupplierForm
    button = _("Save")
    success_message = _("Saved.")

    def perform(self, form: SupplierForm) -> Supplier:
        saved: Supplier = form.save()
        return saved


class SupplierContactAdd(FormScreen):
    queryset = Supplier.objects.all()
    permission_required = CHANGE
    title = _("Add a contact")
    crumbs = [STOCK, SUPPLIERS]
    button = _("Save")
    success_message = _("Contact added.")

    def get_form(self) -> ContactForm:
        return ContactForm(self.request.POST or None, instance=SupplierContact(supplier=self.object))

    def perform(self, form: ContactForm) -> Supplier:
        add_contact(form.instance)
        return self.object


class OfferFilter(filters.FilterSet):
    supplier = filters.ModelChoiceFilter(label=_("Supplier"), queryset=Supplier.objects.all())
    is_preferred = filters.BooleanFilter(label=_("Preferred"))
    is_gone = filters.BooleanFilter(label=_("No longer offered"))

    class Meta:
        model = SupplierProduct
        fields = ["supplier", "is_preferred", "is_gone"]


class SupplierProductList(ListScreen):
    """What all suppliers ask for what we buy."""

    queryset = SupplierProduct.objects.select_related("supplier", "product")
    permission_required = "inventory.view_supplierproduct"
    title = _("Suppliers' products")
    crumbs = [STOCK, SUPPLIERS]
    columns = [
        Column(_("Product"), "product.name", link=lambda row: row.product.get_absolute_url(), sub="product.sku",
               phone="title"),
        Column(_("Supplier"), "supplier.name", phone="show"),
        Column(_("Supplier's SKU"), "sku", kind="code", phone="label"),
        Column(_("Price"), "price", kind="price", currency="currency", phone="figure",
               permission="inventory.view_cost"),
        Column(_("Currency"), "currency", kind="code"),
        Column(_("Lead time in days"), "lead_time_days", kind="number"),
        Column(_("Minimum pieces"), "minimum_quantity", kind="number"),
        Column(_("Pieces in a pack"), "pack_size", kind="number", hidden=True),
        Column(_("Preferred"), lambda row: YES if row.is_preferred else "", key="preferred"),
        Column(_("No longer offered"), lambda row: YES if row.is_gone else "", key="gone", hidden=True),
        Column(_("Supplier's name for it"), "name", hidden=True),
        Column(_("Our SKU"), "product.sku", kind="code", hidden=True),
        Column(_("Changed"), "updated_at", kind="date", order="updated_at", hidden=True),
    ]  # fmt: skip
    ordering = ["-updated_at"]
    filterset_class = OfferFilter
    search_hint = _("SKU, name…")
    edit = Action(
        _("Change"), "inventory:supplierproduct_change", permission="inventory.change_supplierproduct"
    )
    export_permission = "inventory.view_supplierproduct"
    empty = _("Nobody sells us anything yet. Import a supplier's list, or add products on a supplier's page.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(
            Q(sku__icontains=text) | Q(product__sku__iexact=text) | Q(product__name__icontains=text)
        )

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        names = [column.name for column in self.columns if column.name != "updated_at"]
        self.actions = table_actions(  # type: ignore[misc]
            self, "inventory:supplierproduct_import", OFFER_RIGHTS, names
        )


class SupplierProductAdd(FormScreen):
    """A product that a supplier sells us; the pk is the supplier's."""

    queryset = Supplier.objects.all()
    permission_required = "inventory.add_supplierproduct"
    title = _("Add a product")
    crumbs = [STOCK, SUPPLIERS]
    button = _("Save")
    success_message = _("Saved.")

    def get_form(self) -> SupplierProductForm:
        return SupplierProductForm(self.request.POST or None, supplier=self.object)

    def perform(self, form: SupplierProductForm) -> Supplier:
        keep_offer(form.instance)
        return self.object


class SupplierProductChange(FormScreen):
    queryset = SupplierProduct.objects.select_related("supplier", "product")
    permission_required = ("inventory.change_supplierproduct", "inventory.view_cost")
    title = _("Change a supplier's product")
    template_name = "inventory/supplierproduct_form.html"
    crumbs = [STOCK, SUPPLIERS]
    button = _("Save")
    success_message = _("Saved.")

    def get_form(self) -> SupplierProductForm:
        return SupplierProductForm(
            self.request.POST or None, supplier=self.object.supplier, instance=self.object
        )

    def perform(self, form: SupplierProductForm) -> Supplier:
        return keep_offer(form.instance).supplier

    def success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())


def table_actions(screen: Any, door: str, rights: tuple[str, ...], names: list[str]) -> list[Action]:
    """Import, for whoever may, and the list as a table that the import reads again."""
    address = f"{screen.request.path}?{urlencode({'tab': 'all', 'cols': ','.join(names), 'export': 'xlsx'})}"
    file = Action(
        _("File of all fields"), permission=screen.export_permission, href=address, icon="table-cells"
    )
    may = screen.request.user.has_perms(rights)
    return [Action(_("Import"), door, icon="arrow-up-tray"), file] if may else [file]


class SupplierImport(FormScreen):
    """A table of suppliers; the job says what became of each row."""

    permission_required = SUPPLIER_RIGHTS
    title = _("Import suppliers")
    crumbs = [STOCK, SUPPLIERS]
    form_class = SupplierTableForm
    button = _("Import")

    def perform(self, form: TableForm) -> Any:
        file, back = form.cleaned_data["file"], reverse("inventory:supplier_list")
        return start_table(
            SUPPLIER_TABLE, file, file.name, by=self.request.user, at=timezone.now(), back_url=back
        )


class OfferImport(FormScreen):
    """A table of what suppliers sell us and for how much."""

    permission_required = OFFER_RIGHTS
    title = _("Import suppliers' products")
    crumbs = [STOCK, SUPPLIERS]
    form_class = OfferTableForm
    button = _("Import")

    def perform(self, form: TableForm) -> Any:
        file, back = form.cleaned_data["file"], reverse("inventory:supplierproduct_list")
        return start_table(OFFERS, file, file.name, by=self.request.user, at=timezone.now(), back_url=back)
