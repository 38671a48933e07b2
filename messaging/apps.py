from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.db.models.signals import post_migrate


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self) -> None:
        post_migrate.connect(_add_words, sender=self, dispatch_uid="message_templates")


def _add_words(apps: Any = installed, **_: Any) -> None:
    from .operations import add_missing_templates

    try:
        model = apps.get_model("messaging", "MessageTemplate")
    except LookupError:  # migrated back to nothing
        return
    add_missing_templates(model)
