"""Filters of the message queue."""

from __future__ import annotations

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from customers.models.choices import Channel
from messaging.events import event_choices
from messaging.models import OutboundMessage


class MessageFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(label=_("State"), choices=OutboundMessage.State.choices)
    channel = filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices)
    event = filters.ChoiceFilter(label=_("About"), choices=event_choices)

    class Meta:
        model = OutboundMessage
        fields = ["state", "channel", "event"]
