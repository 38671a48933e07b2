"""Many prices changed at once: asked for, looked through, set, undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.money import round_money
from core.screens import (
    Acting,
    Action,
    ActionScreen,
    BulkAction,
    Column,
    Crumb,
    Figure,
    FormScreen,
    ListScreen,
    Tab,
)
from pricing import operations
from pricing.changes_in_words import change_in_words, line_outcome
from pricing.forms import PriceChangeForm
from pricing.models import PriceChange, PriceChangeLine

from .lists import LISTS

CHANGES = Crumb(_("Price changes"), "pricing:pricechange_list")
NEW = Action(
    _("Change many prices"),
    "pricing:pricechange_new",
    permission="pricing.add_pricechange",
    icon="plus",
    tone="primary",
)
JUMP = 20
"""Percent from which on a change of a price is looked at twice."""


class PriceChangeList(ListScreen):
    queryset = PriceChange.objects.select_related("price_list", "by")
    permission_required = "pricing.view_pricechange"
    title = _("Price changes")
    crumbs = [LISTS]
    columns = [
        Column(_("Change"), "code", kind="code", link=True, sub="chosen", phone="title"),
        Column(_("List"), "price_list.name", phone="label"),
        Column(_("What"), change_in_words, key="what", phone="show"),
        Column(_("From"), "starts_on", kind="date", order="starts_on", phone="figure"),
        Column(_("State"), "state", kind="status", phone="show"),
        Column(_("Made"), "at", kind="moment", order="at"),
        Column(_("By"), "by.name"),
        Column(_("Reason"), "reason", hidden=True),
    ]
    ordering = ["-at"]
    tabs = [
        Tab("all", _("All")),
        Tab("draft", _("Drafts"), lambda rows, user: rows.filter(state=PriceChange.State.DRAFT)),
        Tab(
            "coming",
            _("To come"),
            lambda rows, user: rows.filter(
                state=PriceChange.State.SCHEDULED, starts_on__gt=timezone.localdate()
            ),
        ),
    ]
    actions = [NEW]
    export_permission = "pricing.view_pricechange"
    empty = _("No prices were changed together yet. A change shows what it would do before it does it.")
    empty_action = NEW


class PriceChangeNew(FormScreen):
    permission_required = "pricing.add_pricechange"
    title = _("Change many prices")
    form_class = PriceChangeForm
    button = _("Show what it does")
    crumbs = [LISTS, CHANGES]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def perform(self, form: PriceChangeForm) -> PriceChange:
        asked = form.cleaned_data
        plain = (
            "source",
            "source_list",
            "method",
            "value",
            "ending",
            "direction",
            "starts_on",
            "ends_on",
            "reason",
        )
        return operations.propose_change(
            asked["price_list"],
            form.products.values_list("pk", flat=True),
            **{name: asked[name] for name in plain},
            chosen=form.chosen,
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )


def _include(included: bool) -> Any:
    def perform(line: PriceChangeLine, acting: Acting) -> None:
        operations.include_line(line, included)

    return perform


class PriceChangeDetail(ListScreen):
    """The prices of a change, before and after, with what wants a second look in tabs of its own."""

    model = PriceChangeLine
    queryset = PriceChangeLine.objects.select_related("product", "change__price_list")
    permission_required = "pricing.view_pricechange"
    template_name = "pricing/change_detail.html"
    partial_template_name = "pricing/_change.html"
    crumbs = [LISTS, CHANGES]
    columns = [
        Column(_("Product"), "product.name", sub="product.sku", order="product__name", phone="title"),
        Column(
            _("From pieces"),
            lambda line: line.min_quantity if line.min_quantity > 1 else None,
            key="min_quantity",
            kind="number",
            phone="label",
        ),
        Column(_("Before"), "before", kind="price", currency="change.price_list.currency", phone="label"),
        Column(
            _("After"),
            "after",
            kind="price",
            currency="change.price_list.currency",
            order="after",
            phone="figure",
        ),
        Column(_("Change"), "percent", kind="percent", order="percent", phone="show"),
        Column(
            _("Cost"),
            "cost",
            kind="price",
            currency="change.price_list.currency",
            permission="inventory.view_cost",
        ),
        Column(
            _("Below cost"),
            lambda line: gettext("below cost") if line.below_cost else "",
            key="below_cost",
            permission="inventory.view_cost",
            phone="show",
        ),
        Column(_("Outcome"), line_outcome, key="outcome", phone="show"),
    ]
    ordering = ["product__name", "product", "min_quantity"]
    search_hint = _("Product, SKU…")
    bulk = [
        BulkAction(
            _("Leave out"), "leave_out", perform=_include(False), permission="pricing.add_pricechange"
        ),
        BulkAction(_("Take in"), "take_in", perform=_include(True), permission="pricing.add_pricechange"),
    ]
    export_permission = "pricing.view_pricechange"
    empty = _("No prices fit.")

    @cached_property
    def change(self) -> PriceChange:
        rows = PriceChange.objects.select_related("price_list", "source_list", "by", "set_by", "undone_by")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def tabs(self) -> Sequence[Tab]:  # type: ignore[override]
        """What is below cost is told only to those who may see costs."""
        tabs = [
            Tab("all", _("All")),
            Tab(
                "jumps",
                _("More than %(n)d %%") % {"n": JUMP},
                lambda rows, user: rows.filter(Q(percent__gt=JUMP) | Q(percent__lt=-JUMP)),
            ),
            Tab("same", _("Unchanged"), lambda rows, user: rows.filter(before=F("after"))),
            Tab("out", _("Left out"), lambda rows, user: rows.filter(included=False)),
        ]
        if self.request.user.has_perm("inventory.view_cost"):
            below = Tab("below", _("Below cost"), lambda rows, user: rows.filter(below_cost=True))
            tabs.insert(1, below)
        return tabs

    @property
    def actions(self) -> Sequence[Action]:  # type: ignore[override]
        """What can be done with the change as it stands."""
        change = self.change
        if change.state == PriceChange.State.DRAFT:
            return [
                Action(
                    _("Drop"),
                    "pricing:pricechange_drop",
                    (change.pk,),
                    permission="pricing.add_pricechange",
                    post=True,
                    ask=True,
                ),
                Action(
                    _("Set these prices"),
                    "pricing:pricechange_set",
                    (change.pk,),
                    permission="pricing.set_pricechange",
                    tone="primary",
                    post=True,
                    ask=True,
                ),
            ]
        if change.can_be_undone(timezone.localdate()):
            return [
                Action(
                    _("Undo"),
                    "pricing:pricechange_undo",
                    (change.pk,),
                    permission="pricing.undo_pricechange",
                    tone="danger",
                    post=True,
                    ask=True,
                )
            ]
        return []

    def get_title(self) -> str:
        return self.change.code

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(change=self.change)

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(Q(product__name__icontains=text) | Q(product__sku__istartswith=text))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            change=self.change, words=change_in_words(self.change), figures=self.figures(), **kwargs
        )

    def figures(self) -> list[Figure]:
        """What the change comes to, over the prices taken in."""
        taken = Q(included=True)
        sums = self.change.lines.aggregate(
            taken=Count("pk", filter=taken),
            all=Count("pk"),
            mean=Avg("percent", filter=taken),
            up=Count("pk", filter=taken & Q(percent__gt=0)),
            down=Count("pk", filter=taken & Q(percent__lt=0)),
            below=Count("pk", filter=taken & Q(below_cost=True)),
        )
        out = sums["all"] - sums["taken"]
        figures = [
            Figure(
                _("Prices"),
                sums["taken"],
                kind="number",
                note=gettext("%(n)d left out") % {"n": out} if out else "",
            ),
            Figure(
                _("On average"),
                round_money(sums["mean"]) if sums["mean"] is not None else None,
                kind="percent" if sums["mean"] is not None else "text",
                note=gettext("%(up)d dearer, %(down)d cheaper") % {"up": sums["up"], "down": sums["down"]},
            ),
        ]
        if self.request.user.has_perm("inventory.view_cost"):
            figures.append(
                Figure(
                    _("Below cost"),
                    sums["below"],
                    kind="number",
                    note=gettext("look at them before you set the prices") if sums["below"] else "",
                    tone="bad" if sums["below"] else "",
                )
            )
        return figures


class PriceChangeSet(ActionScreen):
    model = PriceChange
    permission_required = "pricing.set_pricechange"
    title = _("Set these prices")
    button = _("Set the prices")
    success_message = _("The prices are set.")

    def question(self, obj: PriceChange) -> str:
        below = (
            obj.lines.filter(included=True, below_cost=True).count()
            if self.request.user.has_perm("inventory.view_cost")
            else 0
        )
        taken = obj.lines.filter(included=True).count()
        text = ngettext(
            "%(n)d price in “%(list)s” counts from %(day)s on.",
            "%(n)d prices in “%(list)s” count from %(day)s on.",
            taken,
        ) % {"n": taken, "list": obj.price_list, "day": date_format(obj.starts_on, "j M Y")}
        if not below:
            return text
        return f"{text} {ngettext('%d of them is below cost.', '%d of them are below cost.', below) % below}"

    def perform(self, obj: PriceChange) -> PriceChange:
        return operations.set_change(obj, by=self.request.user, at=timezone.now())


class PriceChangeUndo(ActionScreen):
    model = PriceChange
    permission_required = "pricing.undo_pricechange"
    title = _("Undo the price change")
    button = _("Undo")
    success_message = _("Undone. The prices before it count on.")

    def question(self, obj: PriceChange) -> str:
        return gettext("The prices that would have ended count on. What was changed by hand since stays.")

    def perform(self, obj: PriceChange) -> PriceChange:
        return operations.undo_change(obj, by=self.request.user, at=timezone.now())


class PriceChangeDrop(ActionScreen):
    model = PriceChange
    permission_required = "pricing.add_pricechange"
    title = _("Drop the draft")
    button = _("Drop")
    success_message = _("Dropped. No price has changed.")

    def question(self, obj: PriceChange) -> str:
        return gettext("It stays in the list to be read, and can't be set any more.")

    def perform(self, obj: PriceChange) -> PriceChange:
        return operations.drop_change(obj, by=self.request.user)
