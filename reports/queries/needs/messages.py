"""Messages that reached nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.screens import Action
from messaging.models import OutboundMessage
from messaging.queries.messages import addressee
from reports.queries.home.sight import in_sight

from .need import EACH, Need

FRESH = dt.timedelta(days=7)


def failed(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """This week's failed messages, for whoever may send them again."""
    if not user.has_perm("messaging.resend_message"):
        return
    rows = in_sight(
        OutboundMessage.objects.filter(state=OutboundMessage.State.FAILED, queued_at__gte=at - FRESH),
        user,
        "customer",
    )
    for message in rows.select_related("customer").order_by("-queued_at")[:EACH]:
        yield Need(
            68,
            "message",
            _("%(event)s did not reach %(who)s") % {"event": message.event_name, "who": addressee(message)},
            capfirst(message.error_text) or str(message.get_channel_display()),
            message.queued_at,
            message.get_absolute_url(),
            Action(_("Send again"), "messaging:message_resend", (message.pk,), ask=True)
            if message.recipient
            else Action(_("Open"), "messaging:message_detail", (message.pk,)),
            "bad",
            "chat-bubble-left-right",
        )
