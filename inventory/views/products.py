"""Products: the list, the page of one, entering one, finding one."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from core.keys import find
from core.screens import (
    Action,
    Column,
    Crumb,
    FormScreen,
    ListScreen,
    Screen,
    Tab,
)
from inventory import operations, queries
from inventory.forms import ProductFilter, ProductForm
from inventory.forms.specifications import PREFIX, SpecifiedForm
from inventory.importing import NO, SPEC, WITH_FRAME, WITHOUT_FRAME, YES
from inventory.models import Category, Compatibility, Product, Specification
from inventory.specs import file_value

from .asked import count_search
from .bulk import PRODUCT_ACTIONS

STOCK = Crumb(_("Stock"), "inventory:product_list")
MOST = 50


def with_category(rows: Any) -> Any:
    return rows.select_related("category")


def with_fits(rows: Any) -> Any:
    fitting = (
        Compatibility.objects.fitting().select_related("device_model__brand").order_by("device_model_id")
    )
    return rows.prefetch_related(Prefetch("compatibilities", fitting, to_attr="fits"))


def said_fits(row: Any) -> str:
    return "; ".join(str(fit.device_model) for fit in row.fits)


def said_frame(row: Any) -> str:
    return {True: str(WITH_FRAME), False: str(WITHOUT_FRAME)}.get(row.with_frame, "")


def said_sold(row: Any) -> str:
    return str(YES if row.is_active else NO)


def specification_column(name: str) -> Column:
    """What products say to one specification, as the import reads it again."""
    key = f"spec-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
    return Column(
        f"{SPEC} {name}", lambda row: file_value(None, row.specifications.get(name)), key=key, hidden=True
    )


FILE = [
    "sku", "brand.name", "category.path", "get_grade_display", "colour", "said_frame", "list_price",
    "get_tax_category_display", "barcode", "supplier_ref", "warranty_months", "warranty_terms", "reorder_point",
    "reorder_quantity", "said_sold", "woocommerce_id", "said_fits",
]  # fmt: skip
"""The columns of a file that holds all that the import reads."""


class ProductList(ListScreen):
    model = Product
    permission_required = "inventory.view_product"
    title = _("Stock")
    columns = [
        Column(
            _("Product"),
            "name",
            template="inventory/_product_cell.html",
            link=True,
            order="name",
            phone="title",
        ),
        Column(_("Brand"), "brand.name"),
        Column(_("Grade"), "get_grade_display", phone="show"),
        Column(_("On hand"), "on_hand", kind="number"),
        Column(_("Available"), "available", kind="number", phone="figure"),
        Column(_("List price"), "list_price", kind="price", phone="figure"),
        Column(_("Average cost"), "cost.average", kind="price", permission="inventory.view_cost"),
        Column(_("SKU"), "sku", kind="code", order="sku", hidden=True),
        Column(_("Category"), "category.path", load=with_category, hidden=True),
        Column(_("Barcode"), "barcode", kind="code", hidden=True),
        Column(_("Supplier's number"), "supplier_ref", kind="code", hidden=True),
        Column(_("Colour"), "colour", hidden=True),
        Column(_("Reorder point"), "reorder_point", kind="number", hidden=True),
        Column(_("Reorder quantity"), "reorder_quantity", kind="number", hidden=True),
        Column(_("Warranty in months"), "warranty_months", kind="number", hidden=True),
        Column(_("Taxed as"), "get_tax_category_display", hidden=True),
        Column(_("Last cost"), "cost.last", kind="price", permission="inventory.view_cost", hidden=True),
        Column(_("Added"), "created_at", kind="date", hidden=True),
        Column(_("Frame"), said_frame, hidden=True),
        Column(_("Warranty terms"), "warranty_terms", hidden=True),
        Column(_("Sold"), said_sold, hidden=True),
        Column(_("WooCommerce ID"), lambda row: row.woocommerce_id, key="woocommerce_id", hidden=True),
        Column(_("Fits"), said_fits, load=with_fits, hidden=True),
    ]
    ordering = ["name"]
    search_hint = _("Phone, model code, SKU, barcode…")
    filterset_class = ProductFilter
    tabs = [
        Tab("sold", _("Sold"), lambda rows, user: rows.filter(is_active=True)),
        Tab("all", _("All")),
        Tab("short", _("To reorder"), lambda rows, user: rows.filter(shortage__isnull=False)),
        Tab("unpriced", _("Without a price"), lambda rows, user: rows.filter(list_price=None)),
    ]
    actions = [
        Action(
            _("Receive goods"),
            "inventory:goods_receive",
            permission="inventory.receive_goods",
            tone="primary",
        ),
        Action(_("New product"), "inventory:product_add", permission="inventory.add_product", icon="plus"),
        Action(_("Import"), "inventory:import_list", permission="inventory.import_products"),
        Action(_("Moves"), "inventory:stockmove_list", permission="inventory.view_stockmove"),
        Action(_("Categories"), "inventory:category_list", permission="inventory.view_category"),
        Action(_("What fits?"), "inventory:what_fits", permission="inventory.view_devicemodel"),
    ]
    bulk = PRODUCT_ACTIONS
    edit = Action(_("Change"), "inventory:product_change", permission="inventory.change_product")
    export_permission = "inventory.view_product"
    empty = _("No products yet. Import your supplier's list to begin.")
    empty_action = actions[2]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Whatever categories ask for is a column too, and all together are a file that can be imported again."""
        super().setup(request, *args, **kwargs)
        asked = [specification_column(name) for name in queries.specification_names()]
        self.columns = [*type(self).columns, *asked]  # type: ignore[misc]
        names = ",".join([*FILE, *(column.name for column in asked)])
        address = f"{request.path}?{urlencode({'tab': 'all', 'cols': names, 'export': 'xlsx'})}"
        file = Action(
            _("File of all fields"), permission=self.export_permission, href=address, icon="table-cells"
        )
        self.actions = [*type(self).actions, file]  # type: ignore[misc]

    def get_queryset(self) -> QuerySet[Any]:
        return queries.with_available(super().get_queryset().select_related("brand", "cost"))

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return queries.narrow(rows, text)

    def page(self, *, partial: bool) -> HttpResponse:
        """Another category has other filters, which stand outside of the part that changes."""
        if partial and self.view is None:
            htmx: Any = self.request.htmx  # type: ignore[attr-defined]
            before = QueryDict(urlsplit(htmx.current_url_abs_path or "").query).get("category", "")
            if before != self.query.get("category", ""):
                return HttpResponse(status=204, headers={"HX-Redirect": self.here})
        return super().page(partial=partial)


class ProductAdd(FormScreen):
    permission_required = "inventory.add_product"
    title = _("New product")
    crumbs = [STOCK]
    form_class = ProductForm
    button = _("Save")
    success_message = _("Product added.")

    def perform(self, form: ProductForm) -> Product:
        return operations.add_product(form.instance)


class ProductChange(FormScreen):
    model = Product
    permission_required = "inventory.change_product"
    title = _("Change product")
    crumbs = [STOCK]
    form_class = ProductForm
    button = _("Save")

    def perform(self, form: ProductForm) -> Product:
        return operations.change_product(form.instance)

    def get_success_message(self, result: Any) -> str:
        return " ".join(filter(None, [str(_("Saved.")), queries.note_kept(result)]))


class ProductSpecifications(Screen):
    """`?category=`: the fields that it asks for, with what `product` says and what was typed (`spec-7=…`) in them."""

    permission_required = "inventory.view_product"
    template_name = "inventory/_specifications.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        category = find(Category.objects, self.request.GET.get("category", ""))
        product = find(Product.objects, self.request.GET.get("product", ""))
        values = dict(product.specifications) if product else {}
        typed = {
            int(name.removeprefix(PREFIX)): text[:400]
            for name, text in self.request.GET.items()
            if name.startswith(PREFIX) and name.removeprefix(PREFIX).isascii() and name.removeprefix(PREFIX).isdigit()
            and len(name) < 20
        }  # fmt: skip
        for spec in Specification.objects.filter(pk__in=typed):
            if typed[spec.pk]:
                values[spec.name] = typed[spec.pk]
        form = SpecifiedForm(queries.specifications_of(category), values)
        return super().get_context_data(form=form, chosen=category is not None, **kwargs)


class ProductSearch(Screen):
    """`?q=`: products as JSON, best first, for pickers and the command palette."""

    permission_required = "inventory.view_product"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        text, limit = request.GET.get("q", "").replace("\0", "")[:200], request.GET.get("limit", "")
        most = min(int("0" + limit.lstrip("0")[:4]), MOST) if limit.isascii() and limit.isdigit() else 20
        hits = queries.search_products(text, most)
        response = JsonResponse({"query": text, "results": [_as_json(hit) for hit in hits]})
        if text.strip() and "pick" not in request.GET:  # who fills in a form asks for no shop
            count_search(request, response, text, queries.unmet_search(text, hits))
        return response


def _as_json(hit: queries.Hit) -> dict[str, Any]:
    product: Any = hit.product
    return {
        "id": product.pk,
        "sku": product.sku,
        "name": product.name,
        "grade": product.get_grade_display(),
        "via": hit.via,
        "list_price": product.list_price,
        "available": product.available,
        "url": product.get_absolute_url(),
    }
