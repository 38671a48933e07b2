"""Places of messaging in the shell."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.nav import Place

from .models import OutboundMessage

WATCHED = timedelta(days=7)


def _failed(user: Any) -> QuerySet[OutboundMessage]:
    """What failed this week; older failures are history."""
    since = timezone.now() - WATCHED
    rows = OutboundMessage.objects.visible_to(user)
    return rows.filter(state=OutboundMessage.State.FAILED, queued_at__gt=since)


PLACES = [
    Place(
        _("Messages"),
        "chat-bubble-left-right",
        "messaging:message_list",
        "messaging.view_outboundmessage",
        order=60,
        key="m",
        count=_failed,
        topic="messaging.outboundmessage",
        hot=True,
    )
]
