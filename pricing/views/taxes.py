"""Tax rates."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Column, FormScreen, ListScreen, Tab
from pricing import operations
from pricing.forms import TaxRateForm
from pricing.models import TaxRate

from .lists import LISTS

SET_RATE = Action(
    _("Set a tax rate"),
    "pricing:taxrate_set",
    permission="pricing.add_taxrate",
    tone="primary",
    icon="plus",
)


class TaxRateList(ListScreen):
    model = TaxRate
    permission_required = "pricing.view_taxrate"
    title = _("Tax rates")
    columns = [
        Column(_("Products taxed as"), "get_product_category_display", phone="title"),
        Column(_("Customers taxed as"), "get_customer_treatment_display", phone="show"),
        Column(_("Rate"), "rate", kind="percent", phone="figure"),
        Column(_("First day"), "valid_from", kind="date"),
        Column(_("Last day"), "valid_to", kind="date", phone="label"),
    ]
    ordering = ["product_category", "customer_treatment", "valid_from"]
    tabs = [
        Tab(
            "live",
            _("Now and later"),
            lambda rows, user: rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate())),
        ),
        Tab("all", _("All")),
    ]
    actions = [SET_RATE]
    export_permission = "pricing.view_taxrate"
    empty = _(
        "Without a tax rate nothing can be sold. Set one for each kind of product and customer you have."
    )
    empty_action = SET_RATE
    crumbs = [LISTS]


class TaxRateSet(FormScreen):
    permission_required = "pricing.add_taxrate"
    title = _("Set a tax rate")
    form_class = TaxRateForm
    button = _("Set the rate")
    success_message = _("The tax rate is set.")
    crumbs = [*TaxRateList.crumbs]

    def perform(self, form: Any) -> TaxRate:
        return operations.set_tax_rate(**form.cleaned_data, by=self.request.user)

    def success_url(self, result: Any) -> str:
        return reverse("pricing:taxrate_list")
