"""The message queue: what was said to whom, what came of it, what waits for a person."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import listing
from core.screens import (
    ActionScreen,
    Column,
    ListScreen,
    PanelScreen,
    Tab,
)
from customers.models import Customer
from messaging import operations, queries
from messaging.forms import MessageFilter
from messaging.models import ChannelState, OutboundMessage

from .bulk import MESSAGE_ACTIONS
from .record import MESSAGES

State = OutboundMessage.State
SHOWN = 6


class MessageList(ListScreen):
    model = OutboundMessage
    queryset = OutboundMessage.objects.select_related("customer")
    permission_required = "messaging.view_outboundmessage"
    template_name = "messaging/message_list.html"
    title = _("Messages")
    columns = [
        Column(_("To"), queries.addressee, link=True, sub=queries.address, phone="title"),
        Column(_("About"), "event_name", phone="show"),
        Column(_("Channel"), "get_channel_display", phone="show"),
        Column(_("State"), "state", kind="status", sub=queries.trouble_of, phone="show"),
        Column(_("Attempts"), "attempts", kind="number"),
        Column(_("Queued"), "queued_at", kind="ago", order="queued_at", phone="label"),
        Column(_("Delivered"), "delivered_at", kind="ago"),
        Column(_("Read"), "read_at", kind="ago"),
        Column(_("Address"), "recipient", hidden=True),
        Column(_("Language"), "language", hidden=True),
        Column(_("Subject"), "subject", hidden=True),
        Column(_("Sent"), "sent_at", kind="moment", hidden=True),
        Column(_("Provider's number"), "provider_id", kind="code", hidden=True),
        Column(_("Error"), "error_code", kind="code", hidden=True),
        Column(_("By"), "by.name", load=lambda rows: rows.select_related("by"), hidden=True),
    ]
    ordering = ["-queued_at"]
    search_hint = _("Shop, number, address, words…")
    filterset_class = MessageFilter
    tabs = [
        Tab("all", _("All")),
        Tab("attention", _("Needs a look"), lambda rows, user: rows.filter(state__in=queries.NEEDS_A_LOOK)),
        Tab("waiting", _("Waiting"), lambda rows, user: rows.filter(state__in=queries.WAITING)),
    ]
    bulk = MESSAGE_ACTIONS
    export_permission = "messaging.view_outboundmessage"
    empty = _("Nothing was sent yet. Messages are written when an order is confirmed, invoiced or paid.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return queries.search_messages(rows, text)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        paused = ChannelState.objects.filter(paused_at__isnull=False).order_by("channel")
        may_resume = self.request.user.has_perm("messaging.resend_message")
        return super().get_context_data(
            paused=list(paused),
            may_resume=may_resume,
            **kwargs,
        )

    def get_count(self, page: listing.Page) -> listing.Count:
        if not self.text or not (page.after or page.before):
            return super().get_count(page)
        return queries.count_found(self.rows)


class CustomerPanel(PanelScreen):
    """The latest words between us and one customer, on its page."""

    model = Customer
    permission_required = "messaging.view_outboundmessage"
    template_name = "messaging/customer_panel.html"
    title = _("Messages")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        customer = self.get_object()
        return super().get_context_data(
            customer=customer,
            said=queries.conversation_with(customer, limit=SHOWN),
            all_url=f"{reverse('messaging:message_list')}?customer={customer.pk}",
            **kwargs,
        )


class MessageResend(ActionScreen):
    model = OutboundMessage
    permission_required = "messaging.resend_message"
    title = _("Send this message again")
    button = _("Send again")
    crumbs = [MESSAGES]
    success_message = _("The message is back in the queue.")

    def question(self, message: OutboundMessage) -> str:
        if message.state == State.UNKNOWN:
            return str(
                _(
                    "Nobody knows whether it arrived. If it did, the customer gets it twice. Ask, if you can, first."
                )
            )
        if queries.siblings_of(message).exclude(state__in=[State.FAILED, State.CANCELLED]).exists():
            return str(_("The same went out on another channel already; the customer may get it twice."))
        return str(_("It goes out again to the same address."))

    def perform(self, message: OutboundMessage) -> Any:
        return operations.resend_message(message, by=self.request.user, at=timezone.now())


class MessageCancel(ActionScreen):
    model = OutboundMessage
    permission_required = "messaging.cancel_message"
    title = _("Cancel this message")
    button = _("Cancel the message")
    tone = "danger"
    crumbs = [MESSAGES]
    success_message = _("The message is cancelled.")

    def question(self, message: OutboundMessage) -> str:
        return str(_("It will not be sent."))

    def perform(self, message: OutboundMessage) -> Any:
        return operations.cancel_message(message, by=self.request.user, at=timezone.now())


class ChannelResume(ActionScreen):
    model = ChannelState
    permission_required = "messaging.resend_message"
    title = _("Resume the channel")
    button = _("Resume")
    crumbs = [MESSAGES]
    success_message = _("Sending again; what has waited goes first.")

    def question(self, channel: ChannelState) -> str:
        return channel.reason

    def perform(self, channel: ChannelState) -> Any:
        return operations.resume_channel(channel.channel)

    def success_url(self, obj: ChannelState, result: Any) -> str:
        return reverse("messaging:message_list")
