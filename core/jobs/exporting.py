"""The file of a long list, made by a worker: the same rows and columns that the person saw."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import exports, listing
from core.errors import Refusal
from core.models import Job
from core.templatetags.figures import num

from . import files
from .asking import start
from .kinds import Steps, job_kind
from .running import Run

KIND = "core.export"
AT_ONCE = 2000
MOST_IN_A_SHEET = 1_048_575
"""Rows below the heading of a spreadsheet."""
TYPES = {"csv": "csv", "xlsx": "xlsx"}


def start_export(screen: Any, file_kind: str, *, at: dt.datetime) -> Job:
    """Have a worker write the file of a list screen, as this person sees it now; `file_kind` is csv or xlsx.

    For a `ListScreen` in the middle of a request that is allowed to export. The same file asked for again while it is
    being made is the same job. Lead the person to `job.get_absolute_url()`: there it grows, and is fetched.
    """
    request = screen.request
    query = request.GET.copy()
    for name in ("export", "after", "before"):
        query.pop(name, None)
    params = {
        "screen": request.resolver_match.view_name,
        "kwargs": dict(request.resolver_match.kwargs),
        "query": query.urlencode(),
        "kind": TYPES[file_kind],
    }
    same = (
        Job.objects.under_way()
        .filter(kind=KIND, by=request.user, params=params, cancel_asked_at=None)
        .first()
    )
    if same is not None:
        return same
    title = _("%(list)s as %(kind)s") % {"list": screen.get_title(), "kind": file_kind}
    back = f"{request.path}?{query.urlencode()}" if query else request.path
    return start(KIND, title, by=request.user, at=at, params=params, back_url=back)


def may_export(job: Job) -> bool:
    """Whether the person may still see this list and take its file. A list that is gone is nobody's."""
    try:
        screen = screen_for(job)
    except (LookupError, NoReverseMatch, Resolver404):
        return False
    return bool(screen.allows(job.by) and screen.may_export)


@job_kind(KIND, guard=may_export)
def export(run: Run) -> Steps:
    """Rows by portions into parts of a file, then the file."""
    screen = screen_for(run.job)
    columns = [column for column in screen.shown_columns if column.file]
    if run.total is None:
        run.total = screen.rows.order_by().count()
        yield
    if run.params["kind"] == "xlsx" and (run.total or 0) > MOST_IN_A_SHEET:
        raise Refusal(_("A spreadsheet holds 1,048,575 rows. Take csv, or narrow the list."))
    while not run.cursor.get("read"):
        rows, after = listing.following(
            screen.rows, screen.get_order(), after=run.cursor.get("after", ""), size=AT_ONCE
        )
        lines = [json.dumps([_packed(column.of(row)) for column in columns]) for row in rows]
        files.write_part(run.job, "".join(f"{line}\n" for line in lines).encode())
        run.cursor |= {"after": after, "read": not after}
        run.advance(len(rows))
        yield
    run.total = run.done  # rows may have come or gone meanwhile
    headers = [str(column.label) for column in columns]
    phones = [str(column.label) for column in columns if column.kind == "phone"]
    name = screen.export_name or slugify(screen.get_title()) or "list"
    with tempfile.TemporaryFile() as file:
        if run.params["kind"] == "xlsx":
            exports.write_xlsx(file, headers, _lines(run.job), title=name)
        else:
            file.writelines(
                line.encode() for line in exports.csv_lines(headers, _lines(run.job), phone_columns=phones)
            )
        file.seek(0)
        run.keep(f"{name}.{run.params['kind']}", file)
    return _("%(rows)s rows in one file.") % {"rows": num(run.done)}


def screen_for(job: Job) -> Any:
    """The list as whoever asked would see it now."""
    params = job.params
    path = reverse(params["screen"], kwargs=params["kwargs"])
    match = resolve(path)
    request: Any = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.GET = QueryDict(params["query"])
    request.user, request.resolver_match = job.by, match
    screen = match.func.view_class()  # type: ignore[attr-defined]
    screen.setup(request, *match.args, **match.kwargs)
    return screen


def _lines(job: Job) -> Iterator[list[Any]]:
    for part in files.parts(job):
        for line in part:
            yield [_unpacked(value) for value in json.loads(line)]


def _packed(value: Any) -> Any:
    """A value of a cell as JSON keeps it, with its type."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, dt.datetime):
        return {"t": value.isoformat()}
    if isinstance(value, dt.date):
        return {"d": value.isoformat()}
    return str(value)


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    readers: dict[str, Any] = {"n": Decimal, "t": dt.datetime.fromisoformat, "d": dt.date.fromisoformat}
    return readers[kind](text)
