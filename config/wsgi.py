"""The web server's entry point. It refuses to start on a database role that could look past row-level security."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()


def _refuse_strong_role():
    from django.db import connection

    from tenancy import guard

    try:
        guard.refuse_strong_role(connection)
    finally:
        connection.close()


_refuse_strong_role()
