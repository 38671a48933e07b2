"""What to say."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from customers.models.choices import Channel
from messaging.events import EVENTS, event_choices
from messaging.wording import check_wording


@tracked()
class MessageTemplate(models.Model):
    """The words for one event on one channel in one language. `{{name}}` marks a variable."""

    event = models.CharField(_("event"), max_length=60, choices=event_choices)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=8, default="en")
    subject = models.CharField(_("subject"), max_length=160, blank=True)
    body = models.TextField(_("text"))
    content_sid = models.CharField(
        _("approved template"),
        max_length=34,
        blank=True,
        help_text=_("ContentSid (HX…) of the approved WhatsApp template."),
    )
    content_variables = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("variables of the approved template"),
        default=list,
        blank=True,
        help_text=_("Which variable is {{1}}, which is {{2}}, and so on."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["event", "channel", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "channel", "language"], name="one_template_per_event_channel_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.channel} · {self.language}"

    def clean(self) -> None:
        """Refuse variables that the event doesn't have, and braces that are not closed."""
        known = EVENTS[self.event].variables if self.event in EVENTS else frozenset[str]()
        problems: dict[str, list[str]] = {}
        for name in ("subject", "body"):
            if found := check_wording(getattr(self, name), known):
                problems[name] = found
        if unknown := [name for name in self.content_variables if name not in known]:
            problems["content_variables"] = [
                _("%(event)s has no variable %(names)s.") % {"event": self.event, "names": ", ".join(unknown)}
            ]
        if problems:
            raise ValidationError(problems)
