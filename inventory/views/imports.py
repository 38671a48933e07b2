"""Importing products: the file, its columns, how far it is, what became of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.exports import csv_response
from core.screens import (
    Action,
    Badge,
    Column,
    Crumb,
    Figure,
    FormScreen,
    ListScreen,
    RecordScreen,
    Screen,
)
from core.templatetags.figures import status_tone
from inventory import operations, queries
from inventory.forms import ColumnsForm, UploadForm
from inventory.models import ImportBatch

from .products import STOCK

IMPORTS = Crumb(_("Imports"), "inventory:import_list")
UPLOAD = Action(
    _("Import products"), "inventory:import_upload", permission="inventory.import_products", tone="primary"
)


class ImportList(ListScreen):
    model = ImportBatch
    permission_required = "inventory.import_products"
    title = _("Imports")
    crumbs = [STOCK]
    queryset = ImportBatch.objects.select_related("by")
    columns = [
        Column(_("File"), "file_name", link=True, phone="title"),
        Column(_("When"), "at", kind="moment", order="at", phone="show"),
        Column(_("State"), "state", kind="status", phone="show"),
        Column(_("Rows"), "rows", kind="number", phone="figure"),
        Column(_("New"), "created", kind="number"),
        Column(_("Changed"), "updated", kind="number"),
        Column(_("Unchanged"), "unchanged", kind="number"),
        Column(_("Refused"), "refused", kind="number", phone="figure"),
        Column(_("By"), "by.name"),
    ]
    ordering = ["-at"]
    actions = [UPLOAD]
    empty = _("Nothing has been imported yet.")
    empty_action = UPLOAD


class ImportUpload(FormScreen):
    permission_required = "inventory.import_products"
    title = _("Import products")
    crumbs = [STOCK, IMPORTS]
    form_class = UploadForm
    button = _("Next")

    def perform(self, form: UploadForm) -> ImportBatch:
        return operations.accept_import(form.cleaned_data["file"], by=self.request.user, at=timezone.now())


class ImportColumns(FormScreen):
    queryset = ImportBatch.objects.exclude(file="")  # what a command imported has left no file to look into
    permission_required = "inventory.import_products"
    title = _("Which column is what?")
    crumbs = [STOCK, IMPORTS]
    template_name = "inventory/import_columns.html"
    button = _("Import")

    def get_form(self) -> ColumnsForm:
        self.preview = queries.preview(self.object)
        return ColumnsForm(
            self.request.POST or None, headers=self.preview.headers, initial=self.object.mapping
        )

    def perform(self, form: ColumnsForm) -> ImportBatch:
        return operations.start_import(self.object, form.mapping, by=self.request.user, at=timezone.now())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(preview=self.preview, **kwargs)


class ImportDetail(RecordScreen):
    queryset = ImportBatch.objects.select_related("job", "by")
    permission_required = "inventory.import_products"
    template_name = "inventory/import_detail.html"
    crumbs = [STOCK, IMPORTS]
    context_object_name = "batch"
    title = _("Import")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        batch = self.get_object()
        if batch.state == ImportBatch.State.UPLOADED:
            return redirect("inventory:import_columns", batch.pk)
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
            Figure(_("Changed"), obj.updated, kind="number"),
            Figure(_("Unchanged"), obj.unchanged, kind="number"),
            Figure(_("Refused"), obj.refused, kind="number", tone="bad"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = self.object.job
        mine = job if job and job.by_id == self.request.user.pk else None
        return super().get_context_data(failures=queries.failures(self.object)[:100], job=mine, **kwargs)


class ImportFailures(Screen):
    """The refused rows as a file: the columns they came with, and why."""

    model = ImportBatch
    permission_required = "inventory.import_products"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        headers, rows = queries.failures_table(self.get_object())
        return csv_response(f"refused-{self.kwargs['pk']}", headers, rows)
