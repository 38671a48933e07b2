"""One supplier's price list: what it changes, decided row by row or many at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.jobs import Run, Steps
from core.screens import Action, ActionScreen, BulkAction, Column, Figure, FormScreen, ListScreen, Tab
from core.screens.filters import Chip
from core.screens.lists import Nothing
from core.templatetags.figures import num
from inventory import operations, queries
from inventory.forms import ListEntryFilter, SettleForm
from inventory.models import SupplierPriceList, SupplierPriceListRow

from .products import STOCK
from .supplier_lists import DECIDES, LISTS, SEES, UPLOADS

Entry = SupplierPriceListRow
Kind, State = SupplierPriceListRow.Kind, SupplierPriceListRow.State
AT_ONCE = 50
KINDS = [
    (Kind.NEW, _("New")),
    (Kind.REPRICED, _("Repriced")),
    (Kind.RENAMED, _("Renamed")),
    (Kind.GONE, _("Gone")),
    (Kind.CONFLICT, _("Conflicts")),
    (Kind.DUPLICATED, _("Repeated")),
    (Kind.SAME, _("As before")),
    (Kind.REFUSED, _("Unreadable")),
]


def _in_batches(decide: Any, run: Run, rows: Iterator[Entry]) -> Steps:
    """Decide about the rows of a bulk action some at a time, with an outcome for each."""
    some: list[Entry] = []
    for row in rows:
        some.append(row)
        if len(some) == AT_ONCE:
            _decide(decide, run, some)
            some = []
            yield
    _decide(decide, run, some)
    done = run.done - run.job.refused - len(run.failures)
    return ngettext("%(n)d row decided.", "%(n)d rows decided.", done) % {"n": done}


def _decide(decide: Any, run: Run, some: Sequence[Entry]) -> None:
    refused = decide([row.pk for row in some], by=run.by, at=timezone.now()) if some else {}
    said = run.cursor.setdefault("done", [])
    for row in some:
        run.advance()
        if row.pk in refused:
            run.refuse(run.done, str(row), refused[row.pk])
        elif len(said) < AT_ONCE:
            said.append([str(row), "", ""])


def _accept(run: Run, rows: Iterator[Entry]) -> Steps:
    return _in_batches(partial(operations.accept_entries, phones=operations.Phones()), run, rows)


def _accept_names(run: Run, rows: Iterator[Entry]) -> Steps:
    decide = partial(operations.accept_entries, phones=operations.Phones(), their_names=True)
    return _in_batches(decide, run, rows)


def _reject(run: Run, rows: Iterator[Entry]) -> Steps:
    return _in_batches(operations.reject_entries, run, rows)


def _take_back(run: Run, rows: Iterator[Entry]) -> Steps:
    return _in_batches(operations.undo_entries, run, rows)


MAY = "inventory.decide_supplierpricelist"


class SupplierListDetail(ListScreen):
    """The rows of a list by what they change, each with what is known and what can be done."""

    model = Entry
    queryset = Entry.objects.select_related("product", "price_list").exclude(state=State.READ)
    permission_required = SEES
    template_name = "inventory/supplier_list.html"
    partial_template_name = "inventory/_supplier_list.html"
    crumbs = [STOCK, LISTS]
    columns = [
        Column(_("What"), "kind", template="inventory/_list_entry_kind.html", phone="show"),
        Column(
            _("They say"), "name", template="inventory/_list_entry_name.html", order="name", phone="title"
        ),
        Column(_("Our product"), "product", template="inventory/_list_entry_product.html", phone="show"),
        Column(_("Before"), "old_price", kind="price", currency="currency", phone="label"),
        Column(_("Price"), "price", kind="price", currency="currency", order="price", phone="figure"),
        Column(_("Change"), "percent", kind="percent", order="percent", phone="show"),
        Column(
            _("We sell at"), "product.list_price", template="inventory/_list_entry_sells.html", phone="label"
        ),
        Column(_("Category"), "category", hidden=True),
        Column(_("Supplier's number"), "ref", kind="code", hidden=True),
        Column(_("Barcode"), "barcode", kind="code", hidden=True),
        Column(_("Row"), lambda row: row.number or None, key="number", kind="number", hidden=True),
        Column(_("Decision"), "state", template="inventory/_list_entry_decision.html", phone="show"),
    ]
    ordering = ["pk"]
    search_hint = _("SKU, name…")
    filterset_class = ListEntryFilter
    bulk = [
        BulkAction(_("Accept"), "accept", collect=_accept, at_once=True, permission=MAY, tone="primary"),
        BulkAction(
            _("Accept with their names"), "accept_names", collect=_accept_names, at_once=True, permission=MAY
        ),
        BulkAction(_("Reject"), "reject", collect=_reject, at_once=True, permission=MAY),
        BulkAction(
            _("Take back"),
            "take_back",
            collect=_take_back,
            at_once=True,
            permission=MAY,
            ask=_("Prices and names of the supplier are as before; products that were made for it go again."),
        ),
    ]
    export_permission = "inventory.view_supplierpricelist"
    empty = _("No row of this list fits.")

    @cached_property
    def price_list(self) -> SupplierPriceList:
        rows = SupplierPriceList.objects.select_related("supplier", "job", "by")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def standing(self) -> queries.Standing:
        return queries.standing(self.price_list)

    @cached_property
    def tabs(self) -> Sequence[Tab]:  # type: ignore[override]
        """What is to decide, then each kind there is, then what was decided; with how many."""
        found = self.standing
        tabs = [
            Tab(
                "open",
                _numbered(_("To decide"), found.open),
                lambda rows, user: rows.filter(state=State.OPEN),
            )
        ]
        for kind, label in KINDS:
            number = found.repriced if kind == Kind.REPRICED else found.kinds.get(kind, 0)
            if number or self.query.get("tab") == kind:
                tabs.append(Tab(kind, _numbered(label, number), partial(_of_kind, kind)))
        decided = found.accepted + found.rejected
        if decided or self.query.get("tab") == "decided":
            states = [State.ACCEPTED, State.REJECTED, State.UNDONE]
            narrow = partial(_in_states, states)
            tabs.append(Tab("decided", _numbered(_("Decided"), decided), narrow))
        return [*tabs, Tab("all", _("All"))]

    def nothing(self, chips: Sequence[Chip]) -> Nothing:
        """An empty tab is named without its number."""
        none = super().nothing(chips)
        if self.text or chips or self.view is not None:
            return none
        return none._replace(title=gettext("Nothing is left to decide here."))

    @property
    def actions(self) -> Sequence[Action]:  # type: ignore[override]
        """What can be done with the list as a whole."""
        pk, state = self.price_list.pk, self.price_list.state
        made = [
            Action(
                _("Compare again"),
                "inventory:supplierlist_compare",
                (pk,),
                permission=UPLOADS[0],
                post=True,
                ask=True,
            )
        ]
        if any(found for kind, found in self.standing.kinds.items() if kind != Kind.SAME):
            made.append(
                Action(
                    _("Change our prices"),
                    permission="pricing.add_pricechange",
                    href=f"{reverse('pricing:pricechange_new')}?supplier_list={pk}",
                )
            )
            made.append(
                Action(
                    _("Undo what was accepted"),
                    "inventory:supplierlist_undo",
                    (pk,),
                    permission=MAY,
                    tone="danger",
                    post=True,
                    ask=True,
                )
            )
        over = {SupplierPriceList.State.DONE, SupplierPriceList.State.STOPPED}
        return made if state in over else []

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.price_list.state == SupplierPriceList.State.UPLOADED:
            return redirect("inventory:supplierlist_columns", self.price_list.pk)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.POST.get("do") != "decide":
            return super().post(request, *args, **kwargs)
        if not request.user.has_perm(MAY):
            raise PermissionDenied
        pk = request.POST.get("row", "")
        entry = get_object_or_404(self.get_queryset(), pk=int(pk) if pk.isascii() and pk.isdigit() else 0)
        try:
            self._decide(entry, request.POST.get("verb", ""))
        except Refusal as refusal:
            return self.say(refusal.text, "error")
        del self.__dict__["price_list"]
        return self.go_to(self.url(after=self.query.get("after", ""), before=self.query.get("before", "")))

    def _decide(self, entry: Entry, verb: str) -> None:
        by, at = self.request.user, timezone.now()
        if verb in {"accept", "accept_name"}:
            operations.accept_entry(entry, their_name=verb == "accept_name", by=by, at=at)
        elif verb == "reject":
            for why in operations.reject_entries([entry.pk], by=by, at=at).values():
                raise Refusal(why)
        elif verb == "reopen":
            operations.reopen_entry(entry, by=by, at=at)
        else:
            raise Refusal(gettext("That can't be done with a row."))

    def get_title(self) -> str:
        return f"{self.price_list.supplier} · {self.price_list.file_name}"

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(price_list=self.price_list)

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(Q(key__startswith=text.upper()) | Q(name__icontains=text))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = self.price_list.job
        mine = job if job and job.by_id == self.user.pk else None
        return super().get_context_data(
            price_list=self.price_list, figures=self.figures(), job=mine, **kwargs
        )

    def figures(self) -> list[Figure]:
        """How far it is decided."""
        found = self.standing
        lost = found.kinds.get(Kind.GONE, 0)
        return [
            Figure(_("To decide"), found.open, kind="number", tone="warn" if found.open else ""),
            Figure(_("Accepted"), found.accepted, kind="number"),
            Figure(_("Rejected"), found.rejected, kind="number"),
            Figure(
                _("Rows"),
                self.price_list.rows,
                kind="number",
                note=gettext("%(n)s no longer offered") % {"n": num(lost)} if lost else "",
            ),
        ]


def _numbered(label: Any, number: int) -> str:
    return f"{label} ({num(number)})"


def _of_kind(kind: str, rows: Any, user: Any) -> Any:
    return rows.repriced() if kind == Kind.REPRICED else rows.filter(kind=kind)


def _in_states(states: Sequence[str], rows: Any, user: Any) -> Any:
    return rows.filter(state__in=states)


class SupplierListSettle(FormScreen):
    """Say which of our products a row means, and accept it."""

    queryset = Entry.objects.select_related("price_list").filter(kind=Kind.CONFLICT)
    permission_required = DECIDES
    title = _("Which product is it?")
    crumbs = [STOCK, LISTS]
    button = _("Accept")
    success_message = _("Accepted.")

    def get_form(self) -> SettleForm:
        return SettleForm(self.request.POST or None, entry=self.object)

    def perform(self, form: SettleForm) -> Entry:
        return operations.accept_entry(
            self.object, product=form.cleaned_data["product"], by=self.request.user, at=timezone.now()
        )

    def success_url(self, result: Entry) -> str:
        return f"{result.price_list.get_absolute_url()}?tab=conflict"


class SupplierListCompare(ActionScreen):
    queryset = SupplierPriceList.objects.select_related("supplier")
    permission_required = UPLOADS
    title = _("Compare again")
    button = _("Compare again")

    def question(self, obj: SupplierPriceList) -> str:
        return gettext("Holds what is still open against what we know now. What was decided stays decided.")

    def perform(self, obj: SupplierPriceList) -> SupplierPriceList:
        return operations.compare_again(obj, by=self.request.user, at=timezone.now())


class SupplierListUndo(ActionScreen):
    queryset = SupplierPriceList.objects.select_related("supplier")
    permission_required = DECIDES
    title = _("Undo what was accepted")
    button = _("Undo")
    tone = "danger"

    def question(self, obj: SupplierPriceList) -> str:
        return ngettext(
            "%(n)d row is taken back: prices and names of the supplier are as before, products that were made go "
            "again. What somebody has changed since stays.",
            "%(n)d rows are taken back: prices and names of the supplier are as before, products that were made go "
            "again. What somebody has changed since stays.",
            obj.entries.filter(state=State.ACCEPTED).count(),
        ) % {"n": obj.entries.filter(state=State.ACCEPTED).count()}

    def perform(self, obj: SupplierPriceList) -> Any:
        return operations.start_undoing(obj, by=self.request.user, at=timezone.now())

    def success_url(self, obj: SupplierPriceList, result: Any) -> str:
        return str(result.get_absolute_url())
