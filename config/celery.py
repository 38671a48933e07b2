"""The Celery application: workers and beat start from `config.celery`."""

import os

from celery import Celery
from celery.signals import setup_logging, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tradeline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _logs_as_django_writes_them(**_kwargs: object) -> None:
    """Keep Celery from replacing the logging that settings configured."""


@worker_process_init.connect
def _load_what_is_slow(**_kwargs: object) -> None:
    """WeasyPrint and its fonts take seconds to load: once per process, before the first document waits for it."""
    from credit.documents import preload

    preload()
