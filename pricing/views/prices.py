"""Setting and ending a price, and why a price is what it is."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.screens import Crumb, FormScreen, Screen
from pricing import operations, queries, wording
from pricing.forms import EndPriceForm, PriceForm, WhyForm
from pricing.models import PriceList, PriceRule

from .lists import LISTS


class PriceSet(FormScreen):
    permission_required = "pricing.add_pricerule"
    title = _("Set a price")
    form_class = PriceForm
    button = _("Set the price")
    success_message = _("The price is set.")

    @cached_property
    def price_list(self) -> PriceList:
        return get_object_or_404(PriceList, pk=self.kwargs["pk"])

    def get_crumbs(self) -> list[Crumb]:
        return [LISTS, Crumb(self.price_list.name, "pricing:pricelist_detail", (self.price_list.pk,))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_form(self) -> Any:
        form = super().get_form()
        form.fields["unit_price"].widget.currency = self.price_list.currency
        return form

    def perform(self, form: Any) -> PriceRule:
        return operations.set_price(
            self.price_list, **form.cleaned_data, by=self.request.user, at=timezone.now()
        )


class PriceEnd(FormScreen):
    model = PriceRule
    permission_required = "pricing.change_pricerule"
    title = _("End a price")
    form_class = EndPriceForm
    template_name = "pricing/price_end.html"
    button = _("End the price")
    success_message = _("The price ends.")

    def get_crumbs(self) -> list[Crumb]:
        price_list = self.object.price_list
        return [LISTS, Crumb(price_list.name, "pricing:pricelist_detail", (price_list.pk,))]

    def perform(self, form: Any) -> None:
        operations.end_price(self.object, on=form.cleaned_data["on"], by=self.request.user, at=timezone.now())


class WhyThisPrice(Screen):
    """Customer, product, pieces and day in the address; every price that could have counted below."""

    permission_required = "pricing.view_pricerule"
    title = _("Why this price")
    template_name = "pricing/why.html"
    crumbs = [LISTS]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        typed = self.request.GET
        asked_all = typed if "customer" in typed else None  # a link may know the product alone
        form = WhyForm(asked_all, user=self.request.user, initial={"quantity": 1, **typed.dict()})
        context = super().get_context_data(form=form, **kwargs)
        if not form.is_valid():
            return context
        asked = form.cleaned_data
        explanation = queries.explain(
            asked["customer"],
            asked["product"],
            asked["quantity"],
            on=asked["on"] or timezone.localdate(),
        )
        why = explanation.resolution.why
        return context | {
            "customer": asked["customer"],
            "product": asked["product"],
            "explanation": explanation,
            "line": explanation.line.shown_to(self.request.user) if explanation.line else None,
            "winner": wording.winner(why),
            "losers": wording.losers(why),
        }
