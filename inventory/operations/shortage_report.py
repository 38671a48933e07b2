"""The shortage report of a day: made once, sent to those who want it by bell, by e-mail with the table, by WhatsApp."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.exports import XLSX, write_xlsx
from core.notify import notify
from core.paper import html_to_pdf
from inventory.models import Shortage, ShortageReader, ShortageReport, Waiting
from inventory.queries.shortage_report import ReportLine, report_lines
from messaging.operations import Enclosed, write_to_staff

MAY_READ = "inventory.view_shortage"
URL = "/stock/shortages/"
PRINTED = 400
"""Products on paper; the table has all of them."""


def set_reader(user: Any, **wishes: bool) -> ShortageReader:
    """How a person hears of shortages. Refuses somebody without the right to see them."""
    if not user.has_perm(MAY_READ):
        raise Refusal(
            _("%(name)s may not see shortages. Give the right first.") % {"name": user}, field="user"
        )
    row, _made = ShortageReader.objects.update_or_create(user=user, defaults=wishes)
    return row


def is_due(*, at: dt.datetime) -> bool:
    """Whether today's report should have gone by now, by the clock on the wall, and has not."""
    now = timezone.localtime(at)
    due = now.hour >= settings.SHORTAGE_REPORT_HOUR
    return due and not ShortageReport.objects.filter(on=now.date()).exists()


def send_shortage_report(*, at: dt.datetime, to: Sequence[Any] | None = None) -> ShortageReport | None:
    """Make the report of today and send it to those who want it; None when that was done before.

    A day that was missed is caught up by the next look, once. With `to`, these people get today's report now, whoever
    has had it: each still once a day.
    """
    on = timezone.localtime(at).date()
    before = ShortageReport.objects.filter(on=on).first()
    if before is not None and to is None:
        return None
    readers = _readers(to)
    path = before.file if before else _write_table(on)
    try:
        with transaction.atomic():
            report = before or ShortageReport.objects.create(
                on=on, made_at=at, people=len(readers), file=path, **count_shortages()
            )
            _send(report, readers, at=at)
    except IntegrityError:  # somebody else made it at the same moment, and sends it
        default_storage.delete(path)
        return None
    return report


def count_shortages() -> dict[str, int]:
    """The figures of the report's first line."""
    rows = list(Shortage.objects.values_list("uncovered_since", flat=True))
    waiting = Waiting.objects.values_list("customer_id", "pieces")
    return {
        "products": len(rows),
        "uncovered": sum(since is not None for since in rows),
        "pieces": sum(pieces for _customer, pieces in waiting),
        "shops": len({customer for customer, _pieces in waiting}),
    }


HEADINGS = (
    gettext_lazy("SKU"),
    gettext_lazy("Product"),
    gettext_lazy("Short since"),
    gettext_lazy("Available"),
    gettext_lazy("Waited for"),
    gettext_lazy("On its way"),
    gettext_lazy("Projected"),
    gettext_lazy("Reorder point"),
    gettext_lazy("Who waits"),
    gettext_lazy("Expected"),
    gettext_lazy("Lost in 30 days"),
    gettext_lazy("Order"),
    gettext_lazy("From"),
)


def table_row(row: ReportLine) -> list[Any]:
    """One product of the table, in the order of `HEADINGS`."""
    return [
        row.sku,
        row.name,
        row.since,
        row.available,
        row.backordered,
        row.incoming,
        row.projected,
        row.reorder_point,
        row.who,
        row.coming_on,
        row.lost,
        row.suggested,
        row.supplier_name or "",
    ]


def as_xlsx(rows: Iterable[ReportLine]) -> bytes:
    buffer = io.BytesIO()
    write_xlsx(buffer, [str(head) for head in HEADINGS], map(table_row, rows), title=_("Shortages"))
    return buffer.getvalue()


def as_pdf(rows: Sequence[ReportLine], *, at: dt.datetime) -> bytes:
    """The list as a paper, what is most missing first."""
    words = {
        "rows": rows[:PRINTED],
        "count": len(rows),
        "printed": PRINTED,
        "at": at,
        "company": settings.COMPANY,
    }
    return html_to_pdf(
        render_to_string("inventory/papers/shortages.html", words), "inventory/papers/shortages.css"
    )


def _readers(to: Sequence[Any] | None) -> list[ShortageReader]:
    found = ShortageReader.objects.filter(user__is_active=True).select_related("user")
    if to is not None:
        known = {reader.user_id: reader for reader in found.filter(user__in=[person.pk for person in to])}
        return [known.get(person.pk) or ShortageReader(user=person) for person in to]
    return [reader for reader in found if reader.user.has_perm(MAY_READ)]


def _write_table(on: dt.date) -> str:
    return str(default_storage.save(f"shortages/{on:%Y-%m-%d}.xlsx", ContentFile(as_xlsx(report_lines()))))


def _send(report: ShortageReport, readers: Sequence[ShortageReader], *, at: dt.datetime) -> None:
    enclosed = Enclosed(f"shortages-{report.on:%Y-%m-%d}.xlsx", XLSX, report.file)
    text = format_lazy(
        gettext_lazy(
            "Shortages today: {products} products, {uncovered} not on order; {shops} customers wait."
        ),
        products=report.products,
        uncovered=report.uncovered,
        shops=report.shops,
    )
    key = f"shortages:{report.on:%Y-%m-%d}"
    notify(
        [reader.user for reader in readers if reader.report_by_bell],
        "stock.report",
        text,
        key=key,
        url=URL,
        tone="warn" if report.products else "good",
        at=at,
    )
    for reader in readers:
        wanted = {"email": reader.report_by_email, "whatsapp": reader.report_by_whatsapp}
        with translation.override(reader.user.language or settings.LANGUAGE_CODE):
            day = date_format(report.on, "j F Y")
        write_to_staff(
            reader.user,
            "shortage_report",
            context={
                "day": day,
                "link": f"{settings.PUBLIC_BASE_URL}{URL}",
                **{name: str(getattr(report, name)) for name in ("products", "uncovered", "pieces", "shops")},
            },
            key=key,
            channels=[channel for channel, yes in wanted.items() if yes],
            files=[enclosed],
            at=at,
        )
