"""`migrate` that also lets the restricted role use the tables of Django and of libraries (our own are sealed by our migrations)."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.commands import migrate
from django.db import connections


def _foreign_tables():
    """Tables that no 0002_seal migration grants: those of libraries, and link tables Django makes by itself."""
    for model in apps.get_models(include_auto_created=True):
        ours = Path(model._meta.app_config.path).is_relative_to(settings.BASE_DIR) if model._meta.app_config else False
        installed = "site-packages" in Path(model._meta.app_config.path).parts if model._meta.app_config else True
        if model._meta.managed and (not ours or installed or model._meta.auto_created):
            yield model._meta.db_table


class Command(migrate.Command):
    def handle(self, *args, **options):
        super().handle(*args, **options)
        self._grant(connections[options["database"]])

    def _grant(self, connection):
        role = connection.ops.quote_name(settings.APP_DATABASE_ROLE)
        with connection.cursor() as cursor:
            existing = set(connection.introspection.table_names(cursor))
            for table in sorted(existing.intersection(_foreign_tables())):
                name = connection.ops.quote_name(table)
                cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {role}")
                cursor.execute(
                    "SELECT pg_get_serial_sequence(%s, a.attname) FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped",
                    [name, name],
                )
                for (sequence,) in cursor.fetchall():
                    if sequence:
                        cursor.execute(f"GRANT USAGE ON SEQUENCE {sequence} TO {role}")
            cursor.execute(f"GRANT SELECT ON django_migrations TO {role}")  # /readyz compares it with the code
