"""Filters of the message queue."""

from __future__ import annotations

import django_filters as filters
from django.forms import HiddenInput
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.models.choices import Channel
from messaging.events import event_choices
from messaging.models import OutboundMessage


class MessageFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(label=_("State"), choices=OutboundMessage.State.choices)
    channel = filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices)
    event = filters.ChoiceFilter(label=_("About"), choices=event_choices)

    customer = filters.ModelChoiceFilter(
        label=_("Customer"),
        queryset=lambda request: Customer.objects.visible_to(request.user),
        widget=HiddenInput,
    )

    class Meta:
        model = OutboundMessage
        fields = ["state", "channel", "event", "customer"]
