from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PricingConfig(AppConfig):
    name = "pricing"

    def ready(self) -> None:
        post_migrate.connect(_ensure_base_list, sender=self, dispatch_uid="ensure_base_list")


def _ensure_base_list(apps: Any, **_kwargs: Any) -> None:
    from .operations import ensure_base_list

    if "pricelist" in apps.all_models["pricing"]:  # not when migrating back to nothing
        ensure_base_list()
