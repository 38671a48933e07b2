from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def write_defaults(**_signal: Any) -> None:
    """Terms and group of a new installation, once their tables exist."""
    from .operations.defaults import write_defaults

    write_defaults()


class CreditConfig(AppConfig):
    name = "credit"

    def ready(self) -> None:
        post_migrate.connect(write_defaults, sender=self, dispatch_uid="credit_defaults")
