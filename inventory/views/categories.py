"""The tree of categories, and the page of one: what its products are asked for, and their warranty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import exports
from core.changes import Source, Tracked
from core.screens import Action, Crumb, Figure, FormScreen, RecordScreen, Screen, inlines
from core.screens.actions import shown
from core.tables import start_table
from core.templatetags.figures import num
from inventory import operations, queries
from inventory.category_files import CATEGORIES as TREE
from inventory.category_files import tree_headers, tree_lines
from inventory.forms import categories as forms
from inventory.forms.tables import CategoryTableForm, TableForm
from inventory.models import Category, Product, Specification
from inventory.queries.categories import below

from .products import STOCK

IMPORT_RIGHTS = ("inventory.add_category", "inventory.change_category")
CATEGORIES = Crumb(_("Categories"), "inventory:category_list")


class CategoryList(Screen):
    permission_required = "inventory.view_category"
    title = _("Categories")
    crumbs = [STOCK]
    template_name = "inventory/category_list.html"
    new = Action(
        _("New category"),
        "inventory:category_add",
        permission="inventory.add_category",
        tone="primary",
        ask=True,
        icon="plus",
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            branches=queries.category_tree(),
            unsorted=Product.objects.filter(category=None).count(),
            head_actions=shown([self.new, *self.tables()], self.request.user),
            **kwargs,
        )

    def tables(self) -> list[Action]:
        user: Any = self.request.user
        file = Action(
            _("File of the tree"),
            permission=self.permission_required,
            href=reverse("inventory:category_table"),
            icon="table-cells",
        )
        load = Action(_("Import"), "inventory:category_import", icon="arrow-up-tray")
        return [load, file] if user.has_perms(IMPORT_RIGHTS) else [file]


class CategoryTable(Screen):
    """The tree with what it asks for, as the import reads it again: `?as=csv`, else xlsx."""

    permission_required = "inventory.view_category"
    title = _("Categories")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        write = exports.csv_response if request.GET.get("as") == "csv" else exports.xlsx_response
        tree = Category.objects.order_by("path").prefetch_related("specifications")
        return write("categories", tree_headers(), tree_lines(tree))


class CategoryImport(FormScreen):
    """A table of the tree; the job says what became of each row."""

    permission_required = IMPORT_RIGHTS
    title = _("Import categories")
    crumbs = [STOCK, CATEGORIES]
    form_class = CategoryTableForm
    button = _("Import")

    def perform(self, form: TableForm) -> Any:
        file, back = form.cleaned_data["file"], reverse("inventory:category_list")
        return start_table(TREE, file, file.name, by=self.request.user, at=timezone.now(), back_url=back)


class CategoryDetail(RecordScreen):
    model = Category
    permission_required = "inventory.view_category"
    template_name = "inventory/category_detail.html"
    context_object_name = "category"
    crumbs = [STOCK, CATEGORIES]
    inline = inlines(forms.WarrantyForm, "inventory.change_category", "warranty_months", "warranty_terms")

    def get_title(self) -> str:
        return str(self.object.name)

    def subtitle(self, obj: Any) -> str:
        return str(obj.path) if obj.depth else ""

    def figures(self, obj: Any) -> Sequence[Figure]:
        within = Product.objects.filter(below(obj.path, "category__path"))
        url = f"{reverse('inventory:product_list')}?{urlencode({'category': obj.pk})}"
        own = within.filter(category=obj).count()
        return [
            Figure(
                _("Products"),
                within.count(),
                kind="number",
                note=_("%(n)s directly in it") % {"n": num(own)},
                url=url,
            ),
            Figure(_("On sale"), within.filter(is_active=True).count(), kind="number"),
        ]

    def actions(self, obj: Any) -> Sequence[Action]:
        here, may = (obj.pk,), "inventory.change_category"
        return [
            Action(
                _("Specifications"),
                "inventory:category_specifications",
                here,
                permission=may,
                tone="primary",
                key="e",
            ),
            Action(_("Rename"), "inventory:category_rename", here, permission=may, ask=True, icon="pencil"),
            Action(_("Move"), "inventory:category_move", here, permission=may, ask=True),
            Action(
                _("New below it"),
                href=f"{reverse('inventory:category_add')}?under={obj.pk}",
                permission="inventory.add_category",
                ask=True,
                icon="plus",
            ),
            Action(
                _("Merge into another"),
                "inventory:category_merge",
                here,
                permission="inventory.delete_category",
                ask=True,
                tone="danger",
            ),
        ]

    def details(self, obj: Any) -> dict[str, Any]:
        months = num(obj.warranty_months) if obj.warranty_months is not None else ""
        return {
            "warranty": [
                (_("Warranty in months"), months, "warranty_months"),
                (_("Warranty terms"), obj.warranty_terms, "warranty_terms"),
            ]
        }

    def change_inline(self, obj: Any, name: str, value: Any) -> Any:
        return operations.describe_category(obj, **{name: value})

    def history(self, obj: Any) -> list[Source]:
        return [*super().history(obj), Tracked(Specification, {"category_id": obj.pk}, named="name")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        specs = queries.specifications_of(self.object)
        children = Category.objects.filter(path__startswith=f"{self.object.path} > ").order_by("path")
        return super().get_context_data(
            has_aside=True, specifications=specs, children=children[:100], **kwargs
        )


class CategoryScreen(FormScreen):
    """A verb on one category."""

    model = Category
    permission_required = "inventory.change_category"
    crumbs = [STOCK, CATEGORIES]
    success_message = _("Saved.")


class CategoryAdd(FormScreen):
    permission_required = "inventory.add_category"
    title = _("New category")
    crumbs = [STOCK, CATEGORIES]
    form_class = forms.CategoryAddForm
    button = _("Save")
    success_message = _("Category added.")

    def perform(self, form: Any) -> Category:
        return operations.add_category(form.cleaned_data["name"], under=form.cleaned_data["under"])


class CategoryRename(CategoryScreen):
    title = _("Rename category")
    form_class = forms.CategoryRenameForm
    button = _("Rename")

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.object.name}

    def perform(self, form: Any) -> Category:
        return operations.rename_category(self.object, form.cleaned_data["name"])


class CategoryMove(CategoryScreen):
    title = _("Move category")
    form_class = forms.CategoryMoveForm
    button = _("Move")

    def get_initial(self) -> dict[str, Any]:
        above = self.object.path.rpartition(" > ")[0]
        return {"under": Category.objects.filter(path=above).first()}

    def perform(self, form: Any) -> Category:
        return operations.move_category(self.object, form.cleaned_data["under"])


class CategoryMerge(CategoryScreen):
    permission_required = "inventory.delete_category"
    title = _("Merge into another category")
    form_class = forms.CategoryMergeForm
    button = _("Merge")
    success_message = _("Merged.")

    def perform(self, form: Any) -> Category:
        return operations.merge_categories(self.object, form.cleaned_data["into"])

    def success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())


class CategorySpecifications(CategoryScreen):
    """All that a category asks for, on one page."""

    title = _("What its products are asked for")
    template_name = "inventory/category_specifications.html"
    button = _("Save")

    def get_form(self) -> Any:
        data = self.request.POST if self.request.method == "POST" else None
        return forms.SpecificationsForm(data, category=self.object)

    def perform(self, form: Any) -> Category:
        return operations.set_specifications(self.object, form.cleaned_data["lines"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        inherited = [s for s in queries.specifications_of(self.object) if s.category_id != self.object.pk]
        return super().get_context_data(
            inherited=inherited, fields_template="inventory/_specification_lines.html", **kwargs
        )
