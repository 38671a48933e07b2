"""The page of one product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Badge, Crumb, Figure, Inline, RecordScreen, inlines
from core.templatetags.figures import num, price
from inventory import operations, queries
from inventory.forms import ProductForm
from inventory.forms.specifications import field_name
from inventory.models import Product, Specification
from inventory.specs import said_values, show_value

STOCK = Crumb(_("Stock"), "inventory:product_list")
CHANGED_IN_PLACE = [
    "name", "brand", "category", "grade", "colour", "with_frame", "list_price", "barcode", "supplier_ref",
    "tax_category", "warranty_months", "warranty_terms", "reorder_point", "reorder_quantity", "is_active",
]  # fmt: skip


class ProductDetail(RecordScreen):
    """What is here and what it costs; who is promised it, what moved, what it fits."""

    model = Product
    permission_required = "inventory.view_product"
    template_name = "inventory/product_detail.html"
    crumbs = [STOCK]
    panels = [
        "inventory:product_cost_panel",
        "inventory:supplier_prices_panel",
        "orders:product_panel",
        "pricing:product_panel",
        "pricing:price_history_panel",
    ]
    context_object_name = "product"
    attachments = "inventory.change_product"
    inline = inlines(ProductForm, "inventory.change_product", *CHANGED_IN_PLACE)

    @cached_property
    def specifications(self) -> dict[str, Specification]:
        """What its category asks for, by the names of the fields."""
        return {field_name(spec): spec for spec in queries.specifications_of(self.object.category)}

    def inline_fields(self) -> dict[str, Inline]:
        return {**self.inline, **inlines(ProductForm, "inventory.change_product", *self.specifications)}

    def stored(self, obj: Any, name: str) -> Any:
        spec = self.specifications.get(name)
        return obj.specifications.get(spec.name) if spec else super().stored(obj, name)

    def say_stored(self, obj: Any, name: str) -> str:
        spec = self.specifications.get(name)
        return show_value(spec, self.stored(obj, name)) if spec else super().say_stored(obj, name)

    def field_behind(self, name: str) -> str:
        return "specifications" if name in self.specifications else name

    def get_queryset(self) -> QuerySet[Any]:
        return queries.with_available(super().get_queryset().select_related("brand", "category", "cost"))

    @property
    def sees_cost(self) -> bool:
        user: Any = self.request.user
        return bool(user.has_perm("inventory.view_cost"))

    def subtitle(self, obj: Any) -> str:
        return " · ".join(filter(None, [obj.sku, obj.category.path if obj.category else ""]))

    def badges(self, obj: Any) -> Sequence[Badge]:
        badges = [Badge(obj.get_grade_display())] if obj.grade else []
        return badges if obj.is_active else [*badges, Badge(_("not sold"), "warn")]

    def figures(self, obj: Any) -> Sequence[Figure]:
        reserved = obj.on_hand - obj.available
        low = obj.reorder_point is not None and obj.available <= obj.reorder_point
        figures = [
            Figure(
                _("Available"),
                obj.available,
                kind="number",
                note=_("reorder from %(n)s") % {"n": num(obj.reorder_point)}
                if obj.reorder_point is not None
                else _("no reorder point"),
                tone="warn" if low else "",
            ),
            Figure(
                _("On hand"),
                obj.on_hand,
                kind="number",
                note=_("%(n)s reserved") % {"n": num(reserved)} if reserved else _("none reserved"),
            ),
            Figure(_("List price"), obj.list_price, kind="price", note=_("of one piece")),
        ]
        if self.sees_cost and hasattr(obj, "cost"):
            last = _("last %(cost)s") % {"cost": price(obj.cost.last)}
            figures.append(Figure(_("Average cost"), obj.cost.average, kind="money", note=last))
        return figures

    def actions(self, obj: Any) -> Sequence[Action]:
        here = (obj.pk,)
        return [
            Action(
                _("Adjust"), "inventory:stock_adjust", here, permission="inventory.adjust_stock", ask=True
            ),
            Action(
                _("Transfer"),
                "inventory:stock_transfer",
                here,
                permission="inventory.transfer_stock",
                ask=True,
            ),
            Action(
                _("Change"),
                "inventory:product_change",
                here,
                permission="inventory.change_product",
                icon="pencil",
            ),
            Action(
                _("Labels"),
                permission="inventory.print_labels",
                icon="printer",
                href=f"{reverse('inventory:labels')}?product={obj.pk}",
            ),
            *(
                []
                if obj.barcode
                else [
                    Action(
                        _("Give a barcode"),
                        "inventory:barcode_give",
                        here,
                        permission="inventory.change_product",
                        post=True,
                        ask=True,
                    )
                ]
            ),
            Action(
                _("Count"),
                permission="inventory.add_stockcount",
                icon="clipboard-document-check",
                href=f"{reverse('inventory:count_new')}?{urlencode({'scope': 'products', 'products': obj.sku})}",
            ),
            Action(
                _("Why this price"),
                permission="pricing.view_pricerule",
                icon="scale",
                href=f"{reverse('pricing:price_explain')}?{urlencode({'product': obj.sku})}",
            ),
        ]

    def details(self, obj: Any) -> dict[str, Any]:
        warranty = queries.warranty_of(obj)
        frame = {True: _("with frame"), False: _("without frame"), None: ""}[obj.with_frame]
        return {
            "said": [
                (_("Name"), obj.name, "name"),
                (_("SKU"), obj.sku),
                (_("Brand"), obj.brand, "brand"),
                (_("Category"), obj.category, "category"),
                (_("Grade"), obj.get_grade_display(), "grade"),
                (_("Colour"), obj.colour, "colour"),
                (_("Frame"), frame, "with_frame"),
                (_("Barcode"), obj.barcode, "barcode"),
                (_("Supplier's number"), obj.supplier_ref, "supplier_ref"),
                (_("Sold"), _("yes") if obj.is_active else _("no"), "is_active"),
            ],
            "specifications": [
                *(
                    (spec.name, show_value(spec, obj.specifications.get(spec.name)), name)
                    for name, spec in self.specifications.items()
                ),
                *(
                    (said.name, said.text)
                    for said in said_values(obj.specifications, self.specifications.values())
                    if not said.asked
                ),
            ],
            "terms": [
                (_("List price"), price(obj.list_price) if obj.list_price is not None else "", "list_price"),
                (_("Tax"), obj.get_tax_category_display(), "tax_category"),
                (_("Warranty in months"), self._months(warranty), "warranty_months"),
                (_("Warranty terms"), self._from(warranty.terms, warranty.terms_from), "warranty_terms"),
                (
                    _("Reorder point"),
                    num(obj.reorder_point) if obj.reorder_point is not None else "",
                    "reorder_point",
                ),
                (
                    _("Reorder quantity"),
                    num(obj.reorder_quantity) if obj.reorder_quantity is not None else "",
                    "reorder_quantity",
                ),
            ],
        }

    @staticmethod
    def _from(text: str, path: str) -> str:
        """What the product does not say itself, with the category that does."""
        return _("%(text)s (as %(category)s)") % {"text": text, "category": path} if path else text

    def _months(self, warranty: queries.Warranty) -> str:
        if not warranty.months and not warranty.months_from and self.object.warranty_months is None:
            return ""
        return self._from(num(warranty.months) if warranty.months else str(_("none")), warranty.months_from)

    def change_inline(self, obj: Any, name: str, value: Any) -> Any:
        product = Product.objects.select_for_update().get(pk=obj.pk)
        if spec := self.specifications.get(name):
            values = {key: kept for key, kept in product.specifications.items() if key != spec.name}
            product.specifications = values if value in (None, "") else {**values, spec.name: value}
        else:
            setattr(product, name, value)
        return operations.change_product(product)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        product = self.object
        return super().get_context_data(
            has_aside=True,
            incoming=queries.expected_pieces(product)
            if user.has_perm("inventory.view_purchaseorder")
            else [],
            sellers=queries.sellers_of(product) if self.sees_cost else [],
            levels=product.levels.select_related("location"),
            moves=queries.last_moves(product) if user.has_perm("inventory.view_stockmove") else None,
            receipts=queries.last_receipts(product) if self.sees_cost else [],
            photos=list(product.photos.filter(removed_at=None)),
            may_change=user.has_perm("inventory.change_product"),
            may_review=user.has_perm("inventory.review_compatibility"),
            fitting=product.compatibilities.fitting()
            .select_related("device_model__brand")
            .order_by("device_model__name"),
            substitutes=queries.substitutes(product),
            moves_url=f"{reverse('inventory:stockmove_list')}?{urlencode({'q': product.sku})}",
            **kwargs,
        )
