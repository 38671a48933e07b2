from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from . import checks  # noqa: F401 (registers itself)
        from .jobs import tasks  # noqa: F401 (Celery looks for them in core.tasks only)
