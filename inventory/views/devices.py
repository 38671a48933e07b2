"""Phones, and what we have for them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Column, ListScreen, Screen
from inventory import queries
from inventory.models import Compatibility, DeviceModel

from .asked import count_search
from .products import STOCK


class DeviceModelList(ListScreen):
    model = DeviceModel
    permission_required = "inventory.view_devicemodel"
    title = _("Phones")
    crumbs = [STOCK]
    queryset = DeviceModel.objects.select_related("brand").annotate(
        fitting=Count("compatibilities", filter=Q(compatibilities__state__in=Compatibility.FITTING))
    )
    columns = [
        Column(_("Phone"), "name", link=True, sub="brand.name", order="name", phone="title"),
        Column(_("Model codes"), lambda row: ", ".join(row.codes), key="codes", phone="show"),
        Column(_("Also called"), lambda row: ", ".join(row.aliases), key="aliases"),
        Column(_("Products"), "fitting", kind="number", phone="figure"),
    ]
    ordering = ["name"]
    actions = [
        Action(
            _("New phone"),
            "inventory:devicemodel_add",
            permission="inventory.add_devicemodel",
            tone="primary",
            icon="plus",
        ),
        Action(_("Import"), "inventory:device_import_list", permission="inventory.import_devices"),
        Action(_("Review what fits"), "inventory:fit_review", permission="inventory.review_compatibility"),
    ]
    edit = Action(_("Change"), "inventory:devicemodel_change", permission="inventory.change_devicemodel")
    export_permission = "inventory.view_devicemodel"
    search_hint = _("Name or model code…")
    empty = _("No phones yet. They are read from the names of your products.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(pk__in=[device.pk for device in queries.find_devices(text, 200)])


class WhatFits(Screen):
    """`?q=`: "what fits Redmi Note 10", "M2101K7AG"."""

    permission_required = "inventory.view_devicemodel"
    title = _("What fits?")
    template_name = "inventory/what_fits.html"
    crumbs = [STOCK]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = request.GET.get("q", "").replace("\0", "")[:120]
        fits = queries.what_fits(text)
        response = self.render_to_response(self.get_context_data(text=text, fits=fits))
        if text.strip():
            count_search(request, response, text, queries.unmet_fit(fits))
        return response
