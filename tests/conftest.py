"""Fixtures that every test may use. Servers and databases: tests/plugin.py."""

from tests.plugin import django_db_createdb, django_db_setup

__all__ = ["django_db_createdb", "django_db_setup"]
