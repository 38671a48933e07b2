"""The Celery application: workers and beat start from `config.celery`."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tradeline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _logs_as_django_writes_them(**_kwargs: object) -> None:
    """Keep Celery from replacing the logging that settings configured."""
