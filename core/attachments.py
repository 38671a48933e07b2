"""Files of a record (CUS-7): who sees the record sees them, who may change it adds and removes them.

Which records carry files is said by their screens (`RecordScreen.attachments`); there is no address that names a
record freely. A file is stored private under a name nobody can guess. Removing keeps the row and the file: who attached
what, and who took it away, stays known, and it can be put back.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from pathlib import PurePath
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from .changes import Told
from .errors import Refusal
from .models import Attachment
from .safe_files import recognise

log = structlog.get_logger(__name__)
MOST_FILES = 200


class Outcome(NamedTuple):
    """What became of one of several files: its name, and why not ("" when it is there)."""

    name: str
    problem: str = ""


def of_record(record: models.Model) -> QuerySet[Attachment]:
    """All files ever attached to a record, the newest first."""
    kind = ContentType.objects.get_for_model(record)
    return Attachment.objects.filter(content_type=kind, object_id=record.pk)


def count_of(record: models.Model) -> int:
    """How many files it carries now."""
    return of_record(record).filter(removed_at=None).count()


def in_history(record: models.Model) -> list[Told]:
    """Files that came and went, for the record's history."""
    rows = (
        of_record(record)
        .select_related("by", "removed_by")
        .only("name", "at", "removed_at", "by__name", "by__email", "removed_by__name", "removed_by__email")
    )
    return [
        Told(rows, lambda row: _("Attached “%(name)s”.") % {"name": row.name}),
        Told(
            rows,
            lambda row: _("Removed the file “%(name)s”.") % {"name": row.name},
            at="removed_at",
            by="removed_by",
        ),
    ]


def largest() -> int:
    """The largest file taken, in bytes."""
    return int(settings.ATTACHMENT_MAX_MB) * 1024 * 1024


def attach(
    record: models.Model, file: Any, *, kind: str = "", note: str = "", by: Any, at: datetime
) -> Attachment:
    """Keep a file with a record. Refuses what is empty, too large, of a wrong kind, or there already.

    The file is written first and the row last; whatever goes wrong between takes the file away again.
    """
    if not file.size:
        raise Refusal(_("This file is empty."), code="empty")
    if file.size > largest():
        text = _("This file has %(size)s; at most %(most)s are taken.")
        raise Refusal(
            text % {"size": filesizeformat(file.size), "most": filesizeformat(largest())}, code="too_large"
        )
    found = recognise(file)
    checksum = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    there = of_record(record).filter(removed_at=None)
    if same := there.filter(checksum=checksum).first():
        raise _same(same.name)
    if there.count() >= MOST_FILES:
        raise Refusal(_("This record has %d files already.") % MOST_FILES, code="too_many")
    if kind not in Attachment.Kind.values:
        kind = Attachment.Kind.PHOTO if found.is_photo else Attachment.Kind.OTHER
    row = Attachment(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        kind=kind,
        name=_tidy(file.name, found.ending),
        media_type=found.media_type,
        size=file.size,
        checksum=checksum,
        note=note.replace("\x00", "").strip()[:200],
        by=by,
        at=at,
    )
    stored = ""
    try:
        stored = default_storage.save(f"attachments/{at:%Y/%m}/{uuid.uuid4().hex}.{found.ending}", file)
        row.file.name = stored
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        _take_away(stored)
        raise _same(row.name) from error
    except OSError as error:
        _take_away(stored)
        log.exception("attachment_not_stored")
        raise Refusal(
            _("The file could not be stored; there may be no room left. Nothing was kept. Try again later."),
            code="not_stored",
        ) from error
    except BaseException:
        _take_away(stored)
        raise
    return row


@transaction.atomic
def remove_attachment(attachment: Attachment, *, by: Any, at: datetime) -> Attachment:
    """Take a file off its record. Doing it twice is doing it once."""
    row = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if row.removed_at is None:
        row.removed_at, row.removed_by = at, by
        row.save(update_fields=["removed_at", "removed_by"])
    return row


def restore_attachment(attachment: Attachment) -> Attachment:
    """Put a removed file back. Refused when the same file was attached again meanwhile, or is gone."""
    name = attachment.file.name
    if not name or not default_storage.exists(name):
        raise Refusal(_("The file is no longer in the store."), code="gone")
    try:
        with transaction.atomic():
            row = Attachment.objects.select_for_update().get(pk=attachment.pk)
            row.removed_at, row.removed_by = None, None
            row.save(update_fields=["removed_at", "removed_by"])
    except IntegrityError as error:
        raise _same(attachment.name) from error
    return row


def _same(name: str) -> Refusal:
    return Refusal(_("The same file is here already, as “%s”.") % name, code="same_file")


def _take_away(stored: str) -> None:
    """Remove what was written of a file that is not kept."""
    if not stored:
        return
    try:
        default_storage.delete(stored)
    except OSError:
        log.exception("attachment_left_behind", stored=stored)


def _tidy(name: str, ending: str) -> str:
    """The name people gave it, without paths and control signs, with the ending of what it is."""
    plain = "".join(c for c in PurePath(name.replace("\\", "/")).name if c.isprintable())
    stem = plain.rsplit(".", 1)[0].strip(" .") or _("file")
    return f"{stem[: 150 - len(ending)]}.{ending}"
