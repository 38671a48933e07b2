"""Opening balances: the file and its totals, its columns, how far it is, what became of the rows."""

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
from credit import operations
from credit.forms import OpeningColumnsForm, OpeningFileForm, ReasonForm
from credit.models import OpeningImport
from credit.queries import openings

from .invoices import INVOICES

OPENINGS = Crumb(_("Opening balances"), "credit:opening_list")
MAY = "credit.import_openings"
ADD = Action(
    _("Import opening balances"), "credit:opening_add", permission=MAY, tone="primary", icon="arrow-up-tray"
)


class OpeningList(ListScreen):
    queryset = OpeningImport.objects.select_related("by")
    permission_required = "credit.view_openingimport"
    title = _("Opening balances")
    crumbs = [INVOICES]
    columns = [
        Column(_("File"), "file_name", link=True, phone="title"),
        Column(_("As of"), "as_of", kind="date", phone="label"),
        Column(_("State"), "state", kind="status", phone="show"),
        Column(_("New"), "created", kind="number"),
        Column(_("There already"), "known", kind="number"),
        Column(_("Refused"), "refused", kind="number"),
        Column(_("Total of the documents"), "amount", kind="money", currency="currency"),
        Column(_("Still open"), "open", kind="money", currency="currency", phone="figure"),
        Column(_("When"), "at", kind="moment", order="at"),
        Column(_("By"), "by.name", hidden=True),
        Column(_("Taken back"), "undone_at", kind="moment", hidden=True),
    ]
    ordering = ["-at"]
    actions = [ADD]
    export_permission = "credit.view_openingimport"
    empty = _("Nothing was taken over yet.")
    empty_action = ADD


class OpeningAdd(FormScreen):
    permission_required = MAY
    title = _("Import opening balances")
    crumbs = [INVOICES, OPENINGS]
    form_class = OpeningFileForm
    button = _("Next")

    def perform(self, form: OpeningFileForm) -> OpeningImport:
        told = dict(form.cleaned_data)
        file, as_of = told.pop("file"), told.pop("as_of")
        return operations.accept_opening(file, as_of=as_of, by=self.request.user, at=timezone.now(), **told)


class OpeningColumns(FormScreen):
    queryset = OpeningImport.objects.exclude(file="")  # what a command imported has left no file to look into
    permission_required = MAY
    title = _("Which column is what?")
    crumbs = [INVOICES, OPENINGS]
    template_name = "credit/opening_columns.html"
    button = _("Check and import")

    def get_form(self) -> OpeningColumnsForm:
        self.preview = openings.preview(self.object)
        return OpeningColumnsForm(
            self.request.POST or None,
            headers=self.preview.headers,
            initial={**self.object.mapping, "days": self.object.days},
        )

    def perform(self, form: OpeningColumnsForm) -> OpeningImport:
        return operations.start_opening(
            self.object, form.mapping, days=form.cleaned_data["days"], by=self.request.user, at=timezone.now()
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(preview=self.preview, **kwargs)


class OpeningDetail(RecordScreen):
    queryset = OpeningImport.objects.select_related("job", "by", "undone_by")
    permission_required = "credit.view_openingimport"
    template_name = "credit/opening_detail.html"
    crumbs = [INVOICES, OPENINGS]
    context_object_name = "batch"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        batch = self.get_object()
        if batch.state == OpeningImport.State.UPLOADED and request.user.has_perm(MAY):
            return redirect("credit:opening_columns", batch.pk)
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return str(self.object.file_name)

    def badges(self, obj: Any) -> Sequence[Badge]:
        state = Badge(obj.get_state_display(), status_tone(obj.state))
        return [state, Badge(_("Taken back"), "warn")] if obj.undone_at else [state]

    def figures(self, obj: Any) -> Sequence[Figure]:
        if obj.under_way:
            return []
        return [
            Figure(_("Still open"), obj.open, kind="money", currency=obj.currency),
            Figure(_("Total of the documents"), obj.amount, kind="money", currency=obj.currency),
            Figure(_("New"), obj.created, kind="number"),
            Figure(_("There already"), obj.known, kind="number"),
            Figure(_("Refused"), obj.refused, kind="number", tone="bad"),
        ]

    def actions(self, obj: Any) -> Sequence[Action]:
        if obj.undone_at or not obj.created or obj.under_way:
            return []
        return [
            Action(
                _("Take it back"), "credit:opening_undo", (obj.pk,), permission=MAY, tone="danger", ask=True
            )
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = self.object.job
        mine = job if job and job.by_id == self.request.user.pk else None
        return super().get_context_data(failures=openings.failures(self.object)[:100], job=mine, **kwargs)


class OpeningUndo(FormScreen):
    queryset = OpeningImport.objects.all()
    permission_required = MAY
    title = _("Take back this import")
    button = _("Take it back")
    crumbs = [INVOICES, OPENINGS]
    form_class = ReasonForm

    def perform(self, form: ReasonForm) -> OpeningImport:
        return operations.start_undo(
            self.object, form.cleaned_data["reason"], by=self.request.user, at=timezone.now()
        )


class OpeningFailures(Screen):
    """The refused rows as a file: the columns they came with, and why."""

    queryset = OpeningImport.objects.all()
    permission_required = MAY

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        headers, rows = openings.failures_table(self.get_object())
        return csv_response(f"refused-{self.kwargs['pk']}", headers, rows)
