"""The file of a list: exactly the rows and columns that the person is looking at."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.text import slugify

from core import exports, listing
from core.jobs import start_export

from .actions import go
from .arranging import Arranged
from .columns import Column

KINDS = ("xlsx", "csv")
AT_ONCE = 5_000
"""A file of more rows is made by a worker."""


class ExportLink(NamedTuple):
    """One kind of file. `later`: it is a job's, asked for by a button."""

    kind: str
    url: str
    later: bool


class Exporting(Arranged):
    """The part of a list that makes files."""

    export_permission: ClassVar[str | None] = None
    export_name: ClassVar[str] = ""
    rows: Any

    @property
    def may_export(self) -> bool:
        asked = self.export_permission
        return asked is not None and (not asked or self.request.user.has_perm(asked))

    def exports(self, count: listing.Count) -> list[ExportLink]:
        """The files there are, for somebody who may have them."""
        later = count.number > AT_ONCE
        return [ExportLink(kind, self.url(export=kind), later) for kind in KINDS] if self.may_export else []

    def export(self, kind: str) -> HttpResponseBase:
        """The file, at once; of a long list the job that makes it."""
        self._check(kind)
        if self.rows.order_by()[: AT_ONCE + 1].count() > AT_ONCE:
            return self.export_later(kind)
        columns = [c for c in self.shown_columns if c.file]
        headers = [str(c.label) for c in columns]
        name = self.export_name or slugify(self.get_title()) or "list"
        if kind == "xlsx":
            return exports.xlsx_response(name, headers, self.lines(columns))
        phones = [str(c.label) for c in columns if c.kind == "phone"]
        return exports.csv_response(name, headers, self.lines(columns), phone_columns=phones)

    def export_later(self, kind: str) -> HttpResponseBase:
        """Have a worker make the file, with the columns that are shown now, and lead to where it grows."""
        self._check(kind)
        asked: Any = self.request
        asked.GET = QueryDict(self.url(cols=",".join(self.chosen)).partition("?")[2])
        job = start_export(self, kind, at=timezone.now())
        return go(self.request, job.get_absolute_url())

    def _check(self, kind: str) -> None:
        if kind not in KINDS:
            raise Http404
        if not self.may_export:
            raise PermissionDenied

    def lines(self, columns: Sequence[Column]) -> Iterator[list[Any]]:
        """The rows of the file, in the order of the page, read from the database in portions."""
        for record in listing.sorted_by(self.rows, self.get_order()).iterator(chunk_size=1000):
            yield [column.of(record) for column in columns]

    @abstractmethod
    def get_order(self) -> list[str]:
        """The order of the page, which is that of the file."""
