"""One verb on many rows of a list, with an outcome for each.

Every bulk action is a job: few rows are worked off at once, while the page waits; more by a worker. Either way each
row is a transaction of its own, seen again with the eyes and the rights of whoever asked.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import listing
from core.errors import Refusal
from core.jobs import Run, Steps, job_kind, run_job
from core.keys import find, read_key
from core.models import Job, JobFailure
from core.tasks import after_commit
from core.templatetags.figures import num

from .actions import go, refuse_stale
from .arranging import Arranged, contributed

KIND = "core.list_bulk"
AT_ONCE = 100
"""Up to so many rows are done while the page waits."""
SAID = 100
"""So many rows that were done are named; of more there is the number. What was refused is always named."""
NAMED = 5
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Acting:
    """Who acts on a row, when, with what they said in the form, and `key`: the same when a row is done again."""

    by: Any
    at: dt.datetime
    values: dict[str, Any] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True)
class BulkAction:
    """A verb for the selected rows of a list.

        BulkAction(_("Cancel"), "cancel", perform=_cancel, permission="orders.cancel_order", form_class=ReasonForm,
                   ask=_("Frees what is reserved and takes invoices back by credit notes."), tone="danger")

        def _cancel(order, acting):
            operations.cancel_order(order, reason=acting.values["reason"], by=acting.by, at=acting.at,
                                    version=order.version)

    `perform(row, acting)` calls one ordinary operation for one row, in a transaction of its own; its `Refusal` is that
    row's outcome. A text it gives back is said beside the row. `ask` says what will happen; it is always asked.
    `form_class` is a form of what all rows have in common; with `takes_user = True` it is given the `user`.
    `allowed(user)` asks for more than the permission says. `most` rows at a time, when it can't be any number.
    `collect(run, rows)` works on all rows together instead, such as one file of them (`core.jobs.Run.keep`): a
    generator of steps, a worker's; with `at_once` few rows are done while the page waits, as by `perform`.
    """

    label: str | Promise
    name: str
    perform: Callable[[Any, Acting], Any] | None = None
    permission: str = ""
    ask: str | Promise = ""
    form_class: Any = None
    tone: str = ""
    icon: str = ""
    most: int | None = None
    collect: Callable[[Run, Iterator[Any]], Steps] | None = None
    at_once: bool = False
    allowed: Callable[[Any], bool] | None = None

    def waits(self, number: int) -> bool:
        """Whether so many rows are done while the page waits."""
        return number <= AT_ONCE and (self.collect is None or self.at_once)

    def for_user(self, user: Any) -> bool:
        """Whether this person may use it."""
        if self.permission and not user.has_perm(self.permission):
            return False
        return self.allowed is None or self.allowed(user)


class Selection(NamedTuple):
    """What was chosen: rows by key with the version the page showed, or (`whole`) all that fit the list's state."""

    rows: tuple[tuple[str, str], ...]
    whole: bool
    size: listing.Count


class Outcome(NamedTuple):
    """The last bulk job, for the panel above the list."""

    job: Job
    done: list[list[str]]
    refused: list[JobFailure]
    close_url: str

    @property
    def succeeded(self) -> int:
        return self.job.done - self.job.refused

    @property
    def unsaid(self) -> int:
        """Rows that were done and are not named."""
        return max(0, self.succeeded - len(self.done))


class Bulk(Arranged):
    """The part of a list that acts on selected rows."""

    bulk: ClassVar[Any] = ()
    bulk_template_name: ClassVar[str] = "core/list_bulk.html"
    bulk_dialog_template_name: ClassVar[str] = "core/_list_bulk.html"
    rows: Any

    @cached_property
    def bulk_actions(self) -> list[BulkAction]:
        """Those this person may use."""
        user = self.request.user
        actions = [*self.bulk, *contributed(self.screen_name, BulkAction)]
        return [action for action in actions if action.for_user(user)]

    def bulk_action(self, name: str) -> BulkAction:
        """One by its name; who may not use it is told so."""
        known = [*self.bulk, *contributed(self.screen_name, BulkAction)]
        action = next((a for a in known if a.name == name), None)
        if action is None:
            raise Http404
        if action not in self.bulk_actions:
            raise PermissionDenied
        return action

    def act(self, request: HttpRequest) -> HttpResponseBase:
        """Ask what is to be done with the selected rows, or do it."""
        action = self.bulk_action(request.POST.get("bulk", ""))
        selection = self._selection(request)
        if not selection.size.number:
            return self.say(_("Select the rows first."), "warning")
        if action.most is not None and selection.size.number > action.most:
            text = _("%(verb)s takes at most %(most)s rows at a time. Narrow the list.")
            raise Refusal(text % {"verb": action.label, "most": num(action.most)})
        confirmed = "confirmed" in request.POST
        form = self._form(action, request.POST if confirmed else None)
        if not confirmed or (form is not None and not form.is_valid()):
            return self._ask(action, selection, form, status=422 if confirmed else 200)
        job = self._start(action, selection, form)
        if job.under_way:
            return go(request, job.get_absolute_url())
        return self.go_to(self.url(done=str(job.pk)))

    def _selection(self, request: HttpRequest) -> Selection:
        if request.POST.get("whole"):
            return Selection((), True, listing.count(self.rows))
        rows = dict(value.partition("@")[::2] for value in request.POST.getlist("row")[: 10 * AT_ONCE])
        known = {key: version for key, version in rows.items() if read_key(key) is not None}
        return Selection(tuple(known.items()), False, listing.Count(len(known), True))

    def _form(self, action: BulkAction, data: Any) -> Any:
        if action.form_class is None:
            return None
        wants_user = getattr(action.form_class, "takes_user", False)
        extra = {"user": self.request.user} if wants_user else {}
        return action.form_class(data, prefix="bulk", **extra)

    def _ask(self, action: BulkAction, selection: Selection, form: Any, *, status: int) -> HttpResponse:
        chosen = (
            self.rows
            if selection.whole
            else self.get_queryset().filter(pk__in=[pk for pk, _v in selection.rows])
        )
        names = [str(row) for row in chosen.order_by("pk")[:NAMED]]
        in_dialog = self.htmx_target == "dialog-body"
        template = self.bulk_dialog_template_name if in_dialog else self.bulk_template_name
        context = super().get_context_data(
            action=action,
            selection=selection,
            names=names,
            unnamed=selection.size.number - len(names),
            waits=action.waits(selection.size.number),
            form=form,
            key=_key(self.request),
            title=action.label,
            back_url=self.url(),
        )
        return self.response_class(
            self.request, [template], context, using=self.template_engine, status=status
        )

    # --- doing it ---------------------------------------------------------------------------------------------
    def _start(self, action: BulkAction, selection: Selection, form: Any) -> Job:
        """The job of this form: done already when it is small, under way when it is not, made once in any case."""
        said = {name: form[name].value() for name in form.fields} if form is not None else {}
        params = {
            "path": self.request.path,
            "query": self.state,
            "action": action.name,
            "rows": selection.rows,
            "whole": selection.whole,
            "said": said,
        }
        number = selection.size.number
        title = _("%(verb)s: %(list)s") % {"verb": action.label, "list": self.get_title()}
        now = timezone.now()
        job = Job(
            kind=KIND,
            title=f"{title} ({number})"[:160],
            by=self.user,
            params=params,
            total=number if selection.size.exact else None,
            asked_at=now,
            beat_at=now,
            back_url=self.url()[:300],
            idempotency_key=_digest(self.request.user.pk, _key(self.request), params),
        )
        Job.objects.bulk_create([job], ignore_conflicts=True)
        job = Job.objects.get(idempotency_key=job.idempotency_key)
        if job.state == Job.State.QUEUED:
            if action.waits(number):
                run_job(job.pk)
                job.refresh_from_db()
            else:
                after_commit("core.run_job", job_id=job.pk)
        return job

    def bulk_outcome(self) -> Outcome | None:
        """What came of the bulk action this page was led back from."""
        mine: Any = Job.objects.visible_to(self.user)
        job = find(mine.filter(kind=KIND), self.query.get("done"))
        if job is None:
            return None
        return Outcome(job, job.cursor.get("done", []), list(job.failures.all()[:SAID]), self.url())

    @abstractmethod
    def say(self, text: str, level: str) -> HttpResponse:
        """Answer with a sentence."""

    @abstractmethod
    def go_to(self, url: str) -> HttpResponse:
        """Lead to another page."""


@job_kind(KIND)
def work(run: Run) -> Steps:
    """The rows of a bulk action, one step each."""
    screen = screen_at(run.params["path"], run.params["query"], run.by)
    action = _action_of(screen, run)
    if action.collect is not None:
        return (yield from action.collect(run, _records(screen, run)))
    form = screen._form(action, {f"bulk-{name}": value for name, value in run.params["said"].items()})
    if form is not None and not form.is_valid():
        raise Refusal(_("What was said in the form does not fit any more. Ask again."))
    values = form.cleaned_data if form is not None else {}
    for pk, version in _chosen(screen, run):
        _action_of(screen, run)
        at = timezone.now()
        _do(run, screen, action, pk, version, Acting(run.by, at, values, f"bulk:{run.job.pk}"))
        run.advance()
        yield
    done = run.done - run.job.refused
    return ngettext("%(n)d row done.", "%(n)d rows done.", done) % {"n": done}


def _do(run: Run, screen: Any, action: BulkAction, pk: str, version: str, acting: Acting) -> None:
    """One row: done, or refused with its sentence. What breaks is logged, and does not stop the others."""
    record: Any = None
    perform: Any = action.perform
    try:
        with transaction.atomic():
            record = screen.get_queryset().filter(pk=pk).first()
            if record is None:
                raise Refusal(_("It is not there any more, or not yours to see."))
            refuse_stale(record, version)
            said = perform(record, acting)
        done = run.cursor.setdefault("done", [])
        if len(done) < SAID:
            done.append([str(record), _url_of(screen, record), said if isinstance(said, str) else ""])
    except Refusal as refusal:
        _refuse(run, screen, pk, record, refusal.text)
    except Exception:
        log.exception("bulk_row_failed", list=screen.screen_name, action=action.name, row=pk)
        _refuse(run, screen, pk, record, _("That did not work, and nothing was changed. The log says why."))


def _refuse(run: Run, screen: Any, pk: str, record: Any, text: str) -> None:
    what = str(record) if record is not None else _("Row %s") % pk
    run.refuse(run.done + 1, what, text, url=_url_of(screen, record))


def _url_of(screen: Any, record: Any) -> str:
    """The page of a row, as the list links it."""
    linked = next((column for column in screen.columns if column.link), None)
    return linked.url_of(record) if linked is not None and record is not None else ""


def _chosen(screen: Any, run: Run) -> Iterator[tuple[str, str]]:
    """The rows that are still to do: those that were ticked, or all that fit, by key, up to the last one there was."""
    if not run.params["whole"]:
        for place in range(run.cursor.get("at", 0), len(run.params["rows"])):
            run.cursor["at"] = place + 1
            pk, version = run.params["rows"][place]
            yield pk, version
        return
    if "last" not in run.cursor:
        run.cursor["last"] = screen.rows.aggregate(last=Max("pk"))["last"] or 0
    while True:
        after = run.cursor.get("after", 0)
        some = screen.rows.filter(pk__gt=after, pk__lte=run.cursor["last"]).order_by("pk")
        keys = list(some.values_list("pk", flat=True).distinct()[:AT_ONCE])
        if not keys:
            return
        for pk in keys:
            run.cursor["after"] = pk
            yield str(pk), ""


def _records(screen: Any, run: Run) -> Iterator[Any]:
    """The rows themselves, for an action that makes one file of them."""
    for pk, _version in _chosen(screen, run):
        record = screen.get_queryset().filter(pk=pk).first()
        if record is not None:
            yield record


def _action_of(screen: Any, run: Run) -> BulkAction:
    """The action, if whoever asked may still do it."""
    if not screen.allows(run.by):
        raise Refusal(_("Whoever asked for it may not do this any more."))
    try:
        return screen.bulk_action(run.params["action"])
    except (Http404, PermissionDenied) as error:
        raise Refusal(_("Whoever asked for it may not do this any more.")) from error


def screen_at(path: str, query: str, user: Any) -> Any:
    """The list behind an address, as this person sees it, outside of a request."""
    try:
        match = resolve(path)
    except Resolver404 as error:
        raise Refusal(_("This list does not exist any more.")) from error
    request: Any = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.GET, request.user, request.resolver_match = QueryDict(query), user, match
    screen = match.func.view_class()  # type: ignore[attr-defined]
    screen.setup(request, *match.args, **match.kwargs)
    return screen


def _key(request: HttpRequest) -> str:
    """The key of a form that is asked twice at most: of the page that asked first."""
    try:
        return str(uuid.UUID(request.POST.get("idempotency_key", "")))
    except ValueError:
        return str(uuid.uuid4())


def _digest(*parts: Any) -> str:
    return "bulk:" + hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:60]
