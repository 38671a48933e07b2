"""Charges put onto a receipt, lines of it corrected, and what a product's pieces cost over time."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.charts import Chart, Series, compact, draw
from core.money import ZERO
from core.screens import Crumb, FormScreen, PanelScreen
from core.templatetags.figures import price
from inventory import operations, queries
from inventory.forms import ChargeBackForm, ChargeForm, CorrectionForm
from inventory.models import GoodsReceipt, GoodsReceiptLine, LandedCharge, Product

from .stock import RECEIPTS

POINTS = 60
"""Receipts in the history on the page."""


class OfReceipt(FormScreen):
    """Something about a receipt that needs both the verb's right and the sight of costs."""

    @property
    def receipt(self) -> GoodsReceipt:
        return self.object if isinstance(self.object, GoodsReceipt) else self.object.receipt

    def get_crumbs(self) -> list[Crumb]:
        return [RECEIPTS, Crumb(self.receipt.number, "inventory:receipt_detail", (self.receipt.pk,))]

    def success_url(self, result: Any) -> str:
        return self.receipt.get_absolute_url()


class ReceiptCharge(OfReceipt):
    model = GoodsReceipt
    permission_required = ("inventory.charge_receipt", "inventory.view_cost")
    title = _("Put a charge onto the receipt")
    form_class = ChargeForm
    button = _("Put on")
    success_message = _("The lines carry it now; costs are counted anew from the day of the receipt.")

    def perform(self, form: ChargeForm) -> LandedCharge:
        return operations.charge_receipt(
            self.object,
            **form.cleaned_data,
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )


class ChargeBack(OfReceipt):
    queryset = LandedCharge.objects.filter(reverses=None).select_related("receipt")
    permission_required = ("inventory.charge_receipt", "inventory.view_cost")
    title = _("Take back the charge")
    form_class = ChargeBackForm
    button = _("Take back")
    success_message = _("The charge is taken back; costs are counted anew from the day of the receipt.")

    def perform(self, form: ChargeBackForm) -> LandedCharge:
        return operations.take_back_charge(
            self.object, note=form.cleaned_data["note"], by=self.request.user, at=timezone.now()
        )


class ReceiptLineCorrect(OfReceipt):
    queryset = GoodsReceiptLine.objects.select_related("receipt", "product")
    permission_required = ("inventory.correct_receipt", "inventory.view_cost")
    form_class = CorrectionForm
    button = _("Correct")
    success_message = _("Corrected; costs are counted anew from the day of the receipt.")

    def get_title(self) -> str:
        return gettext("Correct %(product)s") % {"product": self.object.product}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "line": self.object}

    def perform(self, form: CorrectionForm) -> Any:
        return operations.correct_receipt_line(
            self.object,
            **form.cleaned_data,
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )


class ReceiptCostPanel(PanelScreen):
    """What each line cost landed, the charges it carries, and what was corrected."""

    title = _("Landed cost")
    permission_required = ("inventory.view_goodsreceipt", "inventory.view_cost")
    template_name = "inventory/_receipt_costs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        receipt = get_object_or_404(GoodsReceipt, pk=self.kwargs["pk"])
        lines = queries.landed_lines(receipt)
        return super().get_context_data(
            receipt=receipt,
            lines=lines,
            landed=sum((line.landed for line in lines), ZERO),
            charges=queries.charges_of(receipt),
            corrections=queries.corrections_of(receipt),
            **kwargs,
        )


class ProductCostPanel(PanelScreen):
    """What came at what cost, the average after it, which layers are left, and what was told of what had left."""

    title = _("Costs")
    permission_required = "inventory.view_cost"
    template_name = "inventory/_product_costs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        product = get_object_or_404(Product, pk=self.kwargs["pk"])
        points = queries.cost_history(product, POINTS)
        return super().get_context_data(
            product=product,
            worth=queries.worth_of([product.pk])[product.pk],
            layers=queries.standing_layers(product)[:POINTS],
            points=points[:10],
            chart=self.chart(points[::-1]) if len(points) > 1 else None,
            variances=queries.variances(product),
            **kwargs,
        )

    def chart(self, points: list[queries.CostPoint]) -> Chart:
        return draw(
            [date_format(timezone.localtime(point.at), "j M") for point in points],
            [
                Series(gettext("Average cost"), [point.average for point in points]),
                Series(gettext("Landed cost of what came"), [point.unit_cost for point in points], "other"),
            ],
            kind="line",
            write=price,
            axis=lambda value: compact(value, settings.CURRENCY),
        )
