from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from .operations import sync_roles

        post_migrate.connect(lambda **_: sync_roles(), sender=self, dispatch_uid="sync_roles", weak=False)
