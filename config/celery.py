"""The worker's and beat's entry point: `celery -A config worker`, `celery -A config beat`."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("fuyue")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_strong_role(**kwargs):
    """Like the web server, a worker does not start on a role that could look past row-level security."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import connection

    from tenancy import guard

    try:
        guard.refuse_strong_role(connection)
    except ImproperlyConfigured as reason:
        # Celery logs and forgets an ordinary exception of a signal handler.
        raise SystemExit(str(reason)) from reason
    finally:
        connection.close()
