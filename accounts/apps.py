from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from .operations import sync_roles

        # After the last app: by then every app's permissions exist. Django tells only apps that have models.
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(lambda **_: sync_roles(), sender=last, dispatch_uid="sync_roles", weak=False)
