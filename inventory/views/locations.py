"""Places where goods lie: what lies there, on which shelf, and what is done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.screens import (
    Action,
    ActionScreen,
    Badge,
    Column,
    Crumb,
    Figure,
    FormScreen,
    Inline,
    ListScreen,
    RecordScreen,
    Tab,
)
from core.screens.bulk import Acting, BulkAction
from core.templatetags.figures import moment, status_tone
from inventory import operations
from inventory.forms import LevelFilter, LocationForm, MoveForm, ScrapForm, ShelfForm, ShelfTableForm
from inventory.models import Adjustment, Location, StockLevel, StockTransfer

from .adjustments import said
from .products import STOCK

LOCATIONS = Crumb(_("Locations"), "inventory:location_list")
LEVELS = Crumb(_("Stock by location"), "inventory:level_list")
Kind = Location.Kind
ADD = Action(
    _("New location"),
    "inventory:location_add",
    permission="inventory.add_location",
    tone="primary",
    icon="plus",
)
SHOWN = 50


class LocationList(ListScreen):
    model = Location
    permission_required = "inventory.view_location"
    title = _("Locations")
    crumbs = [STOCK]
    queryset = Location.objects.annotate(
        products=Count("levels", filter=Q(levels__on_hand__gt=0)),
        pieces=Sum("levels__on_hand", default=0),
        promised=Sum("levels__reserved", default=0),
    )
    columns = [
        Column(_("Location"), "name", link=True, sub="note", order="name", phone="title"),
        Column(_("Kind"), "kind", kind="status", phone="show"),
        Column(_("Products"), "products", kind="number"),
        Column(_("Pieces"), "pieces", kind="number", phone="figure"),
        Column(_("Reserved"), "promised", kind="number"),
        Column(
            _("Default"),
            lambda place: _("Orders are filled from here") if place.is_default else "",
            key="default",
            phone="show",
        ),
    ]
    ordering = ["name"]
    tabs = [
        Tab("used", _("In use"), lambda rows, user: rows.filter(is_active=True)),
        Tab("closed", _("Closed"), lambda rows, user: rows.filter(is_active=False)),
    ]
    actions = [
        ADD,
        Action(_("Stock by location"), "inventory:level_list", permission="inventory.view_stocklevel"),
        Action(_("Transfer"), "inventory:transfer_new", permission="inventory.transfer_stock"),
    ]
    edit = Action(_("Change"), "inventory:location_change", permission="inventory.change_location")
    export_permission = "inventory.view_location"
    empty = _("No location yet.")
    empty_action = ADD


class LocationDetail(RecordScreen):
    model = Location
    permission_required = "inventory.view_location"
    template_name = "inventory/location_detail.html"
    crumbs = [STOCK, LOCATIONS]
    context_object_name = "location"
    inline = {name: Inline(LocationForm, "inventory.change_location") for name in ("name", "note")}

    def live_also(self, obj: Location) -> str:
        return "inventory.product"

    def badges(self, obj: Location) -> Sequence[Badge]:
        badges = [Badge(obj.get_kind_display(), status_tone(obj.kind))]
        if obj.is_default:
            badges.append(Badge(_("default"), "info"))
        return badges if obj.is_active else [*badges, Badge(_("closed"), "warn")]

    def figures(self, obj: Location) -> Sequence[Figure]:
        found = obj.levels.aggregate(
            pieces=Sum("on_hand", default=0),
            promised=Sum("reserved", default=0),
            products=Count("pk", filter=Q(on_hand__gt=0)),
            unplaced=Count("pk", filter=Q(on_hand__gt=0, shelf="")),
        )
        return [
            Figure(_("Pieces"), found["pieces"], kind="number"),
            Figure(_("Reserved"), found["promised"], kind="number"),
            Figure(_("Products"), found["products"], kind="number"),
            Figure(_("Without a shelf"), found["unplaced"], kind="number"),
        ]

    def actions(self, obj: Location) -> Sequence[Action]:
        key, right = (obj.pk,), "inventory.change_location"
        if not obj.is_active:
            return [Action(_("Open again"), "inventory:location_open", key, permission=right, post=True)]
        carry = f"{reverse('inventory:transfer_new')}?source={obj.pk}"
        count = f"{reverse('inventory:count_new')}?location={obj.pk}"
        return [
            Action(_("Count"), href=count, permission="inventory.add_stockcount", tone="primary"),
            Action(_("Transfer"), href=carry, permission="inventory.transfer_stock"),
            Action(_("Change"), "inventory:location_change", key, permission=right, icon="pencil"),
            Action(_("Close"), "inventory:location_close", key, permission=right, post=True, ask=True),
        ]

    def details(self, obj: Location) -> dict[str, Any]:
        return {
            "location": [
                (_("Name"), obj.name, "name"),
                (_("Kind"), obj.get_kind_display()),
                (_("Note"), obj.note, "note"),
            ]
        }

    def change_inline(self, obj: Location, name: str, value: Any) -> Location:
        location = Location.objects.get(pk=obj.pk)
        setattr(location, name, value)
        return operations.save_location(location)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = (
            self.object.levels.filter(on_hand__gt=0)
            .select_related("product")
            .order_by("shelf", "product__name")
        )
        levels = list(here[: SHOWN + 1])
        return super().get_context_data(
            has_aside=True,
            levels=levels[:SHOWN],
            more_url=f"{reverse('inventory:level_list')}?location={self.object.pk}"
            if len(levels) > SHOWN
            else "",
            **kwargs,
        )


class LocationAdd(FormScreen):
    permission_required = "inventory.add_location"
    title = _("New location")
    crumbs = [STOCK, LOCATIONS]
    form_class = LocationForm
    button = _("Save")
    success_message = _("Location added.")

    def perform(self, form: LocationForm) -> Location:
        return operations.save_location(form.instance)


class LocationChange(FormScreen):
    model = Location
    permission_required = "inventory.change_location"
    title = _("Change location")
    crumbs = [STOCK, LOCATIONS]
    form_class = LocationForm
    button = _("Save")
    success_message = _("Saved.")

    def perform(self, form: LocationForm) -> Location:
        return operations.save_location(form.instance)


class LocationClose(ActionScreen):
    model = Location
    permission_required = "inventory.change_location"
    title = _("Close location")
    button = _("Close")
    success_message = _("The location is closed.")

    def question(self, obj: Location) -> str:
        return gettext_now("Nothing can be moved there any more. What happened there stays to be read.")

    def perform(self, obj: Location) -> Location:
        return operations.close_location(obj)


class LocationOpen(ActionScreen):
    model = Location
    permission_required = "inventory.change_location"
    title = _("Open location again")
    button = _("Open again")
    success_message = _("The location is in use again.")

    def perform(self, obj: Location) -> Location:
        return operations.open_location(obj)


def _put(level: StockLevel, acting: Acting) -> str:
    operations.put_on_shelf(level.product_id, level.location_id, acting.values["shelf"])
    return ""


class LevelList(ListScreen):
    """What lies where: one row a product and location."""

    model = StockLevel
    permission_required = "inventory.view_stocklevel"
    title = _("Stock by location")
    crumbs = [STOCK]
    queryset = StockLevel.objects.select_related("product", "location").annotate(
        free=F("on_hand") - F("reserved")
    )
    columns = [
        Column(_("Product"), "product.name", link=True, sub="product.sku", phone="title"),
        Column(_("Location"), "location.name", phone="show"),
        Column(_("Shelf"), "shelf", kind="code", order="shelf", phone="show"),
        Column(_("On hand"), "on_hand", kind="number", order="on_hand"),
        Column(_("Reserved"), "reserved", kind="number"),
        Column(_("Available"), "free", kind="number", phone="figure"),
        Column(_("Last counted"), "counted_at", kind="date", order="counted_at"),
        Column(_("SKU"), "product.sku", kind="code", hidden=True),
        Column(_("Barcode"), "product.barcode", kind="code", hidden=True),
        Column(_("Kind"), "location.kind", kind="status", hidden=True),
    ]
    ordering = ["shelf"]
    search_hint = _("Product, SKU, shelf…")
    filterset_class = LevelFilter
    tabs = [
        Tab("here", _("On hand"), lambda rows, user: rows.filter(on_hand__gt=0)),
        Tab(
            "aside",
            _("Set aside"),
            lambda rows, user: rows.filter(on_hand__gt=0).exclude(location__kind="sellable"),
        ),
        Tab("all", _("All")),
    ]
    actions = [
        Action(_("Import shelves"), "inventory:shelf_import", permission="inventory.change_stocklevel"),
        Action(_("Locations"), "inventory:location_list", permission="inventory.view_location"),
    ]
    bulk = [
        BulkAction(
            _("Put on a shelf"),
            "shelf",
            perform=_put,
            permission="inventory.change_stocklevel",
            form_class=ShelfForm,
        )
    ]
    export_permission = "inventory.view_stocklevel"
    empty = _("Nothing lies here.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(shelf__istartswith=text) | rows.filter(product__search_text__contains=text.lower())


class LevelDetail(RecordScreen):
    """One product at one location: on which shelf, and what becomes of pieces that were set aside."""

    queryset = StockLevel.objects.select_related("product", "location")
    permission_required = "inventory.view_stocklevel"
    template_name = "inventory/level_detail.html"
    crumbs = [STOCK, LEVELS]
    context_object_name = "level"
    inline = {"shelf": Inline(ShelfForm, "inventory.change_stocklevel")}

    def get_title(self) -> str:
        return str(self.object.product)

    def live_also(self, obj: StockLevel) -> str:
        return f"inventory.product:{obj.product_id}"

    def subtitle(self, obj: StockLevel) -> str:
        return " · ".join(filter(None, [str(obj.location), obj.shelf, obj.product.sku]))

    def badges(self, obj: StockLevel) -> Sequence[Badge]:
        kind = obj.location.kind
        return [] if kind == Kind.SELLABLE else [Badge(obj.location.get_kind_display(), status_tone(kind))]

    def figures(self, obj: StockLevel) -> Sequence[Figure]:
        return [
            Figure(_("On hand"), obj.on_hand, kind="number"),
            Figure(_("Reserved"), obj.reserved, kind="number"),
            Figure(_("Available"), obj.available, kind="number"),
            Figure(_("Last counted"), obj.counted_at, kind="date"),
        ]

    def actions(self, obj: StockLevel) -> Sequence[Action]:
        if not obj.available:
            return []
        key, move = (obj.pk,), reverse("inventory:level_move", args=[obj.pk])
        places = list(Location.objects.filter(is_active=True).exclude(pk=obj.location_id))
        shelf = next((place for place in places if place.kind == Kind.SELLABLE), None)
        aside = next((place for place in places if place.kind != Kind.SELLABLE), None)
        is_aside = obj.location.kind != Kind.SELLABLE
        may, found = "inventory.transfer_stock", []
        if is_aside and shelf:
            found.append(
                Action(
                    _("Give back"),
                    href=f"{move}?destination={shelf.pk}",
                    permission=may,
                    tone="primary",
                    ask=True,
                )
            )
        if is_aside:
            found.append(_to_supplier(obj))
        if not is_aside and aside:
            found.append(
                Action(_("Set aside"), href=f"{move}?destination={aside.pk}", permission=may, ask=True)
            )
        if not is_aside and len(places) > 0:
            found.append(Action(_("Transfer"), href=move, permission=may, ask=True))
        scrap = Action(
            _("Scrap"), "inventory:stock_scrap", key, permission="inventory.adjust_stock", ask=True
        )
        return [*found, scrap]

    def details(self, obj: StockLevel) -> dict[str, Any]:
        return {
            "level": [
                (_("Location"), obj.location),
                (_("Shelf"), obj.shelf, "shelf"),
                (_("Last counted"), moment(obj.counted_at) if obj.counted_at else ""),
            ]
        }

    def change_inline(self, obj: StockLevel, name: str, value: Any) -> StockLevel:
        return operations.put_on_shelf(obj.product_id, obj.location_id, value)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        level, user = self.object, self.request.user
        moves = level.product.moves.filter(location=level.location).select_related("location", "by")
        return super().get_context_data(
            has_aside=True,
            moves=moves.order_by("-at", "-pk")[:20] if user.has_perm("inventory.view_stockmove") else None,
            **kwargs,
        )


def _to_supplier(level: StockLevel) -> Action:
    """Back to whom it came from: the return that purchasing writes, begun with this product and place."""
    begun = urlencode({"code": level.product.sku, "location": level.location_id})
    return Action(
        _("Send to the supplier"),
        href=f"{reverse('inventory:supplierreturn_add')}?{begun}",
        permission="inventory.add_supplierreturn",
    )


class LevelShelf(FormScreen):
    queryset = StockLevel.objects.select_related("product", "location")
    permission_required = "inventory.change_stocklevel"
    title = _("Put on a shelf")
    button = _("Save")
    crumbs = [STOCK, LEVELS]
    form_class = ShelfForm
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"shelf": self.object.shelf}

    def perform(self, form: ShelfForm) -> Any:
        operations.put_on_shelf(self.object.product_id, self.object.location_id, form.cleaned_data["shelf"])
        return self.object.product


class LevelMove(FormScreen):
    """Carry pieces elsewhere: set aside, given back, or to another location."""

    queryset = StockLevel.objects.select_related("product", "location")
    permission_required = "inventory.transfer_stock"
    title = _("Carry elsewhere")
    button = _("Carry")
    crumbs = [STOCK, LEVELS]
    form_class = MoveForm

    def perform(self, form: MoveForm) -> StockTransfer:
        values = form.cleaned_data
        return operations.transfer_goods(
            [(self.object.product_id, values["quantity"])],
            source=self.object.location_id,
            destination=values["destination"],
            reason=values["reason"],
            reference=self.idempotency_key,
            by=self.request.user,
            at=timezone.now(),
        )

    def success_url(self, result: StockTransfer) -> str:
        return str(self.object.get_absolute_url())

    def get_success_message(self, result: StockTransfer) -> str:
        return gettext_now("%(number)s: carried to %(location)s.") % {
            "number": result.number,
            "location": result.destination,
        }


class StockScrap(FormScreen):
    queryset = StockLevel.objects.select_related("product", "location")
    permission_required = "inventory.adjust_stock"
    title = _("Scrap")
    button = _("Scrap")
    crumbs = [STOCK, LEVELS]
    form_class = ScrapForm

    def perform(self, form: ScrapForm) -> Adjustment:
        values = form.cleaned_data
        return operations.request_adjustment(
            self.object.product_id,
            location=self.object.location_id,
            quantity=-values["quantity"],
            reason=values["reason"],
            note=values["note"],
            scrap=True,
            reference=self.idempotency_key,
            by=self.request.user,
            at=timezone.now(),
        )

    def success_url(self, result: Adjustment) -> str:
        return str(self.object.get_absolute_url())

    def get_success_message(self, result: Adjustment) -> str:
        return said(result)


class ShelfImport(FormScreen):
    """A table of SKU, location and shelf; the job says what became of each row."""

    permission_required = "inventory.change_stocklevel"
    title = _("Import shelves")
    button = _("Import")
    crumbs = [STOCK, LEVELS]
    form_class = ShelfTableForm

    def perform(self, form: ShelfTableForm) -> Any:
        file = form.cleaned_data["file"]
        return operations.start_shelf_import(
            file, file.name, by=self.request.user, at=timezone.now(), back_url=reverse("inventory:level_list")
        )
