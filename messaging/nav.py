"""Places of messaging in the shell."""

from django.utils.translation import gettext_lazy as _

from core.nav import Place

PLACES = [
    Place(
        _("Messages"),
        "chat-bubble-left-right",
        "messaging:message_list",
        "messaging.view_outboundmessage",
        order=60,
    )
]
