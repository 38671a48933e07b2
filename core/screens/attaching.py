"""Files on a record's page: added, looked at, taken off and put back at the record's own address.

So the right to see a file is the right to see the record, asked in one place, and somebody else's is a 404.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from core import attachments
from core.attachments import Outcome
from core.errors import Refusal
from core.models import Attachment
from core.safe_files import ACCEPT, small_picture

from .base import Screen
from .tabs import ATTACHMENTS

KEPT = "private, max-age=86400"
MOST_AT_ONCE = 20
SMALL, READABLE = 320, 1600
"""How many pixels the longer side of a picture has."""


class Attaching(Screen):
    """The part of `RecordScreen` that carries files. See there for the contract."""

    attachments: ClassVar[str] = ""
    """Who may add and remove files; "" when the record carries none."""

    object: Any

    @property
    def may_attach(self) -> bool:
        user: Any = self.request.user
        return bool(self.attachments) and user.has_perm(self.attachments)

    def attachment_context(self) -> dict[str, Any]:
        """What the tab shows."""
        rows = list(attachments.of_record(self.object).select_related("by", "removed_by"))
        return {
            "files": [row for row in rows if row.removed_at is None],
            "removed": [row for row in rows if row.removed_at is not None],
            "may_attach": self.may_attach,
            "kinds": Attachment.Kind.choices,
            "accept": ACCEPT,
            "largest": attachments.largest(),
            "path": self.request.path,
        }

    def send_file(self, request: HttpRequest) -> HttpResponseBase:
        """`?file=12`: the file itself, always as a download. `?small=12`, or `?picture=12` to read what stands on it:
        its picture, drawn anew."""
        asked = next(name for name in ("small", "picture", "file") if name in request.GET)
        small = asked != "file"
        row = self._file(request.GET[asked], removed=False)
        try:
            file = row.file.open("rb")
        except OSError as error:
            raise Http404 from error
        safe = {
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": KEPT if small else "private, no-store",
        }
        if not small:
            return FileResponse(
                file, as_attachment=True, filename=row.name, content_type=row.media_type, headers=safe
            )
        if not row.media_type.startswith("image/"):
            raise Http404
        with file:
            drawn = small_picture(file, edge=READABLE if asked == "picture" else SMALL)
            return HttpResponse(drawn, content_type="image/jpeg", headers=safe)

    def change_files(self, request: HttpRequest) -> HttpResponseBase:
        """Add the files that were sent, or take one off, or put it back."""
        if not self.may_attach:
            raise PermissionDenied
        if "attach" in request.POST:
            return self._add(request)
        back = "restore" in request.POST
        row = self._file(request.POST.get("restore" if back else "remove", ""), removed=back)
        try:
            if back:
                attachments.restore_attachment(row)
                return self._answer([], said=_("“%(name)s” is back.") % {"name": row.name})
            attachments.remove_attachment(row, by=request.user, at=timezone.now())
        except Refusal as refusal:
            return self._answer([Outcome(row.name, refusal.text)])
        return self._answer([], said=_("“%(name)s” is removed.") % {"name": row.name}, undo=row)

    def _add(self, request: HttpRequest) -> HttpResponse:
        files = request.FILES.getlist("files")[:MOST_AT_ONCE]
        told = {"kind": request.POST.get("kind", ""), "note": request.POST.get("note", "")}
        outcomes = []
        for file in files:
            try:
                row = attachments.attach(self.object, file, **told, by=request.user, at=timezone.now())
                outcomes.append(Outcome(row.name))
            except Refusal as refusal:
                outcomes.append(Outcome(file.name or "", refusal.text))
        if not files:
            outcomes.append(Outcome("", _("Choose a file first.")))
        return self._answer(outcomes)

    def _file(self, asked: str, *, removed: bool) -> Attachment:
        if not (asked.isascii() and asked.isdecimal() and len(asked) < 18):
            raise Http404
        rows = attachments.of_record(self.object).filter(removed_at__isnull=not removed)
        found: Attachment = get_object_or_404(rows, pk=int(asked))
        return found

    def _answer(self, outcomes: list[Outcome], *, said: str = "", undo: Any = None) -> HttpResponse:
        """The list as it is now with what became of each file; without htmx, the tab's page says it."""
        bad = [outcome for outcome in outcomes if outcome.problem]
        if self.htmx_target == "attachments":
            context = {**self.attachment_context(), "problems": bad, "said": said, "undo": undo}
            return HttpResponse(render_to_string("core/_attachments.html", context, self.request))
        for outcome in bad:
            messages.error(self.request, " ".join(filter(None, [outcome.name, outcome.problem])))
        good = said or ", ".join(outcome.name for outcome in outcomes if not outcome.problem)
        if good:
            messages.success(self.request, said or _("Attached: %(names)s") % {"names": good})
        return HttpResponseRedirect(f"{self.request.path}?tab={ATTACHMENTS}")
