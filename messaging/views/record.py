"""The page of one message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries.about import find_about
from core.changes import Source, Told
from core.screens import Action, Badge, Crumb, Figure, RecordScreen
from core.templatetags.figures import ago, moment, phone, status_tone
from messaging import queries
from messaging.models import OutboundMessage

State = OutboundMessage.State
MESSAGES = Crumb(gettext_lazy("Messages"), "messaging:message_list")
WAY = [State.QUEUED, State.SENT, State.DELIVERED, State.READ]


def phone_url(message: OutboundMessage) -> str:
    """In the demo: the retailer's phone, where the message can be seen."""
    if not settings.SANDBOX_PHONE_URL or message.channel == "email" or not message.recipient:
        return ""
    return f"{settings.SANDBOX_PHONE_URL}{message.recipient}/"


class MessageDetail(RecordScreen):
    """What was said, as its reader sees it, and how far it came."""

    model = OutboundMessage
    queryset = OutboundMessage.objects.select_related("customer", "by")
    permission_required = "messaging.view_outboundmessage"
    template_name = "messaging/message_detail.html"
    crumbs = [MESSAGES]
    context_object_name = "message"
    attachments = "messaging.resend_message"

    def get_title(self) -> str:
        return str(self.object.event_name)

    def subtitle(self, message: OutboundMessage) -> str:
        return f"{message.get_channel_display()} · {queries.addressee(message)}"

    def badges(self, message: OutboundMessage) -> Sequence[Badge]:
        return [Badge(message.get_state_display(), status_tone(message.state))]

    def figures(self, message: OutboundMessage) -> Sequence[Figure]:
        to = phone(message.recipient) if message.channel != "email" else message.recipient
        return [
            Figure(_("To"), to, note=message.get_channel_display()),
            Figure(_("Sent"), ago(message.sent_at), note=moment(message.sent_at) if message.sent_at else ""),
            Figure(
                _("Delivered"),
                ago(message.delivered_at),
                note=moment(message.delivered_at) if message.delivered_at else "",
            ),
            Figure(_("Read"), ago(message.read_at), note=moment(message.read_at) if message.read_at else ""),
        ]

    def steps(self, message: OutboundMessage) -> list[tuple[str, str]]:
        """How far it came: each stage in a word, done, current or still to come."""
        reached = {
            State.QUEUED: 0,
            State.SENDING: 0,
            State.ACCEPTED: 1,
            State.SENT: 1,
            State.DELIVERED: 2,
            State.READ: 3,
        }.get(State(message.state))
        if reached is None:
            sent = bool(message.sent_at)
            way = [(State.QUEUED.label, "done"), *([(State.SENT.label, "done")] if sent else [])]
            return [(str(label), state) for label, state in way] + [(message.get_state_display(), "current")]
        there = reached == len(WAY) - 1
        words = ["done"] * (reached + there) + ["current"] * (not there) + [""] * len(WAY)
        return [(str(state.label), word) for state, word in zip(WAY, words, strict=False)]

    def actions(self, message: OutboundMessage) -> Sequence[Action]:
        actions = []
        if message.state in (State.FAILED, State.UNKNOWN) and message.recipient:
            actions.append(
                Action(
                    _("Send again"),
                    "messaging:message_resend",
                    (message.pk,),
                    permission="messaging.resend_message",
                    post=True,
                    ask=True,
                    tone="primary",
                    icon="arrow-path",
                )
            )
        if message.state in (State.QUEUED, State.UNKNOWN):
            actions.append(
                Action(
                    _("Cancel"),
                    "messaging:message_cancel",
                    (message.pk,),
                    permission="messaging.cancel_message",
                    post=True,
                    ask=True,
                )
            )
        return actions

    def history(self, message: OutboundMessage) -> list[Source]:
        """What people and workers did with it."""
        return [Told(message.events.select_related("by"), queries.event_in_words)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        message = self.object
        return super().get_context_data(
            steps=self.steps(message),
            happened=queries.history_of(message),
            trouble=queries.trouble_of(message),
            siblings=queries.siblings_of(message).visible_to(self.request.user),
            about=find_about(message.about, self.request.user),
            phone_url=phone_url(message),
            has_aside=True,
            **kwargs,
        )
