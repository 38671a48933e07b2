"""One timeline per customer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.history import AppendOnly

from .customer import Customer

# What the first part of an event's name says: its words to filter by, and its icon.
KINDS: dict[str, tuple[str | Promise, str]] = {
    "order": (_("Orders"), "shopping-cart"),
    "return": (_("Returns"), "arrow-uturn-left"),
    "invoice": (_("Invoices"), "document-text"),
    "payment": (_("Payments"), "banknotes"),
    "cheque": (_("Cheques"), "ticket"),
    "credit": (_("Credit"), "scale"),
    "instalmentplan": (_("Instalment plans"), "calendar-days"),
    "price": (_("Prices"), "tag"),
    "dispute": (_("Disputes"), "hand-raised"),
    "promise": (_("Promises"), "hand-raised"),
    "message": (_("Messages"), "chat-bubble-left-right"),
    "call": (_("Calls"), "phone"),
    "meeting": (_("Meetings"), "calendar-days"),
    "ticket": (_("Tickets"), "lifebuoy"),
    "claim": (_("Claims"), "shield-check"),
    "note": (_("Notes"), "pencil-square"),
    "customer": (_("Profile"), "user"),
    "contact": (_("Contact persons"), "users"),
    "address": (_("Addresses"), "map-pin"),
    "segment": (_("Segments"), "tag"),
}


def icon_of(event: str) -> str:
    """The icon of an event's kind."""
    return KINDS.get(event.partition(".")[0], ("", "clock"))[1]


class TimelineEntry(AppendOnly):
    """Something that happened with a customer: `order.confirmed`, `payment.recorded`, `message.sent`.

    `about` names the record as `app.model:pk`, and `text` says it in one sentence as it was that day.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="timeline")
    event = models.CharField(_("event"), max_length=60)
    text = models.CharField(max_length=300)
    about = models.CharField(max_length=80, blank=True)
    url = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-at", "-id"], name="timeline_newest_first"),
            # Who waited for goods that are here now: few rows of many.
            models.Index(
                fields=["-at"],
                condition=models.Q(event="order.backorder_filled"),
                name="timeline_backorder_filled",
            ),
        ]

    @property
    def kind(self) -> str:
        """The first part of the event's name."""
        return self.event.partition(".")[0]

    @property
    def icon(self) -> str:
        return icon_of(self.event)

    def __str__(self) -> str:
        return f"{self.event} {self.at:%Y-%m-%d}"
