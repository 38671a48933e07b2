"""What messaging asks before a reminder leaves: is it still owed?"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from credit.dunning import Verdict, asks_of
from credit.models import DunningNotice
from credit.queries.dunning import Planned, facts_of
from messaging.models import OutboundMessage
from messaging.wanted import Anew, NoLonger

from .dunning import said

State = DunningNotice.State


def still_owed(message: OutboundMessage, at: dt.datetime) -> NoLonger | Anew | None:
    """Read again what is owed: paid, promised, disputed or paused since is left out, and with all of it the message.

    The claims of what is left out are freed, so that a broken promise is reminded of at the same level later.
    """
    kind, _colon, pk = message.about.partition(":")
    if kind != "credit.dunningnotice" or not pk.isdecimal():
        return None
    notice = (
        DunningNotice.objects.select_for_update(of=("self",))
        .select_related("account__customer", "level")
        .get(pk=pk)
    )
    level = notice.level
    assert level is not None  # a notice with a message has one
    on = local_date(at)
    facts = facts_of([notice.account_id], on=on, besides=notice.pk)[notice.account_id]
    asks, _withheld = asks_of(facts, on=on)
    open_now = {ask.part.key: ask for ask in asks if ask.amount > 0}
    living = notice.items.filter(dropped_at=None)
    ours = [item for item in living if item.channel == message.channel] or list(living)
    gone = [item.pk for item in ours if (item.invoice_id, item.due_on) not in open_now]
    notice.items.filter(pk__in=gone).update(dropped_at=at)
    left = {(item.invoice_id, item.due_on) for item in ours if item.pk not in gone}
    if not left:
        why = _("Nothing of it is to be asked for any more.")
        if not living.all().exists():
            _settle(notice, State.CANCELLED, why, at=at)
        return NoLonger(why)
    said_now = [ask for key, ask in open_now.items() if key in left or (level.days >= 0 and ask.days > 0)]
    planned = Planned(
        notice.account, Verdict(None, (), said_now), level, State.QUEUED, [message.channel], "", facts
    )
    notice.amount, notice.invoices = planned.amount, len(planned.numbers)
    _settle(notice, State.SENT, "", at=at)
    values = said(planned, at=at)
    return None if values.items() <= message.variables.items() else Anew(values)


def _settle(notice: DunningNotice, state: str, why: str, *, at: dt.datetime) -> None:
    notice.state, notice.why, notice.settled_at = state, why, at
    notice.save(update_fields=["state", "why", "settled_at", "amount", "invoices"])
    live.touch(notice.run, f"credit.creditaccount:{notice.account_id}")
