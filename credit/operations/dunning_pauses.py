"""Stopping reminders for a while, and going on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from credit.models import DunningPause, Invoice
from customers.operations import record

from .accounts import lock_account

FURTHEST = 366


@transaction.atomic
def pause_dunning(
    customer_id: int,
    *,
    until: dt.date,
    reason: str,
    by: Any,
    at: dt.datetime,
    invoice: Invoice | None = None,
) -> DunningPause:
    """Remind this customer of nothing (or not of this `invoice`) through a day.

    Replaces a pause that stands; the same said again is the one that stands.

    A message that waits to be sent is looked at again when it leaves, so it does not leave.
    """
    today = local_date(at)
    if not reason.strip():
        raise Refusal(_("Say why nobody is reminded."), code="no_reason", field="reason")
    if until < today:
        raise Refusal(_("That day is over."), code="in_the_past", field="until")
    if until > today + dt.timedelta(days=FURTHEST):
        raise Refusal(_("That is more than a year away."), code="too_far", field="until")
    account = lock_account(customer_id, on=today)
    if invoice is not None and invoice.account_id != account.pk:
        raise Refusal(_("This invoice is not this customer's."), code="other_customer")
    said = {"until": until, "reason": reason.strip()[:240], "by": by}
    standing = DunningPause.objects.filter(account_id=account.pk, invoice=invoice, ended_at=None)
    if same := standing.filter(**said).first():
        return same
    standing.update(ended_at=at, ended_by=by)
    pause = DunningPause.objects.create(account_id=account.pk, invoice=invoice, at=at, **said)
    text = (
        _("Reminders of %(what)s paused until %(day)s: %(reason)s")
        if invoice
        else _("Reminders paused until %(day)s: %(reason)s")
    )
    named = {"what": invoice, "day": date_format(until, "j M Y"), "reason": pause.reason}
    _tell(pause, customer_id, "dunning.paused", text % named, by=by, at=at)
    return pause


@transaction.atomic
def resume_dunning(pause: DunningPause, *, by: Any, at: dt.datetime) -> DunningPause:
    """End a pause before its day. Pressed twice, it has ended."""
    customer_id = pause.account.customer_id
    lock_account(customer_id, on=local_date(at))
    if DunningPause.objects.filter(pk=pause.pk, ended_at=None).update(ended_at=at, ended_by=by):
        _tell(pause, customer_id, "dunning.resumed", _("Reminders go on"), by=by, at=at)
    pause.refresh_from_db()
    return pause


def _tell(pause: DunningPause, customer_id: int, event: str, text: str, *, by: Any, at: dt.datetime) -> None:
    about = f"credit.invoice:{pause.invoice_id}" if pause.invoice_id else ""
    record(customer_id, event, text=text, about=about, url=f"/customers/{customer_id}/", by=by, at=at)
    live.touch(f"credit.creditaccount:{pause.account_id}", "credit.dunningpause")
