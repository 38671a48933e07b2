"""Counts: the list, opening one, what it found, deciding it, and what is due to be counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.bidi import left_to_right
from core.errors import Refusal
from core.screens import (
    Action,
    ActionScreen,
    Badge,
    Column,
    Crumb,
    Figure,
    FormScreen,
    ListScreen,
    RecordScreen,
    Screen,
    Tab,
    Way,
)
from core.templatetags.figures import moment
from inventory import operations
from inventory.forms import (
    ApproveForm,
    CountFilter,
    CountForm,
    CountLineFilter,
    FinishForm,
    SayNoForm,
    TodayForm,
)
from inventory.models import Location, StockCount, StockCountEntry, StockCountLine
from inventory.queries import counting as found

from .products import STOCK

COUNTS = Crumb(_("Counts"), "inventory:count_list")
State, Scope = StockCount.State, StockCount.Scope
TONES = {State.COUNTING: "info", State.REVIEW: "warn", State.APPROVED: "good"}
NEW = Action(
    _("New count"), "inventory:count_new", permission="inventory.add_stockcount", tone="primary", icon="plus"
)
PLAN = Action(_("What is due"), "inventory:count_plan", permission="inventory.add_stockcount")
WHOLE = StockCount.objects.select_related("location", "category", "opened_by", "closed_by", "decided_by")
SHOWN = 50


def what_of(count: StockCount) -> str:
    """What is counted, in a few words."""
    if count.scope == Scope.SHELVES:
        return gettext_now("shelves %(first)s to %(last)s") % {
            "first": count.shelf_from or "…",
            "last": count.shelf_to or "…",
        }
    return str(count.category if count.scope == Scope.CATEGORY else count.get_scope_display())


class CountList(ListScreen):
    permission_required = "inventory.view_stockcount"
    title = _("Counts")
    crumbs = [STOCK]
    queryset = WHOLE.annotate(
        products=Count("lines"),
        counted=Count("lines", filter=Q(lines__counted__isnull=False)),
    )
    columns = [
        Column(_("Count"), "number", kind="code", link=True, sub="location.name", phone="title"),
        Column(_("What is counted"), what_of, phone="show", key="what"),
        Column(_("State"), "state", kind="status", phone="show"),
        Column(_("Products"), "products", kind="number"),
        Column(_("Counted"), "counted", kind="number", phone="figure"),
        Column(_("Opened"), "opened_at", kind="moment", order="opened_at", sub="opened_by.name"),
        Column(_("Decided"), "decided_at", kind="moment", sub="decided_by.name"),
        Column(_("Note"), "note", hidden=True),
    ]
    ordering = ["-opened_at"]
    search_hint = _("Number, note…")
    filterset_class = CountFilter
    tabs = [
        Tab("open", _("Open"), lambda rows, user: rows.filter(state__in=[State.COUNTING, State.REVIEW])),
        Tab("all", _("All")),
    ]
    actions = [NEW, PLAN]
    export_permission = "inventory.view_stockcount"
    empty = _("Nothing is being counted. Selling goes on while you count.")
    empty_action = NEW

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(number__icontains=text) | rows.filter(note__icontains=text)


def sees_books(count: StockCount, user: Any) -> bool:
    """Whether this person sees what the books say: not while a blind count goes on, unless they approve counts."""
    hidden = count.blind and count.state == State.COUNTING
    return not hidden or bool(user.has_perm("inventory.approve_stockcount"))


class CountDetail(RecordScreen):
    queryset = WHOLE
    permission_required = "inventory.view_stockcount"
    template_name = "inventory/count_detail.html"
    crumbs = [STOCK, COUNTS]
    context_object_name = "count"
    attachments = "inventory.count_stock"

    @cached_property
    def progress(self) -> found.Progress:
        return found.progress(self.object)

    @cached_property
    def sees_books(self) -> bool:
        return sees_books(self.object, self.request.user)

    def subtitle(self, obj: StockCount) -> str:
        return " · ".join(filter(None, [str(obj.location), what_of(obj), obj.note]))

    def badges(self, obj: StockCount) -> Sequence[Badge]:
        badges = [Badge(obj.get_state_display(), TONES.get(State(obj.state), ""))]
        return [*badges, Badge(_("blind"))] if obj.blind else badges

    def figures(self, obj: StockCount) -> Sequence[Figure]:
        far, user = self.progress, self.request.user
        again = gettext_now("%(n)s to count again") % {"n": far.again} if far.again else ""
        figures = [
            Figure(
                _("Counted"),
                left_to_right(f"{far.counted} / {far.lines}"),
                note=again,
                tone="warn" if again else "",
            )
        ]
        if not self.sees_books:
            return figures
        figures += [
            Figure(_("Variances"), far.differing, kind="number"),
            Figure(_("More"), f"+{far.more}" if far.more else "0"),
            Figure(_("Fewer"), far.fewer, kind="number"),
        ]
        if user.has_perm("inventory.view_cost"):
            value = found.worth(obj)
            figures.append(
                Figure(_("Value"), value.more + value.fewer, kind="money", currency=settings.CURRENCY,
                       note=_("found minus missing, at cost"))
            )  # fmt: skip
        return figures

    def actions(self, obj: StockCount) -> Sequence[Action]:
        key = (obj.pk,)
        lines = Action(_("All lines"), "inventory:count_lines", key, icon="list-bullet")
        cancel = Action(
            _("Cancel"), "inventory:count_cancel", key, permission="inventory.add_stockcount", ask=True
        )
        if obj.state == State.COUNTING:
            return [
                Action(_("Count"), "inventory:count_sheet", key, permission="inventory.count_stock", tone="primary"),
                Action(_("Finish"), "inventory:count_finish", key, permission="inventory.count_stock", ask=True),
                *([lines] if self.sees_books else []),
                cancel,
            ]  # fmt: skip
        if obj.state == State.REVIEW:
            approve = Action(
                _("Approve"),
                "inventory:count_approve",
                key,
                permission="inventory.count_stock",
                tone="primary",
                ask=True,
            )
            return [approve, lines, cancel]
        return [lines]

    def details(self, obj: StockCount) -> dict[str, Any]:
        return {
            "count": [
                (_("Location"), obj.location),
                (_("What is counted"), what_of(obj)),
                (_("Note"), obj.note),
                (_("Opened"), _told(obj.opened_at, obj.opened_by)),
                (_("Counting ended"), _told(obj.closed_at, obj.closed_by)),
                (_("Decided"), _told(obj.decided_at, obj.decided_by)),
                (_("Note on the decision"), obj.decision_note),
            ]
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        count, user = self.object, self.request.user
        lines: list[StockCountLine] = []
        if self.sees_books:
            differing = found.with_value(count.lines.filter(variance__isnull=False).exclude(variance=0))
            lines = list(differing.select_related("product", "counted_by").order_by("shelf", "pk")[:SHOWN])
        since = found.moved_since(count, lines) if count.state in (State.COUNTING, State.REVIEW) else {}
        entries = StockCountEntry.objects.filter(line__count=count).select_related("line__product", "by")
        return super().get_context_data(
            has_aside=True,
            rows=[(line, since.get(line.product_id, 0)) for line in lines],
            progress=self.progress,
            sees_books=self.sees_books,
            sees_cost=user.has_perm("inventory.view_cost"),
            may_decide=count.state in (State.COUNTING, State.REVIEW)
            and user.has_perm("inventory.count_stock"),
            entries=entries.order_by("-at", "-pk")[:10],
            large=count.state == State.REVIEW and found.needs_another(count),
            **kwargs,
        )


def _told(at: Any, by: Any) -> str:
    return " · ".join(filter(None, [moment(at), str(by or "")])) if at else ""


class CountLines(ListScreen):
    """Every line of one count, to be filtered and exported."""

    model = StockCountLine
    permission_required = "inventory.view_stockcount"
    title = _("Lines of the count")
    columns = [
        Column(_("Product"), "product.name", link=lambda line: line.product.get_absolute_url(), sub="product.sku",
               phone="title"),
        Column(_("Shelf"), "shelf", kind="code", order="shelf", phone="show"),
        Column(_("Counted"), "counted", kind="number", phone="show"),
        Column(_("Expected"), "expected", kind="number"),
        Column(_("Variance"), "variance", kind="number", phone="figure"),
        Column(_("Value"), "value", kind="money", permission="inventory.view_cost"),
        Column(_("Counted by"), "counted_by.name"),
        Column(_("Counted at"), "counted_at", kind="moment"),
        Column(_("Booked"), "booked", kind="number"),
        Column(_("SKU"), "product.sku", kind="code", hidden=True),
    ]  # fmt: skip
    ordering = ["shelf"]
    search_hint = _("Product, SKU, shelf…")
    filterset_class = CountLineFilter
    tabs = [
        Tab("all", _("All")),
        Tab(
            "differ",
            _("Variances"),
            lambda rows, user: rows.exclude(variance=0).filter(variance__isnull=False),
        ),
        Tab("left", _("Not counted"), lambda rows, user: rows.filter(counted__isnull=True)),
        Tab("moved", _("Moved meanwhile"), lambda rows, user: rows.exclude(moved=0)),
    ]
    export_permission = "inventory.view_stockcount"
    empty = _("No line fits.")

    @cached_property
    def count(self) -> StockCount:
        count = get_object_or_404(StockCount, pk=self.kwargs["pk"])
        if not sees_books(count, self.request.user):
            raise Http404
        return count

    def get_queryset(self) -> QuerySet[Any]:
        return found.with_value(self.count.lines.select_related("product", "counted_by"))

    def get_title(self) -> str:
        return gettext_now("Lines of %(number)s") % {"number": self.count.number}

    def get_crumbs(self) -> Sequence[Crumb]:
        return [STOCK, COUNTS, Crumb(self.count.number, "inventory:count_detail", (self.count.pk,))]

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(shelf__istartswith=text) | rows.filter(product__search_text__contains=text.lower())


class CountNew(FormScreen):
    permission_required = "inventory.add_stockcount"
    title = _("New count")
    crumbs = [STOCK, COUNTS]
    form_class = CountForm
    template_name = "inventory/count_new.html"
    button = _("Begin to count")
    success_message = _("The count is open. Selling goes on.")

    def perform(self, form: CountForm) -> StockCount:
        return operations.open_count(
            **form.cleaned_data, reference=self.idempotency_key, by=self.request.user, at=timezone.now()
        )


class CountToday(FormScreen):
    """The most pressing products of the plan, as a count."""

    permission_required = "inventory.add_stockcount"
    title = _("Today's count")
    crumbs = [STOCK, COUNTS]
    form_class = TodayForm
    button = _("Begin to count")
    success_message = _("Today's count is open. Selling goes on.")

    def perform(self, form: TodayForm) -> StockCount:
        now, location = timezone.now(), form.cleaned_data["location"]
        due = found.due_to_count(location.pk, at=now, limit=form.cleaned_data["most"])
        if not due:
            raise Refusal(gettext_now("Nothing is due to be counted there."), code="nothing")
        return operations.open_count(
            location=location,
            scope=Scope.PRODUCTS,
            products=[each.product.pk for each in due],
            note=gettext_now("Due by the plan"),
            reference=self.idempotency_key,
            by=self.request.user,
            at=now,
        )


class CountPlan(Screen):
    """Which products are due to be counted at a location, and why."""

    permission_required = "inventory.add_stockcount"
    title = _("Due to be counted")
    crumbs = [STOCK, COUNTS]
    template_name = "inventory/count_plan.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        places = list(Location.objects.filter(is_active=True, kind=Location.Kind.SELLABLE))
        asked = self.request.GET.get("location", "")
        place = next((each for each in places if str(each.pk) == asked), places[0] if places else None)
        due = found.due_to_count(place.pk, at=timezone.now(), limit=SHOWN) if place else []
        user: Any = self.request.user
        return super().get_context_data(
            places=places,
            place=place,
            due=due,
            every=found.EVERY_DAYS,
            sees_cost=user.has_perm("inventory.view_cost"),
            **kwargs,
        )


class CountFinish(FormScreen):
    queryset = WHOLE
    permission_required = "inventory.count_stock"
    title = _("Finish counting")
    button = _("Finish")
    crumbs = [STOCK, COUNTS]
    form_class = FinishForm

    def perform(self, form: FinishForm) -> StockCount:
        rest = form.cleaned_data["rest_is_none"]
        return operations.finish_count(
            self.object, rest_is_none=rest, by=self.request.user, at=timezone.now()
        )

    def get_success_message(self, result: StockCount) -> str:
        if result.state == State.APPROVED:
            return gettext_now("Everything was as the books say. The count is closed.")
        return gettext_now("Counting has ended. Look at the variances and approve them.")


class CountApprove(FormScreen):
    queryset = WHOLE
    permission_required = "inventory.count_stock"
    title = _("Approve this count")
    button = _("Approve and book")
    crumbs = [STOCK, COUNTS]
    form_class = ApproveForm
    success_message = _("Approved. The books say what was counted.")

    def perform(self, form: ApproveForm) -> StockCount:
        return operations.approve_count(
            self.object, **form.cleaned_data, by=self.request.user, at=timezone.now()
        )

    def ways(self, refusal: Refusal) -> Sequence[Way]:
        lines = refusal.details.get("lines", [])[:5]
        return [Way(line.product.name, line.product.get_absolute_url()) for line in lines]


class CountCancel(FormScreen):
    queryset = WHOLE
    permission_required = "inventory.add_stockcount"
    title = _("Cancel this count")
    button = _("Cancel the count")
    crumbs = [STOCK, COUNTS]
    form_class = SayNoForm
    success_message = _("The count is cancelled. Nothing is booked.")

    def perform(self, form: SayNoForm) -> StockCount:
        reason = form.cleaned_data["reason"]
        return operations.cancel_count(self.object, reason=reason, by=self.request.user, at=timezone.now())


class LineScreen(ActionScreen):
    """A verb on one line of a count; back to the count."""

    queryset = StockCountLine.objects.select_related("count", "product")
    permission_required = "inventory.count_stock"

    def record_url(self, obj: StockCountLine) -> str:
        return str(obj.count.get_absolute_url())


class CountLineRecount(LineScreen):
    title = _("Count again")
    button = _("Count again")
    success_message = _("It is to be counted again.")

    def perform(self, obj: StockCountLine) -> StockCount:
        return operations.ask_recount(obj, by=self.request.user, at=timezone.now())


class CountLineLeave(LineScreen):
    """Leave out, or take in again."""

    title = _("Leave out")
    button = _("Leave out")

    def perform(self, obj: StockCountLine) -> StockCount:
        return operations.leave_out(obj, dropped=not obj.dropped, by=self.request.user, at=timezone.now())

    def get_success_message(self, obj: StockCountLine, result: StockCount) -> str:
        return gettext_now("It is taken in again.") if obj.dropped else gettext_now("It is left out.")
