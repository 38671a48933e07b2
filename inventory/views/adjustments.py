"""Adjustments: the queue, asking for one, deciding it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Badge, Column, Crumb, Figure, FormScreen, ListScreen, RecordScreen, Tab
from core.templatetags.figures import moment
from inventory import operations
from inventory.forms import AdjustForm, AdjustmentFilter, SayNoForm, SayYesForm
from inventory.models import Adjustment, Product

from .products import STOCK

ADJUSTMENTS = Crumb(_("Adjustments"), "inventory:adjustment_list")
State = Adjustment.State
TONES = {State.REQUESTED: "warn", State.BOOKED: "good", State.REJECTED: "bad"}
WHOLE = Adjustment.objects.select_related("product", "location", "requested_by", "decided_by")


class AdjustmentList(ListScreen):
    queryset = WHOLE
    permission_required = "inventory.view_adjustment"
    title = _("Adjustments")
    crumbs = [STOCK]
    columns = [
        Column(_("Product"), "product.name", link=True, sub="product.sku", phone="title"),
        Column(_("Number"), "number", kind="code"),
        Column(_("Pieces"), "quantity", kind="number", phone="figure"),
        Column(_("Reason"), "get_reason_display", sub="note", phone="show"),
        Column(_("State"), "state", kind="status", phone="show"),
        Column(_("Location"), "location.name"),
        Column(
            _("Asked"),
            "requested_at",
            kind="ago",
            order="requested_at",
            sub="requested_by.name",
            phone="label",
        ),
        Column(_("Decided by"), "decided_by.name", sub="decision_note"),
        Column(_("Value"), "value", kind="money", permission="inventory.view_cost"),
    ]
    ordering = ["-requested_at"]
    search_hint = _("Number, SKU, product…")
    filterset_class = AdjustmentFilter
    tabs = [
        Tab("waiting", _("Waiting"), lambda rows, user: rows.filter(state=State.REQUESTED)),
        Tab("all", _("All")),
    ]
    export_permission = "inventory.view_adjustment"
    empty = _(
        "No adjustment waits for anybody. Small ones are booked at once; ask for one on a product's page."
    )

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return (
            rows.filter(number__icontains=text)
            | rows.filter(product__sku__iexact=text)
            | rows.filter(product__search_text__contains=text.lower())
        )


class AdjustmentDetail(RecordScreen):
    queryset = WHOLE
    permission_required = "inventory.view_adjustment"
    template_name = "inventory/adjustment_detail.html"
    crumbs = [STOCK, ADJUSTMENTS]
    context_object_name = "adjustment"
    attachments = "inventory.adjust_stock"

    def subtitle(self, obj: Adjustment) -> str:
        return f"{obj.product} · {obj.location}"

    def live_also(self, obj: Adjustment) -> str:
        return f"inventory.product:{obj.product_id}"

    def badges(self, obj: Adjustment) -> Sequence[Badge]:
        badges = [Badge(obj.get_state_display(), TONES.get(State(obj.state), ""))]
        return [*badges, Badge(_("Scrapped"))] if obj.scrap else badges

    def figures(self, obj: Adjustment) -> Sequence[Figure]:
        level = obj.product.levels.filter(location=obj.location).first()
        on_hand, free = (level.on_hand, level.available) if level else (0, 0)
        user: Any = self.request.user
        figures = [
            Figure(_("Pieces"), obj.quantity, kind="number"),
            Figure(_("On hand there now"), on_hand, kind="number"),
            Figure(_("Available there now"), free, kind="number"),
        ]
        if user.has_perm("inventory.view_cost"):
            figures.append(Figure(_("Value"), obj.value, kind="money", currency=settings.CURRENCY))
        return figures

    def actions(self, obj: Adjustment) -> Sequence[Action]:
        if obj.state != State.REQUESTED:
            return []
        key, own = (obj.pk,), obj.requested_by_id == self.request.user.pk
        right = "inventory.approve_adjustment"
        yes = Action(
            _("Approve"), "inventory:adjustment_approve", key, permission=right, tone="primary", ask=True
        )
        no = Action(
            _("Withdraw") if own else _("Reject"),
            "inventory:adjustment_reject",
            key,
            permission="inventory.adjust_stock" if own else right,
            ask=True,
        )
        return [no] if own else [yes, no]

    def details(self, obj: Adjustment) -> dict[str, Any]:
        decided = " · ".join(filter(None, [moment(obj.decided_at), str(obj.decided_by or "")]))
        return {
            "adjustment": [
                (_("Location"), obj.location),
                (_("Reason"), obj.get_reason_display()),
                (_("Note"), obj.note),
                (
                    _("Asked"),
                    " · ".join(filter(None, [moment(obj.requested_at), str(obj.requested_by or "")])),
                ),
                (_("Decided"), decided if obj.decided_at else ""),
                (_("Note on the decision"), obj.decision_note),
            ]
        }


class StockAdjust(FormScreen):
    model = Product
    permission_required = "inventory.adjust_stock"
    title = _("Adjust stock")
    crumbs = [STOCK]
    form_class = AdjustForm
    button = _("Adjust")

    def perform(self, form: AdjustForm) -> Adjustment:
        return operations.request_adjustment(
            self.object,
            **form.cleaned_data,
            reference=self.idempotency_key,
            by=self.request.user,
            at=timezone.now(),
        )

    def success_url(self, result: Adjustment) -> str:
        return str(self.object.get_absolute_url())

    def get_success_message(self, result: Adjustment) -> str:
        return said(result)


class AdjustmentApprove(FormScreen):
    queryset = WHOLE
    permission_required = "inventory.approve_adjustment"
    title = _("Approve this adjustment")
    button = _("Approve")
    crumbs = [STOCK, ADJUSTMENTS]
    form_class = SayYesForm
    success_message = _("Approved and booked.")

    def perform(self, form: SayYesForm) -> Adjustment:
        note = form.cleaned_data["note"]
        return operations.approve_adjustment(self.object, note=note, by=self.request.user, at=timezone.now())


class AdjustmentReject(FormScreen):
    """Who asked withdraws; who may approve rejects."""

    queryset = WHOLE
    permission_required = "inventory.view_adjustment"
    title = _("Say no to this adjustment")
    button = _("Say no")
    crumbs = [STOCK, ADJUSTMENTS]
    form_class = SayNoForm
    success_message = _("Nothing is booked.")

    def perform(self, form: SayNoForm) -> Adjustment:
        user: Any = self.request.user
        if self.object.requested_by_id != user.pk and not user.has_perm("inventory.approve_adjustment"):
            raise Http404
        return operations.reject_adjustment(
            self.object, reason=form.cleaned_data["reason"], by=user, at=timezone.now()
        )


def said(adjustment: Adjustment) -> str:
    """What became of what was asked for."""
    if adjustment.state == State.REQUESTED:
        text = gettext_now("%(number)s waits until somebody else approves it. Nothing is booked yet.")
    else:
        text = gettext_now("%(number)s is booked.")
    return text % {"number": adjustment.number}
