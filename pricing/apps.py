from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PricingConfig(AppConfig):
    name = "pricing"

    def ready(self) -> None:
        post_migrate.connect(_ensure_base_list, sender=self, dispatch_uid="ensure_base_list")


def _ensure_base_list(apps: Any = None, **_kwargs: Any) -> None:
    from .operations import ensure_base_list

    # Flushing says nothing of apps; migrating back to nothing leaves no price list.
    if apps is None or "pricelist" in apps.all_models["pricing"]:
        ensure_base_list()
