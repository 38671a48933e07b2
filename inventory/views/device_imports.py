"""Importing lists of phones: the file, its columns, how far it is, what became of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.exports import csv_response
from core.screens import Action, Badge, Column, Crumb, Figure, FormScreen, ListScreen, RecordScreen, Screen
from core.templatetags.figures import status_tone
from inventory import operations, queries
from inventory.forms import DeviceColumnsForm, DeviceUploadForm
from inventory.models import DeviceImport

from .products import STOCK

PHONES = Crumb(_("Phones"), "inventory:devicemodel_list")
IMPORTS = Crumb(_("Imports of phones"), "inventory:device_import_list")
UPLOAD = Action(
    _("Import phones"),
    "inventory:device_import_upload",
    permission="inventory.import_devices",
    tone="primary",
)


class DeviceImportList(ListScreen):
    model = DeviceImport
    permission_required = "inventory.import_devices"
    title = _("Imports of phones")
    crumbs = [STOCK, PHONES]
    queryset = DeviceImport.objects.select_related("by")
    columns = [
        Column(_("File"), "file_name", link=True, phone="title"),
        Column(_("When"), "at", kind="moment", order="at", phone="show"),
        Column(_("State"), "state", kind="status", phone="show"),
        Column(_("Rows"), "rows", kind="number", phone="figure"),
        Column(_("New"), "created", kind="number"),
        Column(_("Added to"), "updated", kind="number"),
        Column(_("Unchanged"), "unchanged", kind="number"),
        Column(_("Refused"), "refused", kind="number", phone="figure"),
        Column(_("By"), "by.name"),
    ]
    ordering = ["-at"]
    actions = [UPLOAD]
    empty = _("No list of phones has been imported yet.")
    empty_action = UPLOAD


class DeviceImportUpload(FormScreen):
    permission_required = "inventory.import_devices"
    title = _("Import phones")
    crumbs = [STOCK, PHONES, IMPORTS]
    form_class = DeviceUploadForm
    button = _("Next")

    def perform(self, form: DeviceUploadForm) -> DeviceImport:
        return operations.accept_devices(form.cleaned_data["file"], by=self.request.user, at=timezone.now())


class DeviceImportColumns(FormScreen):
    queryset = DeviceImport.objects.exclude(file="")  # what a command imported has left no file to look into
    permission_required = "inventory.import_devices"
    title = _("Which column is what?")
    crumbs = [STOCK, PHONES, IMPORTS]
    template_name = "inventory/import_columns.html"
    button = _("Import")

    def get_form(self) -> DeviceColumnsForm:
        self.preview = queries.device_preview(self.object)
        return DeviceColumnsForm(
            self.request.POST or None, headers=self.preview.headers, initial=self.object.mapping
        )

    def perform(self, form: DeviceColumnsForm) -> DeviceImport:
        return operations.start_devices(self.object, form.mapping, by=self.request.user, at=timezone.now())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(preview=self.preview, **kwargs)


class DeviceImportDetail(RecordScreen):
    queryset = DeviceImport.objects.select_related("job", "by")
    permission_required = "inventory.import_devices"
    template_name = "inventory/device_import_detail.html"
    crumbs = [STOCK, PHONES, IMPORTS]
    context_object_name = "batch"
    title = _("Import of phones")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        batch = self.get_object()
        if batch.state == DeviceImport.State.UPLOADED:
            return redirect("inventory:device_import_columns", batch.pk)
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return str(self.object.file_name)

    def badges(self, obj: Any) -> Sequence[Badge]:
        return [Badge(obj.get_state_display(), status_tone(obj.state))]

    def figures(self, obj: Any) -> Sequence[Figure]:
        if obj.under_way:
            return []
        return [
            Figure(_("New"), obj.created, kind="number"),
            Figure(_("Added to"), obj.updated, kind="number"),
            Figure(_("Unchanged"), obj.unchanged, kind="number"),
            Figure(_("Refused"), obj.refused, kind="number", tone="bad"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = self.object.job
        mine = job if job and job.by_id == self.request.user.pk else None
        failures = queries.device_failures(self.object)[:100]
        return super().get_context_data(failures=failures, job=mine, **kwargs)


class DeviceImportRows(Screen):
    """The refused rows as a file: the columns they came with, and why."""

    model = DeviceImport
    permission_required = "inventory.import_devices"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        headers, rows = queries.device_failures_table(self.get_object())
        return csv_response(f"refused-phones-{self.kwargs['pk']}", headers, rows)
