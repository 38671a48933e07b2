"""One's own long work: the list, the page of one, how far it is, stop it, fetch what it made."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.exports import csv_response, xlsx_response
from core.models import Job, Notification
from core.notify import mark_read
from core.screens import LOGGED_IN, ActionScreen, Column, Crumb, ListScreen, Screen
from core.screens.base import PanelScreen

from .asking import ask_to_cancel
from .ending import watch
from .kinds import kind_of
from .pace import how_far

JOBS = Crumb(_("Jobs"), "core:job_list")


class JobList(ListScreen):
    model = Job
    permission_required = LOGGED_IN
    title = _("Jobs")
    columns = [
        Column(_("Job"), "title", link=True, sub="sentence", phone="title"),
        Column(_("State"), "state", kind="status", phone="show"),
        Column(_("Asked"), "asked_at", kind="moment", order="asked_at", phone="show"),
        Column(_("Done"), how_far, phone="figure"),
        Column(_("Refused"), "refused", kind="number", phone="label"),
    ]
    ordering = ["-asked_at"]
    empty = _(
        "Imports, big files and batches of documents that you start stand here, with what came of them."
    )


class JobDetail(Screen):
    """The page of one job. It moves by itself while a worker is at it."""

    model = Job
    permission_required = LOGGED_IN
    template_name = "core/job.html"
    crumbs = [JOBS]

    def get_title(self) -> str:
        return str(self.job.title)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.job = self.get_object()
        seen(self.job)
        return self.render_to_response(self.get_context_data(job=self.job))


class JobProgress(PanelScreen):
    """The component alone: what its own asking gets. `then=page` loads the page anew when the job has ended."""

    model = Job
    permission_required = LOGGED_IN
    template_name = "core/job_progress.html"
    title = _("Job")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        job = self.get_object()
        seen(job)
        then = "page" if request.GET.get("then") == "page" else ""
        response = self.render_to_response(self.get_context_data(job=job, then=then))
        if self.htmx_target and then and not job.under_way:
            response["HX-Refresh"] = "true"
        return response


class JobCancel(ActionScreen):
    model = Job
    permission_required = LOGGED_IN
    title = _("Cancel the job")
    button = _("Stop it")
    tone = "danger"
    crumbs = [JOBS]

    def question(self, job: Job) -> str:
        return gettext("It stops after the step it is in. What was done stays.")

    def perform(self, job: Job) -> Job:
        return ask_to_cancel(job, at=timezone.now())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.htmx_target.startswith("job-"):
            return super().post(request, *args, **kwargs)
        job = self.perform(self.get_object())
        then = "page" if request.POST.get("then") == "page" else ""
        context = self.get_context_data(job=job, then=then)
        return self.response_class(request, ["core/job_progress.html"], context, using=self.template_engine)


class JobFailures(Screen):
    """The rows that could not be done, and why, as a file."""

    model = Job
    permission_required = LOGGED_IN

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        job = allowed(self.get_object())
        headers = [gettext("Row"), gettext("What"), gettext("Why")]
        rows = ([f.number, f.what, f.sentence] for f in failures(job).iterator(chunk_size=1000))
        name = gettext("refused-%(job)s") % {"job": job.pk}
        kind = request.GET.get("export", "csv")
        if kind not in {"csv", "xlsx"}:
            raise Http404
        return xlsx_response(name, headers, rows) if kind == "xlsx" else csv_response(name, headers, rows)


class JobResult(Screen):
    """The file that the work was for: only for whoever asked, and only while they may."""

    model = Job
    permission_required = LOGGED_IN

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        job = allowed(self.get_object())
        if not job.result:
            raise Http404
        try:
            opened = job.result.open("rb")
        except FileNotFoundError:
            text = gettext("The file is not kept any more. Have it made again.")
            return HttpResponse(text, status=410, content_type="text/plain; charset=utf-8")
        return FileResponse(opened, as_attachment=True, filename=job.result_name)


def allowed(job: Job) -> Job:
    """The job, while whoever asked may still have it done."""
    kind = kind_of(job.kind)
    if kind is None or not kind.still_allows(job):
        raise PermissionDenied
    return job


def failures(job: Job) -> QuerySet[Any]:
    return job.failures.order_by("number")


def seen(job: Job) -> None:
    """Whoever looks needs no bell; one that has rung is read."""
    if job.under_way:
        watch(job)
        return
    rung = Notification.objects.filter(user=job.by, key=f"job:{job.pk}", read_at=None).first()
    if rung is not None:
        mark_read(job.by, at=timezone.now(), pk=rung.pk)
